/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * feed.h - one accounting source of one server as it is being read: for the follower's own files
 * only (see follower.h). What the reader counts goes into the source's row and, where an operator
 * must know, into the log.
 */
#ifndef PMTA_FEED_H
#define PMTA_FEED_H

#include "acct_tail.h"
#include "catchup.h"
#include "model.h"

struct feed {
	struct acct_tail *tail;
	struct model_server *server;
	uint32_t server_index, source;
	int watch;		     /* inotify descriptor of its directory, -1 none */
	bool woken;		     /* the directory changed */
	struct acct_position saved;  /* as the store has it */
	struct acct_position saving; /* as the transaction under way has it */
	struct acct_stats noted;     /* as last added to the source's totals */
	unsigned types;		     /* bit enum acct_type: seen in the piece being read */
	bool failing;		     /* logged */
	uint64_t rejected;	     /* at the last log line about rejected rows */
	struct catchup catchup;
	struct moment now; /* of the read under way, for the callback */
};

/* Shows in pmtaSourceTable what the reader says of itself, and logs what has changed. */
void feed_note(struct feed *feed, struct moment now);

#endif
