/* SPDX-License-Identifier: BSD-2-Clause */
#include "model_window.h"

#include "model_object.h"
#include "model_wait.h"

/* Windows are shown anew this often while something is in them. */
#define SHOW_MS 10000

static const struct window_shape day = {.horizon = 86400, .fine = true};
static const struct window_shape hour = {.horizon = 3600};

const struct window_shape *
model_window_shape(enum store_kind kind)
{
	switch (kind) {
	case STORE_SERVER:
	case STORE_VMTA:
	case STORE_CLASS:
	case STORE_PROVIDER:
		return &day;
	case STORE_QUEUE:
		return &hour;
	default:
		return NULL;
	}
}

const uint32_t *
model_window_lengths(enum store_kind kind)
{
	static const uint32_t many[] = {60, 300, 600, 3600, 21600, 86400, 0},
			      few[] = {600, 3600, 0};
	const struct window_shape *shape = model_window_shape(kind);

	if (shape == NULL)
		return NULL;
	return shape == &day ? many : few;
}

int64_t
model_window_time(const struct model_server *server, struct moment now)
{
	const int64_t time = record_clock_now(&server->clock, now);

	return time != SNAP_NO_TIME ? time : now.wall_ms / 1000;
}

static void
read_failure(const struct model_server *server, const struct acct_record *record,
	     struct model_happening *out)
{
	const bool bounced = record->type == ACCT_BOUNCE;

	reply_read(record->dsn_diag, record->dsn_status, &out->reply);
	out->failed = true;
	out->throttled = !bounced && throttle_matches(server->model->throttle, &out->reply);
	out->event.count[WINDOW_BOUNCED] = bounced;
	out->event.count[WINDOW_DEFERRED] = record->type == ACCT_TRANSIENT;
	out->event.count[WINDOW_THROTTLED] = out->throttled;
	out->event.count[WINDOW_ATTEMPTS] = 1;
}

static void
read_delivery(const struct acct_record *record, struct window_event *out)
{
	const int64_t latency = acct_record_latency(record);

	out->count[WINDOW_DELIVERED] = 1;
	out->count[WINDOW_ATTEMPTS] = 1;
	out->bytes = record->size;
	out->timed = latency != SNAP_NO_TIME;
	if (out->timed)
		out->latency = latency;
}

void
model_happening_read(struct model_server *server, const struct acct_record *record,
		     struct model_happening *out, struct moment now)
{
	*out = (struct model_happening){.when = now.wall_ms / 1000};
	if (record->time_logged != SNAP_NO_TIME) {
		out->when = record->time_logged;
		record_clock_note(&server->clock, record->time_logged, now);
	}
	out->asof = model_window_time(server, now);
	switch (record->type) {
	case ACCT_DELIVERY:
		read_delivery(record, &out->event);
		break;
	case ACCT_BOUNCE:
	case ACCT_TRANSIENT:
	case ACCT_TRANSIENT_QUEUE:
		read_failure(server, record, out);
		break;
	case ACCT_RECEIPT:
		out->event.count[WINDOW_RECEIVED] = 1;
		break;
	case ACCT_FEEDBACK:
		out->event.count[WINDOW_COMPLAINTS] = 1;
		break;
	case ACCT_REMOTE_BOUNCE:
	case ACCT_REMOTE_STATUS:
		break;
	}
}

void
model_window_add(struct window **window, enum store_kind kind,
		 const struct model_happening *happening)
{
	const struct window_shape *shape = model_window_shape(kind);

	if (shape != NULL)
		window_add(window, shape, happening->asof, happening->when, &happening->event);
}

/* Merging slots changes what the store must have. */
static void
trim(struct window **window, enum store_kind kind, int64_t asof, bool *dirty)
{
	if (*window == NULL)
		return;
	window_trim(window, model_window_shape(kind), asof);
	*dirty |= window_is_dirty(*window);
}

void
model_trim(struct model_server *server, struct moment now)
{
	const int64_t asof = model_window_time(server, now);

	trim(&server->window, STORE_SERVER, asof, &server->dirty);
	for (int kind = 0; kind < STORE_KINDS; kind++) {
		struct model_set *set = &server->set[kind];

		if (model_window_shape((enum store_kind)kind) == NULL)
			continue;
		for (uint32_t i = 0; i < set->count; i++) {
			trim(&set->order[i]->window, (enum store_kind)kind, asof, &set->dirty);
			model_wait_trim(server, set->order[i], asof);
		}
	}
}

void
model_windows_age(struct model_server *server, struct moment now)
{
	if (now.mono_ms < server->windows_due)
		return;
	model_fairness_update(server, now);
	/* Sums that went down to nothing must be seen to do so. */
	if (server->counted || server->window != NULL || server->windows_filled)
		server->windows_version++;
	server->counted = false;
	server->windows_filled = server->window != NULL;
	server->windows_due = now.mono_ms + SHOW_MS;
}
