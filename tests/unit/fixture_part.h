/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fixture_part.h - initialises a part with one page of rows that somebody else owns.
 */
#ifndef PMTA_FIXTURE_PART_H
#define PMTA_FIXTURE_PART_H

#include "snap_part.h"

/* A page of n rows of this size, and a part of it whose keys are so many numbers. */
#define FIXTURE_PAGE(first, size, n)                                          \
	{                                                                     \
		.refs = 1, .count = (n), .keys = (first), .key_step = (size), \
		.rows = (void *)(uintptr_t)(const void *)(first),             \
	}
#define FIXTURE_PART(first, size, n, keys)                                        \
	{                                                                         \
		.refs = 1, .count = (n), .key_len = (keys), .page_count = 1,      \
		.pages = &(const struct snap_place){                              \
			.page = &(struct snap_page)FIXTURE_PAGE(first, size, n)}, \
	}

#endif
