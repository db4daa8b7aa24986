/* SPDX-License-Identifier: BSD-2-Clause */
#include "varbind.h"

/* A value as the library takes it: type, octets and how many. */
struct encoded {
	u_char type;
	const void *data;
	size_t len;
	long number;
	u_long u32;
	struct counter64 u64;
	struct varbind_oid oid;
};

void
varbind_oid_add(struct varbind_oid *to, const uint32_t *from, size_t count)
{
	for (size_t i = 0; i < count && to->len < MAX_OID_LEN; i++)
		to->sub[to->len++] = from[i];
}

static void
encode_u32(struct encoded *e, u_char type, uint32_t number)
{
	e->type = type;
	e->u32 = number;
	e->data = &e->u32;
	e->len = sizeof e->u32;
}

static void
encode_integer(struct encoded *e, int32_t number)
{
	e->type = ASN_INTEGER;
	e->number = number;
	e->data = &e->number;
	e->len = sizeof e->number;
}

static void
encode_u64(struct encoded *e, uint64_t number)
{
	e->type = ASN_COUNTER64;
	e->u64.high = (u_long)(number >> 32);
	e->u64.low = (u_long)(number & UINT32_MAX);
	e->data = &e->u64;
	e->len = sizeof e->u64;
}

static void
encode_oid(struct encoded *e, const struct value *value)
{
	e->oid.len = 0;
	varbind_oid_add(&e->oid, value->oid, value->oid_len);
	e->type = ASN_OBJECT_ID;
	e->data = e->oid.sub;
	e->len = e->oid.len * sizeof e->oid.sub[0];
}

static void
encode(struct encoded *e, const struct value *value)
{
	switch (value->type) {
	case VALUE_INTEGER:
		encode_integer(e, value->n.integer);
		return;
	case VALUE_GAUGE:
		encode_u32(e, ASN_GAUGE, value->n.u32);
		return;
	case VALUE_COUNTER32:
		encode_u32(e, ASN_COUNTER, value->n.u32);
		return;
	case VALUE_TIMETICKS:
		encode_u32(e, ASN_TIMETICKS, value->n.u32);
		return;
	case VALUE_COUNTER64:
		encode_u64(e, value->n.u64);
		return;
	case VALUE_OID:
		encode_oid(e, value);
		return;
	case VALUE_OCTETS:
		break;
	}
	e->type = ASN_OCTET_STR;
	e->data = value->octets_len ? value->octets : "";
	e->len = value->octets_len;
}

int
varbind_set(netsnmp_variable_list *varbind, const struct value *value)
{
	struct encoded e;

	encode(&e, value);
	return snmp_set_var_typed_value(varbind, e.type, e.data, e.len) ? -1 : 0;
}

int
varbind_append(netsnmp_variable_list **list, const struct varbind_oid *name,
	       const struct value *value)
{
	struct encoded e;

	encode(&e, value);
	return snmp_varlist_add_variable(list, name->sub, name->len, e.type, e.data, e.len) ? 0
											    : -1;
}
