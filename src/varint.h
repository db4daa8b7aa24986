/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * varint.h - numbers in as few bytes as they need: seven bits each, the lowest first; the eighth
 * says that more follow (LEB128).
 */
#ifndef PMTA_VARINT_H
#define PMTA_VARINT_H

#include <stdint.h>

#define VARINT_MAX 10 /* bytes of the largest number */

/* Writes a number, at most VARINT_MAX bytes. Returns what is behind it. */
static inline uint8_t *
varint_put(uint8_t *at, uint64_t number)
{
	for (; number >= 0x80; number >>= 7)
		*at++ = (uint8_t)(0x80 | (number & 0x7f));
	*at++ = (uint8_t)number;
	return at;
}

/* Reads a number that varint_put() wrote: of bytes from elsewhere nothing may be read unchecked.
 * Returns what is behind it. */
static inline const uint8_t *
varint_get(const uint8_t *at, uint64_t *number)
{
	*number = *at & 0x7f;
	for (unsigned shift = 7; (*at++ & 0x80) != 0; shift += 7)
		*number |= (uint64_t)(*at & 0x7f) << shift;
	return at;
}

/* Small numbers of either sign as small ones without: 0, -1, 1, -2 as 0, 1, 2, 3; and back. */
static inline uint64_t
varint_fold(int64_t number)
{
	return (uint64_t)number << 1 ^ (number < 0 ? UINT64_MAX : 0);
}

static inline int64_t
varint_unfold(uint64_t number)
{
	return (int64_t)(number >> 1 ^ ((number & 1) != 0 ? UINT64_MAX : 0));
}

#endif
