/* SPDX-License-Identifier: BSD-2-Clause */
/* bounceClassTable. */
#include "metric_private.h"

#define HERE SNAP_SCOPE_BOUNCE_CLASS, SNAP_CLASS
#define FIELD(field) offsetof(struct snap_class, field)

static const struct metric_word kinds[] = {
	{"hard", SNAP_KIND_HARD}, {"soft", SNAP_KIND_SOFT}, {"other", SNAP_KIND_OTHER}, {NULL, 0}};

/* clang-format off */
#define TOTAL(name, word, field) name, word, HERE, METRIC_TOTAL, METRIC_PLAIN, FIELD(field)

static const struct metric class[] = {
	/* Of all bounces, where bounce-share is of all attempts within a window. */
	{"bounceClassShare", "share-of-bounces", HERE, METRIC_GAUGE, METRIC_SHARE, FIELD(share),
	 .noun = "of all bounces", .raise_note = SNAP_NOTE_BOUNCE_RATE_HIGH},
	{"bounceClassLastSeenAge", "last-seen-age", HERE, METRIC_AGE, METRIC_SECONDS,
	 FIELD(last_seen), .noun = "since the last record"},
	{"bounceClassKind", "kind", HERE, METRIC_STATE, METRIC_WORDS, FIELD(kind), .noun = "kind",
	 .words = kinds},
	{TOTAL("bounceClassBounced", NULL, bounced), .noun = "recipients bounced",
	 .raise_note = SNAP_NOTE_BOUNCE_RATE_HIGH},
	{TOTAL("bounceClassRemoteBounced", "remote-bounced", remote_bounced),
	 .noun = "recipients bounced later by mail", .raise_note = SNAP_NOTE_BOUNCE_RATE_HIGH},
	{TOTAL("bounceClassDeferred", NULL, deferred), .noun = "attempts deferred",
	 .raise_note = SNAP_NOTE_DEFERRAL_RATE_HIGH},
};
/* clang-format on */

const struct metric_list metric_class_list = METRIC_LIST(class);
