/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control requests: tests turn the world's wheels with them. GET /control/NAME?PARAMETERS; on=1
 * where it is left out.
 *
 *   books                            the exact books
 *   step?seconds=N                   move a manual clock; answered when the rows are on disk
 *   flush, rotate                    complete half rows; complete the accounting files
 *   fault?path=P&kind=K&times=N      see fault.h; also rate= of a slow one, bytes= of a huge one
 *   smtp?kind=K&ms=N                 of new SMTP connections, see smtp.h; ms= of a slow one
 *   clear                            end all faults, answer what hangs
 *   stop-listening?seconds=N         no listener for N real seconds
 *   restart, reset-counters          PowerMTA restarts; pmta reset counters
 *   shutting-down?on=, pmtad?on=     no mail comes in; the monitor stands alone and answers "fail"
 *   pause?queue=GLOB&on=             and backoff?queue=GLOB&on=
 *   throttle?domain=D&on=            the provider answers 421 4.7.28
 *   refuse?queue=GLOB&on=            it does so at once, before any recipient: all is stuck
 *   bounce-storm?domain=D&category=C&on=
 *   complaints?of=N                  of 10000 deliveries, those complained of from now on
 *   delete?queue=GLOB                pmta delete: all that waits there
 *   suppress?queue=GLOB&on=          the queues' recipients are in a suppression list
 *   inject?queue=Q&recipients=N
 *   trap                             notes who brings an API key
 */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http.h"
#include "smtp.h"
#include "traffic.h"

enum { NAME_MAX_BYTES = 60, STEP_MAX = 31 * 86400, INJECT_MAX = 10000000 };

/* A control request returns NULL, or why it was refused. */
typedef const char *control_fn(struct sim *sim, const struct request *request);

/* Reads a number. Returns 0 with *out set (to fallback if it is absent), or -1. */
static int
number(const struct request *request, const char *name, uint64_t fallback, uint64_t max,
       uint64_t *out)
{
	const char *text = request_arg(request, name);
	char *end;

	*out = fallback;
	if (text == NULL)
		return 0;
	if (text[0] < '0' || text[0] > '9')
		return -1;
	*out = strtoull(text, &end, 10);
	return *end == '\0' && *out <= max ? 0 : -1;
}

/* "on" may be left out: then something is switched on. */
static bool
is_on(const struct request *request)
{
	const char *on = request_arg(request, "on");

	return on == NULL || strcmp(on, "0") != 0;
}

static const char *
step(struct sim *sim, const struct request *request)
{
	uint64_t seconds;

	if (!sim->clock.manual)
		return "the clock runs by itself: start with --manual";
	if (number(request, "seconds", 1, STEP_MAX, &seconds) != 0)
		return "seconds: expected a number up to 2678400";
	for (; seconds > 0; seconds--)
		sim_tick(sim);
	acct_flush(sim->acct, false);
	return NULL;
}

static const char *
flush(struct sim *sim, const struct request *request)
{
	(void)request;
	acct_flush(sim->acct, true);
	return NULL;
}

static const char *
rotate(struct sim *sim, const struct request *request)
{
	(void)request;
	acct_rotate(sim->acct);
	return NULL;
}

/* Numbers stay below 2^64 - 1, which is what strtoull() makes of anything too large. */
static const char *
fault(struct sim *sim, const struct request *request)
{
	const char *path = request_arg(request, "path"), *kind = request_arg(request, "kind");
	uint64_t times, rate, bytes;

	if (path == NULL || kind == NULL)
		return "expected path= and kind=";
	if (number(request, "times", 0, UINT64_MAX - 1, &times) != 0 ||
	    number(request, "rate", 100, UINT64_MAX - 1, &rate) != 0 ||
	    number(request, "bytes", (uint64_t)1 << 30, UINT64_MAX - 1, &bytes) != 0)
		return "times, rate, bytes: expected numbers";
	return faults_set(sim->faults, path, kind, times, rate, bytes);
}

static const char *
smtp(struct sim *sim, const struct request *request)
{
	const char *kind = request_arg(request, "kind");
	uint64_t ms;

	if (sim->smtp == NULL)
		return "there is no SMTP port: start with --smtp-port";
	if (kind == NULL || number(request, "ms", 1000, 3600000, &ms) != 0)
		return "expected kind= and ms= up to 3600000";
	return smtp_fault(sim->smtp, kind, ms);
}

static const char *
clear(struct sim *sim, const struct request *request)
{
	(void)request;
	faults_clear(sim->faults);
	if (sim->smtp != NULL)
		smtp_fault(sim->smtp, "none", 0);
	sim->release_hung = true;
	return NULL;
}

static const char *
stop_listening(struct sim *sim, const struct request *request)
{
	uint64_t seconds;

	if (number(request, "seconds", 1, 3600, &seconds) != 0 || seconds == 0)
		return "seconds: expected a number from 1 to 3600";
	sim->stop_listening = (double)seconds;
	return NULL;
}

static const char *
restart(struct sim *sim, const struct request *request)
{
	(void)request;
	world_restart(sim->world);
	return NULL;
}

static const char *
reset_counters(struct sim *sim, const struct request *request)
{
	(void)request;
	flow_reset(&sim->world->flow);
	return NULL;
}

/* Calls set for each queue the parameter queue= matches. */
static const char *
each_queue(struct sim *sim, const struct request *request,
	   void (*set)(struct world *, struct queue *, bool))
{
	const char *glob = request_arg(request, "queue");
	size_t matched = 0;

	if (glob == NULL)
		return "expected queue=";
	for (size_t i = 0; i < sim->world->grid_queues; i++) {
		struct queue *queue = &sim->world->queues[i];

		if (fnmatch(glob, queue->name, FNM_NOESCAPE) == 0) {
			set(sim->world, queue, is_on(request));
			matched++;
		}
	}
	return matched > 0 ? NULL : "no such queue";
}

static void
set_paused(struct world *world, struct queue *queue, bool on)
{
	queue->paused = on;
	/* A paused queue holds no connections, from now and not from the next second. */
	if (on) {
		world->connections_out -= queue->connections;
		queue->connections = 0;
	}
}

static const char *
pause_queues(struct sim *sim, const struct request *request)
{
	return each_queue(sim, request, set_paused);
}

static const char *
backoff(struct sim *sim, const struct request *request)
{
	return each_queue(sim, request, traffic_backoff);
}

static void
set_refused(struct world *world, struct queue *queue, bool on)
{
	(void)world;
	queue->refused = on;
	queue->retry_at = 0;
}

static const char *
refuse(struct sim *sim, const struct request *request)
{
	return each_queue(sim, request, set_refused);
}

static void
delete_all(struct world *world, struct queue *queue, bool on)
{
	(void)on;
	traffic_delete(world, queue);
}

static const char *
delete_queues(struct sim *sim, const struct request *request)
{
	const char *error = each_queue(sim, request, delete_all);

	acct_flush(sim->acct, false);
	return error;
}

static void
set_suppressed(struct world *world, struct queue *queue, bool on)
{
	(void)world;
	queue->suppressed = on;
}

static const char *
suppress(struct sim *sim, const struct request *request)
{
	return each_queue(sim, request, set_suppressed);
}

static struct domain *
domain_arg(struct sim *sim, const struct request *request)
{
	const char *name = request_arg(request, "domain");

	for (size_t i = 0; name != NULL && i < sim->world->grid_domains; i++) {
		if (strcmp(sim->world->domains[i].name, name) == 0)
			return &sim->world->domains[i];
	}
	return NULL;
}

static const char *
throttle(struct sim *sim, const struct request *request)
{
	const struct domain *domain = domain_arg(sim, request);

	if (domain == NULL)
		return "no such domain";
	for (size_t i = 0; i < domain->queue_count; i++)
		sim->world->queues[domain->first_queue + i].throttled = is_on(request);
	return NULL;
}

static const char *
bounce_storm(struct sim *sim, const struct request *request)
{
	struct domain *domain = domain_arg(sim, request);
	const char *category = request_arg(request, "category");

	if (domain == NULL)
		return "no such domain";
	if (category != NULL && strlen(category) > NAME_MAX_BYTES)
		return "category: expected at most 60 bytes";
	domain->storm = 0;
	if (is_on(request))
		domain->storm = 1 + world_category(sim->world,
						   category != NULL ? category : "spam-related");
	return NULL;
}

static const char *
complaints(struct sim *sim, const struct request *request)
{
	uint64_t of;

	if (number(request, "of", 0, 10000, &of) != 0)
		return "of: expected a number up to 10000";
	sim->world->options.complaints = of;
	return NULL;
}

static const char *
inject(struct sim *sim, const struct request *request)
{
	const char *name = request_arg(request, "queue");
	struct queue *queue = name != NULL ? world_find_queue(sim->world, name) : NULL;
	uint64_t recipients;

	if (queue == NULL)
		return "no such queue";
	if (number(request, "recipients", 1, INJECT_MAX, &recipients) != 0)
		return "recipients: expected a number up to 10000000";
	traffic_inject(sim->world, queue, recipients);
	acct_flush(sim->acct, false);
	return NULL;
}

static const char *
shutting_down(struct sim *sim, const struct request *request)
{
	sim->world->shutting_down = is_on(request);
	return NULL;
}

/* A pmtad that comes back has been started: that is a restart. */
static const char *
pmtad(struct sim *sim, const struct request *request)
{
	bool down = sim->world->pmtad_down;

	if (is_on(request) && down)
		world_restart(sim->world);
	sim->world->pmtad_down = !is_on(request);
	return NULL;
}

static const struct {
	const char *path;
	control_fn *serve;
} controls[] = {
	{"step", step},		 {"flush", flush},
	{"rotate", rotate},	 {"fault", fault},
	{"clear", clear},	 {"stop-listening", stop_listening},
	{"restart", restart},	 {"reset-counters", reset_counters},
	{"pause", pause_queues}, {"backoff", backoff},
	{"throttle", throttle},	 {"bounce-storm", bounce_storm},
	{"inject", inject},	 {"shutting-down", shutting_down},
	{"pmtad", pmtad},	 {"refuse", refuse},
	{"smtp", smtp},		 {"delete", delete_queues},
	{"suppress", suppress},	 {"complaints", complaints},
};

static void
put_answer(const struct sim *sim, const char *error, struct buf *out)
{
	char now[CLOCK_TEXT];

	clock_local(sim->world->now, sim->clock.zone, now);
	json_open(out, NULL, '{');
	json_raw(out, "ok", error == NULL ? "true" : "false");
	if (error != NULL)
		json_text(out, "error", error);
	json_text(out, "now", now);
	json_close(out, '}');
}

unsigned
control_serve(struct sim *sim, const char *path, const struct request *request, struct buf *out)
{
	const char *error = "no such control request";

	if (strcmp(path, "books") == 0) {
		books_write(sim, out);
		return 200;
	}
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		if (strcmp(path, controls[i].path) == 0)
			error = controls[i].serve(sim, request);
	}
	put_answer(sim, error, out);
	return error == NULL ? 200 : 400;
}
