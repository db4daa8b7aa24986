/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * probe_mask.h - takes the persons out of mail addresses in saved replies. Pure.
 */
#ifndef PMTA_PROBE_MASK_H
#define PMTA_PROBE_MASK_H

#include <stddef.h>

/*
 * Replaces the local part of each address (RFC 5321, 4.1.2: dot-string or quoted string before an
 * '@' and a domain) by "x", in place, in JSON, XML or plain text. Returns the new length, never
 * larger.
 */
size_t probe_mask(char *bytes, size_t len);

#endif
