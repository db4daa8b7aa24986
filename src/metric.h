/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metric.h - what a rule can judge: every number and state that the MIB shows of an object, by its
 * MIB name.
 *
 * A metric reads one field of a row of the snapshot, so that a rule judges what a manager sees.
 * Pure.
 */
#ifndef PMTA_METRIC_H
#define PMTA_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "moment.h"
#include "snapshot.h"

/* The C type of the field, and what is made of it. */
enum metric_form {
	METRIC_GAUGE,	/* uint32_t, absent SNAP_NONE32 */
	METRIC_SIGNED,	/* int32_t, absent INT32_MIN */
	METRIC_TOTAL,	/* uint64_t, absent SNAP_NONE64: what it grew by within the rule's window */
	METRIC_TOTAL32, /* uint32_t, a Counter32, likewise */
	METRIC_TOTAL_BYTES, /* uint64_t bytes, likewise, in full KB like the column */
	METRIC_LEVEL64,	    /* uint64_t bytes, judged as KB like the column */
	METRIC_AGE,	    /* int64_t wall seconds, absent SNAP_NO_TIME: seconds since */
	METRIC_UNTIL,	    /* likewise: seconds until */
	METRIC_MONO_AGE,    /* int64_t monotonic ms: seconds since */
	METRIC_STATE,	    /* enumeration stored as unsigned; absent 0 */
	METRIC_STATE8,	    /* the same, or TruthValue, stored as uint8_t */
	METRIC_CODE	    /* uint16_t, absent 0 */
};

/* How a limit is written, and a value told. */
enum metric_unit {
	METRIC_PLAIN,	/* recipients, connections ... : 50000 or 50k (of 1000) */
	METRIC_SHARE,	/* hundredths of a percent: 15% or 0.1% */
	METRIC_SECONDS, /* a duration: 4h */
	METRIC_MS,	/* a duration */
	METRIC_KB,	/* a size */
	METRIC_WORDS	/* the names of the enumeration in the MIB: "backoff" */
};

struct metric_word {
	const char *text; /* as in the MIB, first of its value; NULL ends the list */
	uint32_t value;
};

struct metric {
	const char *name; /* MIB descriptor: "providerWindowDeferralShare" */
	const char *word; /* what the configuration may say for it within its scope:
			     "deferral-share"; NULL: the name only */
	enum snap_scope scope;
	enum snap_table table; /* whose rows it reads; of a window table the rule must say which */
	enum metric_form form;
	enum metric_unit unit;
	size_t offset;			 /* of the field in the row */
	size_t sample;			 /* of the uint32_t field that `minimum` is about; 0 none */
	const char *sample_noun;	 /* what that field counts: "attempts" */
	const char *noun;		 /* follows a value in texts: "recipients queued", "of
					    attempts deferred"; METRIC_WORDS: precedes it */
	const struct metric_word *words; /* METRIC_WORDS */
	uint32_t note_states;		 /* METRIC_WORDS: bit n: raise_note tells of the value n */
	enum snap_notification raise_note; /* of the pair that tells of it, above; 0: the pair for
					      any other threshold */
	enum snap_notification below_note; /* the same of a rule below; 0 likewise */
};

/* The metric of this MIB name or word in the scope, or NULL. */
const struct metric *metric_find(enum snap_scope scope, const char *name);

/* All of them, one after the other: NULL from the end on. */
const struct metric *metric_at(size_t position);

/* True if it reads a row of a window table. */
bool metric_reads_window(const struct metric *metric);

/* True if rules on it need a window: it reads a window table, or a total. */
bool metric_needs_window(const struct metric *metric);

/* Reads a value out of a row, for totals the total itself. False if it has none. */
bool metric_read(const struct metric *metric, const void *row, struct moment now, int64_t *out);

/* Writes a value as a person reads it: "38.2 %", "4 h 10 min", "50000", "backoff". Returns buf. */
const char *metric_format(const struct metric *metric, int64_t value, char *buf, size_t size);

/* Writes seconds as a person reads them, the two largest units: "90 min" is "1 h 30 min". Returns
 * buf. */
const char *metric_format_seconds(int64_t seconds, char *buf, size_t size);

/* Writes what a person calls it: "deferral share", or its MIB name if it has no word. Returns buf.
 */
const char *metric_title(const struct metric *metric, char *buf, size_t size);

/* Writes a number and what it counts, a noun that begins with its plural: "2 queues in backoff", "1
 * queue in backoff". Returns buf. */
const char *metric_counted(const char *number, const char *noun, char *buf, size_t size);

#endif
