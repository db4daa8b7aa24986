/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>

#include "arena.h"
#include "level.h"
#include "publish_rows.h"

/* Hundredths of a percent, or absent without a denominator. */
static uint32_t
share_of(doc_number part, doc_number whole)
{
	if (isnan(part) || isnan(whole) || whole <= 0)
		return SNAP_NONE32;
	return level_of(part * 10000 / whole);
}

static struct snap_connections
connections_of(const doc_number numbers[3])
{
	return (struct snap_connections){
		.current = level_of(numbers[0]),
		.max = level_of(numbers[1]),
		.top = level_of(numbers[2]),
		.usage = share_of(numbers[0], numbers[1]),
	};
}

static struct snap_rate
rate_of(const struct doc_volume *volume)
{
	return (struct snap_rate){
		.recipients = level_of(volume->rcp),
		.messages = level_of(volume->msg),
		.kb = level_of(volume->kb),
	};
}

/* What is queued for remote delivery; the same sum as model_queued_recipients(). */
static void
fill_queued(struct snap_server *row, const struct doc_status *status)
{
	const int smtp = SNAP_DELIVERY_SMTP, http = SNAP_DELIVERY_HTTP;

	row->queued_recipients = model_level_sum(status->queue[smtp].rcp, status->queue[http].rcp);
	row->queued_kb = model_level_sum(status->queue[smtp].kb, status->queue[http].kb);
	row->queued_domains = model_level_sum(status->queue[smtp].dom, status->queue[http].dom);
}

/* The levels of the last good /status, while it is young enough; otherwise all of them absent. */
static void
fill_levels(struct snap_server *row, const struct doc_status *status)
{
	row->spool_init = level_of(status->spool_init);
	row->spool_dirs = level_of(status->spool_dirs);
	row->spool_files = level_of(status->spool_files);
	row->spool_recipients = level_of(status->spool_rcp);
	row->spool_max = level_of(status->spool_max);
	row->spool_usage = share_of(status->spool_rcp, status->spool_max);
	row->in = connections_of(status->conn_in);
	row->out = connections_of(status->conn_out);
	row->dns_cached = level_of(status->dns_cached);
	row->dns_pending = level_of(status->dns_pending);
	row->dns_active = level_of(status->dns_active);
	fill_queued(row, status);
	for (int w = 0; w < SNAP_WINDOWS; w++) {
		row->rate_in[w] = rate_of(&status->traffic[DOC_LAST_HOUR + w].in);
		row->rate_out[w] = rate_of(&status->traffic[DOC_LAST_HOUR + w].out);
	}
}

/* A document in which nothing was told: what a stale one is worth. */
static void
unknown_status(struct doc_status *status)
{
	memset(status, 0, sizeof *status);
	for (int w = 0; w < DOC_WINDOWS; w++) {
		const struct doc_volume none = {NAN, NAN, NAN};

		status->traffic[w] = (struct doc_traffic){none, none, NAN, NAN};
	}
	for (int i = 0; i < 3; i++)
		status->conn_in[i] = status->conn_out[i] = NAN;
	status->dns_cached = status->dns_pending = status->dns_active = NAN;
	status->spool_init = status->spool_dirs = status->spool_files = NAN;
	status->spool_rcp = status->spool_max = NAN;
	for (int t = 0; t <= SNAP_DELIVERY_OTHER; t++)
		status->queue[t].rcp = status->queue[t].dom = status->queue[t].kb = NAN;
}

static uint64_t
running(const struct model_server *server, enum model_running_id id)
{
	const struct model_running *counter = &server->running[id];

	if (!counter->known)
		return SNAP_NONE64;
	return id == RUN_IN_KB || id == RUN_OUT_KB ? counter->total / 10 : counter->total;
}

static void
fill_traffic(struct snap_server *row, const struct model_server *server)
{
	row->total_in =
		(struct snap_volume){running(server, RUN_IN_RCP), running(server, RUN_IN_MSG),
				     running(server, RUN_IN_KB)};
	row->total_out =
		(struct snap_volume){running(server, RUN_OUT_RCP), running(server, RUN_OUT_MSG),
				     running(server, RUN_OUT_KB)};
	row->bounces_processed = running(server, RUN_BOUNCES);
	row->complaints_processed = running(server, RUN_COMPLAINTS);
	row->restarts = server->restarts;
	row->counter_resets = server->counter_resets;
	if (server->has_accounting)
		row->totals = server->totals;
	else
		memset(&row->totals, 0xff, sizeof row->totals); /* SNAP_NONE64 each */
	row->bounce_split = server->has_accounting
				    ? server->bounce_split
				    : (struct snap_bounce_split){SNAP_NONE64, SNAP_NONE64,
								 SNAP_NONE64, SNAP_NONE64};
}

static struct snap_list
list_of(const struct model_server *server, enum doc_list_kind kind, struct moment now)
{
	const struct model_list *list = &server->list[kind];

	if (!model_list_fresh(server, kind, now))
		return (struct snap_list){SNAP_NONE32, SNAP_NONE32};
	return (struct snap_list){list->listed, list->total};
}

/* What the list of queues left out: by its own total, so that both are of the same moment. */
static uint32_t
unlisted(const struct model_server *server, struct moment now)
{
	const struct model_list *list = &server->list[DOC_QUEUES];

	if (!model_list_fresh(server, DOC_QUEUES, now))
		return SNAP_NONE32;
	if (list->complete)
		return 0;
	if (list->total_recipients == SNAP_NONE32)
		return SNAP_NONE32;
	return list->total_recipients > list->listed_recipients
		       ? list->total_recipients - list->listed_recipients
		       : 0;
}

static void
fill_lists(struct snap_server *row, const struct model_server *server, struct moment now)
{
	const bool queues = model_list_fresh(server, DOC_QUEUES, now);

	row->queues = list_of(server, DOC_QUEUES, now);
	row->domains = list_of(server, DOC_DOMAINS, now);
	row->vmtas = list_of(server, DOC_VMTAS, now);
	row->jobs = list_of(server, DOC_JOBS, now);
	row->unlisted_recipients = unlisted(server, now);
	row->queues_backoff = queues ? server->queues_backoff : SNAP_NONE32;
	row->queues_paused = queues ? server->queues_paused : SNAP_NONE32;
	row->queues_stuck = queues ? server->queues_stuck : SNAP_NONE32;
	row->vmta_fairness =
		model_list_fresh(server, DOC_VMTAS, now) ? server->vmta_fairness : SNAP_NONE32;
	row->lists_mono = server->list[DOC_QUEUES].good_mono;
}

static void
fill_server(struct snap_page *page, struct snap_server *row, const struct model_server *server,
	    struct moment now)
{
	struct doc_status status;

	if (server->have_status && model_status_fresh(server, now))
		status = server->status;
	else
		unknown_status(&status);
	row->name = publish_text(page, server->name);
	row->host = publish_text(page, server->status.host);
	row->version = publish_text(page, server->status.version);
	row->state = server->state;
	row->state_text = publish_text(page, server->state_text);
	row->start_time = server->start_time;
	row->good_mono = server->good_mono;
	row->discontinuity = server->discontinuity;
	row->alarms_active = server->alarms_active;
	row->alarms_worst = server->alarms_worst;
	fill_levels(row, &status);
	fill_traffic(row, server);
	fill_lists(row, server, now);
	publish_checks(page, row, server, now);
}

void
publish_server_row(const struct model_server *server, struct snap_server *row, struct moment now)
{
	fill_server(NULL, row, server, now);
}

struct snap_page *
publish_server(struct model_server *server, struct moment now)
{
	struct snap_page *page = snap_page_new(1, sizeof(struct snap_server));

	if (page != NULL)
		fill_server(page, page->rows, server, now);
	return page;
}

struct snap_page *
publish_delivery_types(struct model_server *server, struct moment now)
{
	const bool fresh = server->have_status && model_status_fresh(server, now);
	struct snap_page *page =
		snap_page_new(SNAP_DELIVERY_OTHER, sizeof(struct snap_delivery_type));
	struct snap_delivery_type *rows;
	uint32_t used = 0;

	if (page == NULL)
		return NULL;
	rows = page->rows;
	for (uint32_t type = SNAP_DELIVERY_SMTP; type <= SNAP_DELIVERY_OTHER; type++) {
		const doc_number told = server->status.queue[type].rcp;
		const bool known = server->have_status && !isnan(told);
		struct snap_delivery_type *row = &rows[used];

		if (!known && server->delivered_by_type[type] == 0)
			continue;
		row->key = type;
		row->recipients = row->domains = row->kb = SNAP_NONE32;
		row->delivered =
			server->has_accounting ? server->delivered_by_type[type] : SNAP_NONE64;
		if (fresh) {
			row->recipients = level_of(server->status.queue[type].rcp);
			row->domains = level_of(server->status.queue[type].dom);
			row->kb = level_of(server->status.queue[type].kb);
		}
		used++;
	}
	page->count = used;
	return page;
}
