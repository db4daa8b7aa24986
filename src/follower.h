/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * follower.h - reads all accounting files of all servers into the model, a bounded piece at a time.
 *
 * Woken by inotify where the directory can be watched, by what comes through a FIFO, and once a
 * second in any case: inotify does not see what another host writes to a shared file system.
 */
#ifndef PMTA_FOLLOWER_H
#define PMTA_FOLLOWER_H

#include "model.h"
#include "store.h"

struct follower;

/* A follower of nothing yet. NULL without memory. */
struct follower *follower_new(struct store *store);
void follower_free(struct follower *follower);

/* Opens the sources of every server in the model, each where the store says that reading stopped;
 * those that were open before go on where they are, since what was counted of them may not be in
 * the store yet. Returns 0, or -1 without memory: then some are not read. */
int follower_configure(struct follower *follower, struct model *model);

/* A descriptor that is readable when a watched directory changed or a FIFO has something, or -1. */
int follower_fd(const struct follower *follower);
/* Takes what the descriptor has to say. */
void follower_woken(struct follower *follower);

/* True if a directory changed, something is left to be read, or a second has passed. */
bool follower_due(const struct follower *follower, struct moment now);

/*
 * Reads a piece of each source that has something, for about budget_ms altogether, and hands the
 * records to the model. Returns true if there is more to be read at once.
 */
bool follower_run(struct follower *follower, int budget_ms, struct moment now);

/* Writes the position of each source that moved into the transaction that holds its totals. */
void follower_save(struct follower *follower);
/* Called after the commit, if it went well: what is safe need not be written again. */
void follower_saved(struct follower *follower);
/* Called when the store was begun anew: it has no position any more. */
void follower_forget_saved(struct follower *follower);

#endif
