/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keeper_window.h - the keeper's part for windows and the clock that they end at (see keeper.h).
 */
#ifndef PMTA_KEEPER_WINDOW_H
#define PMTA_KEEPER_WINDOW_H

#include "model.h"
#include "store.h"

/* Brings back the clock, and the windows of all objects that are there. */
void keeper_load_windows(struct store *store, struct model_server *server, struct moment now);

/* Writes the clock, and each row with a slot that differs from the store, into the transaction. */
void keeper_save_windows(struct store *store, const struct model_server *server);

/* Called after the commit, if it went well (saved), or if the store was begun anew. */
void keeper_mark_windows(struct model_server *server, bool saved);

/* Drops what windows have outlived, here and in the store. */
void keeper_trim_windows(struct store *store, struct model_server *server, struct moment now);

#endif
