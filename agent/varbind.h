/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * varbind.h - turns the values and OIDs of the pure part into libnetsnmp's.
 */
#ifndef PMTA_VARBIND_H
#define PMTA_VARBIND_H

#include "netsnmp.h"

#include "value.h"

/* Room for any OID (RFC 2578, 3.5). */
struct varbind_oid {
	oid sub[MAX_OID_LEN];
	size_t len;
};

/* Appends count sub-identifiers; those that would not fit are left out. */
void varbind_oid_add(struct varbind_oid *to, const uint32_t *from, size_t count);

/* Sets a varbind's value. Returns 0, or -1 without memory. */
int varbind_set(netsnmp_variable_list *varbind, const struct value *value);

/* Appends a varbind to a list. Returns 0, or -1 without memory. */
int varbind_append(netsnmp_variable_list **list, const struct varbind_oid *name,
		   const struct value *value);

#endif
