/* SPDX-License-Identifier: BSD-2-Clause */
/* The /status document. */
#include "api.h"
#include "clock.h"

/* What never changes: the product and the machine it runs on. */
static void
put_product(struct buf *out)
{
	json_open(out, "product", '{');
	json_text(out, "name", "PowerMTA");
	json_text(out, "version", "5.0r5");
	json_text(out, "buildDate", "2020-07-13 09:41:22");
	json_text(out, "revision", "v5_0r5@200713.f592d6f");
	json_number(out, "bits", 64);
	json_text(out, "variant", "enterprise");
	json_close(out, '}');
}

static void
put_machine(struct buf *out)
{
	json_open(out, "lak", '{');
	json_text(out, "serial", "123456");
	json_number(out, "instances", 1);
	json_close(out, '}');
	json_open(out, "os", '{');
	json_text(out, "name", "Linux");
	json_text(out, "version", "4.18.0-477.el8.x86_64");
	json_text(out, "build", "Red Hat Enterprise Linux release 8.8 (Ootpa) ");
	json_close(out, '}');
	json_open(out, "cpu", '{');
	json_text(out, "type", "x86_64");
	json_number(out, "count", 8);
	json_close(out, '}');
	json_open(out, "ram", '{');
	json_number(out, "real", 32750628);
	json_close(out, '}');
}

static void
put_mta(const struct world *world, struct buf *out)
{
	json_open(out, "mta", '{');
	put_product(out);
	put_machine(out);
	json_text(out, "fullHostName", world->options.host);
	json_text(out, "userString", "");
	json_number(out, "hostId", 0);
	json_open(out, "webUI", '{');
	json_number(out, "protocol", 1);
	json_close(out, '}');
	json_close(out, '}');
}

static void
put_volume(struct buf *out, const char *key, uint64_t rcp, uint64_t msg, uint64_t bytes)
{
	json_open(out, key, '{');
	json_number(out, "rcp", rcp);
	json_number(out, "msg", msg);
	json_kb(out, "kb", bytes);
	json_close(out, '}');
}

/* out before in, as the real document has them. */
static void
put_flow(struct buf *out, const char *key, const struct flow *flow)
{
	const uint64_t *n = flow->n;

	json_open(out, key, '{');
	put_volume(out, "out", n[FLOW_OUT_RCP], n[FLOW_OUT_MSG], n[FLOW_OUT_BYTES]);
	put_volume(out, "in", n[FLOW_IN_RCP], n[FLOW_IN_MSG], n[FLOW_IN_BYTES]);
	json_number(out, "bounceProcessed", n[FLOW_BOUNCES]);
	json_number(out, "feedbackLoopProcessed", n[FLOW_COMPLAINTS]);
	json_close(out, '}');
}

static void
put_traffic(const struct world *world, struct buf *out)
{
	json_open(out, "traffic", '{');
	put_flow(out, "total", &world->flow.total);
	put_flow(out, "lastHr", &world->flow.hour);
	put_flow(out, "lastMin", &world->flow.minute);
	put_flow(out, "topPerHr", &world->flow.top_hour);
	put_flow(out, "topPerMin", &world->flow.top_minute);
	json_open(out, "perf", '{');
	json_open(out, "lastMin", '{');
	json_open(out, "in", '{');
	json_number(out, "count", 0);
	json_number(out, "mailFromTime", 0);
	json_number(out, "dataTime", 0);
	json_number(out, "totalTime", 0);
	buf_put(out, "}}}}");
}

static void
put_connections(struct buf *out, const char *key, uint32_t now, uint32_t max, uint32_t top)
{
	json_open(out, key, '{');
	json_number(out, "cur", now);
	json_number(out, "max", max);
	json_number(out, "top", top);
	json_close(out, '}');
}

static void
put_resolver(const struct world *world, struct buf *out)
{
	json_open(out, "conn", '{');
	put_connections(out, "smtpIn", world->connections_in, CONNECTIONS_IN_MAX,
			world->connections_in_top);
	put_connections(out, "smtpOut", world->connections_out, CONNECTIONS_OUT_MAX,
			world->connections_out_top);
	json_close(out, '}');
	json_open(out, "resolver", '{');
	json_number(out, "namesCached", world->grid_domains);
	json_number(out, "queriesPending", 0);
	json_number(out, "queriesActive", 0);
	json_close(out, '}');
}

static void
put_queue_type(struct buf *out, const char *key, uint64_t rcp, uint64_t domains, uint64_t bytes)
{
	json_open(out, key, '{');
	json_number(out, "rcp", rcp);
	json_number(out, "dom", domains);
	json_kb(out, "kb", bytes);
	json_close(out, '}');
}

static void
put_queues(const struct world *world, struct buf *out)
{
	static const char *const empty[] = {
		"pipe",	       "discard",	  "file",
		"alias",       "bounceProcessor", "feedbackLoopProcessor",
		"httpDelivery"};
	uint64_t domains = 0;

	for (size_t i = 0; i < world->grid_domains; i++)
		domains += world->domains[i].account.queued > 0 ? 1 : 0;
	json_open(out, "queue", '{');
	put_queue_type(out, "smtp", world->account.queued, domains, world->account.queued_bytes);
	/* Local deliveries are over within their second, so these are empty whenever someone looks.
	 */
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		put_queue_type(out, empty[i], 0, 0, 0);
	json_close(out, '}');
}

/* A file for each recipient is close enough; some lie ready to be used again. */
static void
put_spool(const struct world *world, struct buf *out)
{
	json_open(out, "spool", '{');
	json_number(out, "initPct", world_spool_percent(world));
	json_number(out, "dirs", 2);
	json_open(out, "files", '{');
	json_number(out, "inUse", world->account.queued);
	json_number(out, "recycled", 812);
	json_number(out, "total", world->account.queued + 812);
	json_close(out, '}');
	json_number(out, "totalRcp", world->account.queued);
	json_number(out, "maxRcp", world->options.spool_max);
	json_close(out, '}');
}

void
api_status(const struct world *world, int zone, struct buf *out)
{
	char text[CLOCK_TEXT];

	json_open(out, NULL, '{');
	json_open(out, "data", '{');
	put_mta(world, out);
	json_open(out, "status", '{');
	clock_local(world->now, zone, text);
	json_text(out, "timeNow", text);
	clock_local(world->started, zone, text);
	json_text(out, "startupTime", text);
	json_raw(out, "shuttingDown", world->shutting_down ? "true" : "false");
	put_traffic(world, out);
	put_resolver(world, out);
	put_queues(world, out);
	put_spool(world, out);
	json_text(out, "status", "running");
	buf_put(out, "}},\"status\":\"success\",\"message\":\"\"}");
}

void
api_fail(const char *message, struct buf *out)
{
	json_open(out, NULL, '{');
	json_text(out, "status", "fail");
	json_text(out, "message", message);
	json_close(out, '}');
}
