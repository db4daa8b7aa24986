/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "level.h"
#include "model_object.h"

/* Zones differ by whole quarters of an hour. */
#define ZONE_STEP_S 900
/* How far two workings-out of one start may lie apart: transport delay and a stepped clock. */
#define START_SLACK_S 60

/* A document's number as a counter, or absent if it cannot be one. */
static doc_number
counter_of(doc_number number)
{
	return number < 9e18 ? number : NAN;
}

/* PowerMTA's counters in the order of enum model_running_id; kilobytes come with one decimal. */
static void
raw_counters(const struct doc_status *status, doc_number raw[RUN_COUNT])
{
	const struct doc_traffic *total = &status->traffic[DOC_TOTAL];

	raw[RUN_IN_RCP] = total->in.rcp;
	raw[RUN_IN_MSG] = total->in.msg;
	raw[RUN_IN_KB] = total->in.kb * 10;
	raw[RUN_OUT_RCP] = total->out.rcp;
	raw[RUN_OUT_MSG] = total->out.msg;
	raw[RUN_OUT_KB] = total->out.kb * 10;
	raw[RUN_BOUNCES] = total->bounces;
	raw[RUN_COMPLAINTS] = total->complaints;
	for (int i = 0; i < RUN_COUNT; i++)
		raw[i] = counter_of(raw[i]);
}

/*
 * Our totals go on where PowerMTA's begin again: at its start, and at `pmta reset counters`, which
 * leaves startupTime alone (guide 6.3.5) and so is known by a counter that goes down.
 */
static void
apply_counters(struct model_server *server, const struct doc_status *status, bool restarted,
	       struct moment now)
{
	doc_number raw[RUN_COUNT];
	bool fell = false;

	raw_counters(status, raw);
	for (int i = 0; i < RUN_COUNT; i++) {
		if (!isnan(raw[i]) && server->running[i].known &&
		    (uint64_t)llround(raw[i]) < server->running[i].raw)
			fell = true;
	}
	for (int i = 0; i < RUN_COUNT; i++) {
		struct model_running *running = &server->running[i];
		uint64_t value, before = 0;

		if (isnan(raw[i]))
			continue;
		value = (uint64_t)llround(raw[i]);
		if (running->known && !restarted && !fell)
			before = running->raw;
		if (!running->known || value != running->raw)
			server->dirty = true;
		running->total += value - before;
		running->raw = value;
		running->known = true;
	}
	if (restarted)
		server->restarts++;
	else if (fell)
		server->counter_resets++;
	if (!restarted && !fell)
		return;
	server->discontinuity = now.wall_ms / 1000;
	server->dirty = true;
}

/* Whole quarters of an hour: what is left is transport delay and the difference of two clocks. */
static int64_t
zone_of(int64_t time_now, struct moment now)
{
	const double ahead = (double)time_now - (double)now.wall_ms / 1000;

	return (int64_t)llround(ahead / ZONE_STEP_S) * ZONE_STEP_S;
}

/* When PowerMTA was started, by our clock: its uptime needs no zone. */
static int64_t
start_of(const struct model_server *server, const struct doc_status *status, struct moment now)
{
	if (status->time_now != SNAP_NO_TIME && status->time_now >= status->start_time)
		return now.wall_ms / 1000 - (status->time_now - status->start_time);
	return status->start_time - server->zone;
}

/* True if only the zone in which startupTime is told has changed: whole quarters of an hour apart,
 * and still the same instant. */
static bool
is_same_start(const struct model_server *server, const struct doc_status *status, int64_t start)
{
	const int64_t told =
		moment_parse(server->start_text, (unsigned)strlen(server->start_text), NULL);

	if (told == INT64_MIN || server->start_time == SNAP_NO_TIME)
		return false;
	return (status->start_time - told) % ZONE_STEP_S == 0 &&
	       start <= server->start_time + START_SLACK_S &&
	       start >= server->start_time - START_SLACK_S;
}

/* Takes the zone and the start. The start is worked out once for each startupTime, so that it does
 * not waver from poll to poll. Returns true if PowerMTA was started anew. */
static bool
apply_start(struct model_server *server, const struct doc_status *status, struct moment now)
{
	const bool known = server->start_text[0] != '\0';
	int64_t start;

	if (status->time_now != SNAP_NO_TIME) {
		server->zone = zone_of(status->time_now, now);
		server->zone_known = true;
	}
	/* A text that is no time tells nothing; a restart shows in the counters too. */
	if (status->start_time == SNAP_NO_TIME)
		return false;
	if (strcmp(server->start_text, status->start_text) == 0 &&
	    server->start_time != SNAP_NO_TIME)
		return false;
	server->dirty = true;
	start = start_of(server, status, now);
	if (!is_same_start(server, status, start)) {
		server->start_time = start;
		memcpy(server->start_text, status->start_text, sizeof server->start_text);
		return known;
	}
	memcpy(server->start_text, status->start_text, sizeof server->start_text);
	return false;
}

static enum snap_server_state
state_of(const struct doc_status *status)
{
	if (status->shutting_down == 1 || strcasestr(status->state_text, "shutting") != NULL)
		return SNAP_STATE_SHUTTING_DOWN;
	if (strcasecmp(status->state_text, "stopped") == 0)
		return SNAP_STATE_STOPPED;
	if (strncasecmp(status->state_text, "start", 5) == 0 ||
	    (!isnan(status->spool_init) && status->spool_init < 100))
		return SNAP_STATE_STARTING;
	return SNAP_STATE_RUNNING;
}

void
model_apply_status(struct model_server *server, const struct doc_status *status, struct moment now)
{
	const bool restarted = apply_start(server, status, now);

	apply_counters(server, status, restarted, now);
	server->status = *status;
	server->have_status = true;
	server->state = state_of(status);
	memcpy(server->state_text, status->state_text, sizeof server->state_text);
	server->failed_polls = 0;
	server->good_mono = now.mono_ms;
	server->version++;
}

void
model_status_failed(struct model_server *server, bool stopped, const char *reason,
		    struct moment now)
{
	if (server->failed_polls == 0)
		server->failed_since = now.mono_ms;
	server->state = stopped ? SNAP_STATE_STOPPED : SNAP_STATE_UNREACHABLE;
	text_clean(server->state_text, sizeof server->state_text, reason, strlen(reason));
	server->failed_polls++;
	server->version++;
}

uint32_t
model_level_sum(doc_number a, doc_number b)
{
	return level_of(isnan(a) ? b : isnan(b) ? a : a + b);
}

uint32_t
model_queued_recipients(const struct model_server *server)
{
	return model_level_sum(server->status.queue[SNAP_DELIVERY_SMTP].rcp,
			       server->status.queue[SNAP_DELIVERY_HTTP].rcp);
}
