/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bounce_class.h - PowerMTA's 17 bounce categories (guide 11.6) and how they are grouped. Pure.
 */
#ifndef PMTA_BOUNCE_CLASS_H
#define PMTA_BOUNCE_CLASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snapshot.h"

#define BOUNCE_CLASS_BUILTIN 17

/* The index (1-17) of one of PowerMTA's own categories, or 0 of any other name. ASCII case and the
 * difference between blank and '-' are ignored: old files have "message expired". */
uint32_t bounce_class_index(const char *name);

/* The name of an index 1-17. */
const char *bounce_class_name(uint32_t index);

/* True if both names mean the same category, by the rule above. */
bool bounce_class_is_same(const char *a, const char *b);

/* Categories that a site groups by itself: names[kind - 1] are of this kind. NULL names are passed
 * over. Borrowed from the configuration. */
struct bounce_groups {
	const char **names[SNAP_KIND_OTHER];
	size_t count[SNAP_KIND_OTHER];
};

/*
 * Hard: the address or domain will not work tomorrow either. Soft: it may. Other: it is not about
 * the recipient, or nobody can tell; a custom category that no group names is other. PowerMTA
 * itself has no such grouping; the one for what no group names is the common practice of
 * deliverability consultants. O(names in the groups).
 */
enum snap_class_kind bounce_class_kind(const struct bounce_groups *groups, const char *name);

#endif
