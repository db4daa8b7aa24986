/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_trouble.h - what can happen to a store that is open: a full disk, damage, the end of the
 * process.
 */
#ifndef PMTA_STORE_TROUBLE_H
#define PMTA_STORE_TROUBLE_H

#include "store.h"

/* From now on the disk is full, or has room again. */
void store_trouble_full(struct store *store, bool full);

/* Overwrites the file's pages; what SQLite held of them in memory is dropped. */
void store_trouble_damage(struct store *store);

/* Closes it as the end of the process does: what was not committed is gone. */
void store_trouble_crash(struct store *store);

#endif
