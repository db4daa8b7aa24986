/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * snap_refs.h - counts the references to what threads share; for snapshot.c and snap_part.c.
 *
 * They are counted with the compiler's atomics on plain ints, so that the headers stay readable by
 * code that knows nothing of <stdatomic.h>. Taking one needs no order (the taker already holds
 * one); the last drop must see every earlier use of the memory, hence acquire-release.
 */
#ifndef PMTA_SNAP_REFS_H
#define PMTA_SNAP_REFS_H

#include <stdbool.h>

static inline void
snap_refs_take(int *refs)
{
	__atomic_add_fetch(refs, 1, __ATOMIC_RELAXED);
}

/* True if that was the last one. */
static inline bool
snap_refs_drop(int *refs)
{
	return __atomic_sub_fetch(refs, 1, __ATOMIC_ACQ_REL) == 0;
}

#endif
