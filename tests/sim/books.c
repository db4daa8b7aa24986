/* SPDX-License-Identifier: BSD-2-Clause */
/* The books as JSON: what a monitor that lost nothing would have counted. */
#include "sim.h"
#include "smtp.h"

static void
put_tally(struct buf *out, const uint64_t tally[TALLY_KINDS])
{
	for (int i = 0; i < TALLY_KINDS; i++)
		json_number(out, tally_names[i], tally[i]);
}

/* Bytes beside kilobytes: sums of rounded numbers would not agree. */
static void
put_account(struct buf *out, const struct account *account)
{
	json_number(out, "in", account->in);
	json_number(out, "loaded", account->loaded);
	json_number(out, "out", account->out);
	json_number(out, "failed", account->failed);
	json_number(out, "discarded", account->discarded);
	json_number(out, "queued", account->queued);
	json_number(out, "bytes", account->queued_bytes);
	json_kb(out, "kb", account->queued_bytes);
	put_tally(out, account->tally);
}

/* A row nothing ever happened to would only make the books of 100 000 queues longer. */
static bool
is_used(const struct account *account)
{
	uint64_t sum = account->in + account->loaded;

	for (int i = 0; i < TALLY_KINDS; i++)
		sum += account->tally[i];
	return sum > 0;
}

static void
put_queues(const struct world *world, struct buf *out)
{
	json_open(out, "queues", '[');
	for (size_t i = 0; i < world->queue_count; i++) {
		const struct queue *queue = &world->queues[i];

		if (!is_used(&queue->account))
			continue;
		json_open(out, NULL, '{');
		json_text(out, "name", queue->name);
		json_text(out, "domain", world->domains[queue->domain].name);
		json_text(out, "vmta", world->vmtas[queue->vmta].name);
		json_text(out, "type", delivery_names[queue->type]);
		json_number(out, "conn", queue->connections);
		json_text(out, "paused", queue->paused ? "yes" : "no");
		json_text(out, "mode", queue->backoff ? "backoff" : "normal");
		put_account(out, &queue->account);
		json_close(out, '}');
	}
	json_close(out, ']');
}

/* Members of roll-ups have rows of their own: records without a queue know only them. */
static void
put_domains(const struct world *world, struct buf *out)
{
	json_open(out, "domains", '[');
	for (size_t i = 0; i < world->domain_count; i++) {
		if (!is_used(&world->domains[i].account))
			continue;
		json_open(out, NULL, '{');
		json_text(out, "name", world->domains[i].name);
		put_account(out, &world->domains[i].account);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void
put_vmtas(const struct world *world, struct buf *out)
{
	json_open(out, "vmtas", '[');
	for (size_t i = 0; i < world->vmta_count; i++) {
		json_open(out, NULL, '{');
		json_text(out, "name", world->vmtas[i].name);
		json_number(out, "dom", world->vmtas[i].queues_with_mail);
		put_account(out, &world->vmtas[i].account);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void
put_jobs(const struct world *world, struct buf *out)
{
	json_open(out, "jobs", '[');
	for (size_t i = 0; i < world->job_count; i++) {
		const struct job *job = &world->jobs[i];

		json_open(out, NULL, '{');
		json_text(out, "name", job->name);
		json_number(out, "queued", job->queued);
		json_number(out, "bytes", job->queued_bytes);
		json_number(out, "dom", job->domains);
		put_tally(out, job->tally);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void
put_categories(const struct world *world, struct buf *out)
{
	json_open(out, "categories", '{');
	for (size_t i = 0; i < world->category_count; i++) {
		json_open(out, world->categories[i].name, '{');
		json_number(out, "bounced", world->categories[i].bounced);
		json_number(out, "remote_bounced", world->categories[i].remote_bounced);
		json_number(out, "deferred", world->categories[i].deferred);
		json_close(out, '}');
	}
	json_close(out, '}');
	json_open(out, "delivered_by_type", '{');
	for (int i = 0; i < DELIVERY_TYPES; i++)
		json_number(out, delivery_names[i], world->by_type[i]);
	json_close(out, '}');
}

/* As /status counts, once since the last reset and once since the simulator began. */
static void
put_flow(struct buf *out, const char *key, const struct flow *flow)
{
	static const char *const names[FLOW_KINDS] = {
		[FLOW_OUT_RCP] = "out_rcp",	[FLOW_OUT_MSG] = "out_msg",
		[FLOW_OUT_BYTES] = "out_bytes", [FLOW_IN_RCP] = "in_rcp",
		[FLOW_IN_MSG] = "in_msg",	[FLOW_IN_BYTES] = "in_bytes",
		[FLOW_BOUNCES] = "bounces",	[FLOW_COMPLAINTS] = "complaints",
	};

	json_open(out, key, '{');
	for (int i = 0; i < FLOW_KINDS; i++)
		json_number(out, names[i], flow->n[i]);
	json_kb(out, "out_kb", flow->n[FLOW_OUT_BYTES]);
	json_kb(out, "in_kb", flow->n[FLOW_IN_BYTES]);
	json_close(out, '}');
}

static void
put_server(const struct sim *sim, struct buf *out)
{
	const struct world *world = sim->world;
	char time[CLOCK_TEXT];

	clock_local(world->now, sim->clock.zone, time);
	json_text(out, "now", time);
	json_number(out, "now_utc", (uint64_t)world->now);
	clock_local(world->started, sim->clock.zone, time);
	json_text(out, "started", time);
	json_open(out, "server", '{');
	put_account(out, &world->account);
	json_number(out, "queues_with_mail", world->active_count);
	json_number(out, "conn_in", world->connections_in);
	json_number(out, "conn_out", world->connections_out);
	json_close(out, '}');
	put_flow(out, "traffic", &world->flow.total);
	put_flow(out, "lifetime", &world->flow.lifetime);
}

/* What was asked of the monitor: tests wait for polls with it. */
static void
put_monitor(const struct sim *sim, struct buf *out)
{
	json_open(out, "requests", '{');
	for (int i = 0; i < SIM_PAGES; i++)
		json_number(out, sim_pages[i], sim->requests[i]);
	json_close(out, '}');
	json_number(out, "faults_served", faults_served(sim->faults));
	if (sim->smtp != NULL) {
		const struct smtp_books books = smtp_books(sim->smtp);

		json_open(out, "smtp", '{');
		json_number(out, "connections", books.connections);
		json_number(out, "greetings", books.greetings);
		json_number(out, "farewells", books.farewells);
		json_close(out, '}');
	}
	json_open(out, "trap", '{');
	json_number(out, "requests", sim->trap_requests);
	json_number(out, "with_api_key", sim->trap_keys);
	json_close(out, '}');
}

void
books_write(const struct sim *sim, struct buf *out)
{
	json_open(out, NULL, '{');
	put_server(sim, out);
	put_categories(sim->world, out);
	acct_books(sim->acct, out);
	put_monitor(sim, out);
	put_vmtas(sim->world, out);
	put_jobs(sim->world, out);
	put_domains(sim->world, out);
	put_queues(sim->world, out);
	json_close(out, '}');
}
