/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reply_table.h - what receiving servers replied to one server of ours: how often, when last, and
 * in which words, by provider, reply code and enhanced status code. Pure but for memory.
 *
 * The number of rows is bounded, whatever servers invent: where a new row finds no room, it takes
 * the place of the one that was not seen for the longest time.
 */
#ifndef PMTA_REPLY_TABLE_H
#define PMTA_REPLY_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "reply.h"

#define REPLY_ROWS_MAX 2000u
/* The last hour of a row is counted in slots of ten minutes. */
#define REPLY_SLOTS 6
#define REPLY_SLOT_S 600

struct reply_row {
	uint32_t provider; /* index, 0 none */
	uint32_t code;	   /* SMTP reply code, 0 none */
	uint32_t enhanced; /* reply_enhanced_number() */
	uint64_t bounced, deferred;
	int64_t last_seen;	      /* UTC seconds, from the record */
	int64_t slot;		      /* the newest: its time in units of REPLY_SLOT_S */
	uint32_t recent[REPLY_SLOTS]; /* the newest first */
	int64_t text_slot;	      /* when the sample was taken */
	uint16_t next;		      /* of the same hash: position from 1, 0 none */
	bool dirty;		      /* differs from the store */
	char text[REPLY_TEXT_MAX + 1];
};

/* Begins zeroed. */
struct reply_table {
	struct reply_row *rows; /* a row stays where it is: its position is its key in the store */
	uint32_t count, room;
	uint16_t *heads;
};

/* class * 1000000 + subject * 1000 + detail; 0 if there is none. */
uint32_t reply_enhanced_number(struct reply_enhanced enhanced);

/* Counts a reply: it failed a recipient for good (bounced), or an attempt. A reply that says
 * nothing at all is not counted; nor is one without memory. O(1) but for a row that takes another's
 * place, which looks at all rows. */
void reply_table_count(struct reply_table *table, uint32_t provider, const struct reply *reply,
		       bool bounced, int64_t when);

/* Puts a row back at its position, as it was saved. Returns 0, or -1 without memory or for a
 * position that there is not. */
int reply_table_restore(struct reply_table *table, uint32_t position, const struct reply_row *row);

/* How often the row was counted in the last hour before asof, in whole slots. */
uint64_t reply_row_recent(const struct reply_row *row, int64_t asof);

void reply_table_clear(struct reply_table *table);

#endif
