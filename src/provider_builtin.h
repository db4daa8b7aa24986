/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * provider_builtin.h - the mailbox providers that are known without any configuration.
 */
#ifndef PMTA_PROVIDER_BUILTIN_H
#define PMTA_PROVIDER_BUILTIN_H

#include <stddef.h>

/* Words are separated by one blank each and are lower-case. */
struct provider_builtin {
	const char *name;
	const char *rollups; /* NAME stands for "NAME.rollup" and "*.NAME.rollup" */
	const char *domains; /* patterns as in struct provider_entry */
};

/* In the order of their indexes; the array ends with a NULL name. */
extern const struct provider_builtin provider_builtin[];

#endif
