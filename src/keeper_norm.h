/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keeper_norm.h - carries the baselines of a server into the store and back, for keeper.c only.
 */
#ifndef PMTA_KEEPER_NORM_H
#define PMTA_KEEPER_NORM_H

#include "model.h"
#include "store.h"

/* Brings back what was learned of a server within the last weeks. */
void keeper_load_norm(struct store *store, struct model_server *server, struct moment now);

/* Writes what differs from the store into the transaction of the records it was learned from. */
void keeper_save_norm(struct store *store, const struct model_server *server);

#endif
