/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * value.h - one SNMP value (RFC 2578, 7.1) before it becomes a varbind. Pure: knows no library.
 *
 * Never copy a struct value: octets may point into its own buffer.
 */
#ifndef PMTA_VALUE_H
#define PMTA_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VALUE_OID_MAX 32

enum value_type {
	VALUE_INTEGER = 1, /* INTEGER, Integer32 and enumerations */
	VALUE_GAUGE,	   /* Gauge32 and Unsigned32: the same on the wire */
	VALUE_COUNTER32,
	VALUE_COUNTER64,
	VALUE_TIMETICKS,
	VALUE_OCTETS, /* OCTET STRING: SnmpAdminString, DateAndTime */
	VALUE_OID
};

struct value {
	enum value_type type;
	union {
		int32_t integer;
		uint32_t u32;
		uint64_t u64;
	} n;
	const void *octets; /* VALUE_OCTETS: borrowed from the snapshot, or buffer below */
	size_t octets_len;  /* at most 255 */
	uint32_t oid[VALUE_OID_MAX];
	size_t oid_len;
	char buffer[256]; /* room for octets made on the spot */
};

/* Setters. Each returns true, or false (no instance) for the absent value of snapshot.h. */
bool value_integer(struct value *v, int64_t number); /* 0 is absent: enumerations begin at 1 */
bool value_signed(struct value *v, int32_t number);  /* Integer32; absent is SNAP_NONE_RATE */
bool value_gauge(struct value *v, uint32_t number);
bool value_gauge64(struct value *v, uint64_t number); /* latches at 2^32-1 (RFC 2578, 7.1.7) */
bool value_counter32(struct value *v, uint32_t number);
bool value_counter64(struct value *v, uint64_t number);
bool value_text(struct value *v, const char *text); /* cut at 255 octets on a character border */
/* DateAndTime (RFC 2579), 11 octets, in the local zone, or in UTC where that is 14 hours or more
 * away; false also for a year that it cannot hold. */
bool value_date(struct value *v, int64_t wall_ms);
bool value_truth(struct value *v, unsigned truth); /* TruthValue: 1 true, 2 false, 0 absent */
/* 1 to VALUE_OID_MAX numbers, copied; false for any other length. */
bool value_object(struct value *v, const uint32_t *oid, size_t len);

#endif
