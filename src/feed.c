/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed.h"

#include <string.h>

#include "log.h"

/* Says it once when a source begins to fail and once when it is good again; rejected rows are told
 * the first time and then each time their number doubled. */
static void
log_change(struct feed *feed, const struct acct_stats *stats, uint64_t rejected)
{
	const char *server = feed->server->name;

	if (stats->failing && !feed->failing)
		log_warning("acct", "%s: %s", server, stats->error);
	else if (!stats->failing && feed->failing)
		log_notice("acct", "%s: %s: read again", server, stats->file);
	feed->failing = stats->failing;
	if (rejected > feed->rejected * 2) {
		log_warning("acct", "%s: %llu rows rejected so far, the last: %s", server,
			    (unsigned long long)rejected, stats->error);
		feed->rejected = rejected;
	}
}

/* How far a source is behind, if that is far. One that cannot be read has told why. */
static void
log_backlog(struct feed *feed, const struct model_source *source, struct moment now)
{
	char line[CATCHUP_LINE_MAX];

	if (!source->failed && catchup_note(&feed->catchup, source->backlog, now, line))
		log_notice("acct", "%s: %s: %s", feed->server->name, source->name, line);
}

static void
note_trouble(struct model_source *source, const struct acct_stats *stats, struct moment now)
{
	const bool begins = stats->failing && !source->failed;

	if (stats->error[0] == '\0' || (!begins && strcmp(source->error, stats->error) == 0))
		return;
	text_clean(source->error, sizeof source->error, stats->error, strlen(stats->error));
	source->error_wall = now.wall_ms / 1000;
}

/* Adds to a total what the reader, which counts from zero, counted since the last time. */
static bool
add_since(uint64_t *total, uint64_t *noted, uint64_t count)
{
	const uint64_t more = count - *noted;

	*total += more;
	*noted = count;
	return more > 0;
}

static void
note_records(struct model_source *source, const struct acct_stats *stats, struct moment now)
{
	source->good_mono = now.mono_ms;
	source->lag = 0;
	if (stats->last_logged != SNAP_NO_TIME && now.wall_ms / 1000 > stats->last_logged)
		source->lag = (uint32_t)(now.wall_ms / 1000 - stats->last_logged);
}

void
feed_note(struct feed *feed, struct moment now)
{
	struct model_server *server = feed->server;
	struct model_source *source = model_source(server, feed->source);
	struct acct_stats stats;
	bool counted;

	acct_tail_stats(feed->tail, &stats);
	counted = add_since(&source->records, &feed->noted.records, stats.records);
	if (counted)
		note_records(source, &stats, now);
	counted |= add_since(&source->rejected, &feed->noted.rejected, stats.rejected);
	if (add_since(&source->gaps, &feed->noted.gaps, stats.gaps)) {
		counted = true;
		server->records_missed = server->discontinuity = now.wall_ms / 1000;
		server->version++;
	}
	if (counted)
		server->dirty = true;
	if (counted || source->backlog != stats.backlog || source->tried == stats.waiting ||
	    source->failed != stats.failing || strcmp(feed->noted.error, stats.error) != 0)
		server->sources_version++;
	note_trouble(source, &stats, now);
	source->types |= feed->types;
	source->backlog = stats.backlog;
	source->tried = !stats.waiting;
	source->failed = stats.failing;
	memcpy(feed->noted.error, stats.error, sizeof stats.error);
	log_change(feed, &stats, source->rejected);
	log_backlog(feed, source, now);
}
