/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * saturate.h - additions that stop at the largest number instead of beginning again at 0.
 */
#ifndef PMTA_SATURATE_H
#define PMTA_SATURATE_H

#include <stdint.h>

/* a + b, or UINT32_MAX if that is less. */
static inline uint32_t
saturate_add32(uint32_t a, uint32_t b)
{
	return b > UINT32_MAX - a ? UINT32_MAX : a + b;
}

/* a + b, or UINT64_MAX if that is less. */
static inline uint64_t
saturate_add64(uint64_t a, uint64_t b)
{
	return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

#endif
