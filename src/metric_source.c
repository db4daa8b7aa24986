/* SPDX-License-Identifier: BSD-2-Clause */
/* pmtaSourceTable. */
#include "metric_private.h"

#define HERE SNAP_SCOPE_SOURCE, SNAP_SOURCE
#define FIELD(field) offsetof(struct snap_source, field)

static const struct metric_word kinds[] = {{"status", SNAP_SOURCE_STATUS},
					   {"queues", SNAP_SOURCE_QUEUES},
					   {"domains", SNAP_SOURCE_DOMAINS},
					   {"vmtas", SNAP_SOURCE_VMTAS},
					   {"jobs", SNAP_SOURCE_JOBS},
					   {"accounting", SNAP_SOURCE_ACCOUNTING},
					   {NULL, 0}};

static const struct metric_word states[] = {{"ok", SNAP_SOURCE_OK},
					    {"waiting", SNAP_SOURCE_WAITING},
					    {"failing", SNAP_SOURCE_FAILING},
					    {"stale", SNAP_SOURCE_STALE},
					    {NULL, 0}};

/* clang-format off */
#define TOTAL(name, word, field) name, word, HERE, METRIC_TOTAL, METRIC_PLAIN, FIELD(field)

static const struct metric source[] = {
	{"pmtaSourceAge", "age", HERE, METRIC_MONO_AGE, METRIC_SECONDS, FIELD(good_mono),
	 .noun = "since it was last read", .raise_note = SNAP_NOTE_SOURCE_STALE},
	{"pmtaSourceLag", "lag", HERE, METRIC_GAUGE, METRIC_SECONDS, FIELD(lag),
	 .noun = "behind", .raise_note = SNAP_NOTE_SOURCE_STALE},
	{"pmtaSourceBacklog", "backlog", HERE, METRIC_LEVEL64, METRIC_KB, FIELD(backlog),
	 .noun = "not yet read", .raise_note = SNAP_NOTE_SOURCE_STALE},
	{"pmtaSourceDuration", "duration", HERE, METRIC_GAUGE, METRIC_MS, FIELD(duration_ms),
	 .noun = "for the last attempt"},
	{"pmtaSourceLastErrorAge", "last-error-age", HERE, METRIC_AGE, METRIC_SECONDS,
	 FIELD(last_error_time), .noun = "since the last error"},
	{"pmtaSourceKind", "kind", HERE, METRIC_STATE, METRIC_WORDS, FIELD(kind), .noun = "kind",
	 .words = kinds},
	{"pmtaSourceState", "state", HERE, METRIC_STATE, METRIC_WORDS, FIELD(state),
	 .noun = "state", .words = states, .raise_note = SNAP_NOTE_SOURCE_STALE,
	 .note_states = 1u << SNAP_SOURCE_FAILING | 1u << SNAP_SOURCE_STALE},
	{TOTAL("pmtaSourceAttempts", NULL, attempts), .noun = "attempts"},
	{TOTAL("pmtaSourceFailures", "failures", failures), .noun = "failures",
	 .raise_note = SNAP_NOTE_SOURCE_STALE},
	{TOTAL("pmtaSourceRecords", "records", records), .noun = "records read",
	 .below_note = SNAP_NOTE_SOURCE_STALE},
	{TOTAL("pmtaSourceRejected", "rejected", rejected), .noun = "records rejected"},
	{TOTAL("pmtaSourceGaps", "gaps", gaps), .noun = "gaps in the records"},
};
/* clang-format on */

const struct metric_list metric_source_list = METRIC_LIST(source);
