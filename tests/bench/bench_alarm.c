/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_alarm - what judging costs: five rules on the levels of every queue after each list, one of
 * them on stuck queues, and the rules as shipped on windows of many VirtualMTAs and providers.
 *
 * Usage: bench_alarm [QUEUES [VMTAS [PROVIDERS]]]; without arguments 100000 1000 100.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alarm.h"
#include "keeper.h"
#include "model_object.h"
#include "queue_list.h"
#include "stopwatch.h"

#define ROUNDS 15
#define RECORDS 2000000
#define NAME_SIZE 48
#define RULES_MAX 32

struct bench {
	char dir[64];
	struct conf conf;
	struct conf_server section;
	struct rule rules[RULES_MAX];
	const char *accounting[1];
	struct moment now;
	uint32_t queues, vmtas, providers;
	char (*names)[NAME_SIZE];
	struct store *store;
	struct model *model;
	struct event_ring *ring;
	struct alarms *alarms;
};

/* The queues' domains are the providers' in turn; most queues are of none. */
static void
make_names(struct bench *bench)
{
	bench->names = calloc(bench->queues, sizeof *bench->names);
	if (bench->names == NULL)
		exit(1);
	for (uint32_t i = 0; i < bench->queues; i++)
		snprintf(bench->names[i], NAME_SIZE, "%s%u.example/vmta-%u",
			 i % 5 == 0 ? "big" : "domain", i % 5 == 0 ? i % bench->providers : i / 4,
			 i / 7 % bench->vmtas);
}

static struct provider_entry *
make_providers(const struct bench *bench)
{
	struct provider_entry *entries = calloc(bench->providers, sizeof *entries);
	const char **domains = calloc(bench->providers, sizeof *domains);

	for (uint32_t i = 0; i < bench->providers; i++) {
		char *name = calloc(2, NAME_SIZE);

		snprintf(name, NAME_SIZE, "big%u.example", i);
		snprintf(name + NAME_SIZE, NAME_SIZE, "provider%u", i);
		domains[i] = name;
		entries[i] = (struct provider_entry){
			.name = name + NAME_SIZE, .domains = &domains[i], .domain_count = 1};
	}
	return entries;
}

static void
add_rule(struct bench *bench, enum snap_scope scope, const char *metric, uint32_t window_s,
	 double raise)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ";
	const size_t at = bench->conf.threshold_count++;

	bench->rules[at] = (struct rule){
		.name = &letters[at],
		.scope = scope,
		.match = "*",
		.server = "*",
		.metric = metric_find(scope, metric),
		.window_s = window_s,
		.when = raise > 0 ? RULE_ABOVE : RULE_IS,
		.states = 1u << 1,
		.raise = {RULE_FIXED, raise},
		.clear = {RULE_FIXED, raise / 2},
		.floor = SNAP_NONE32,
		.quiet_unless = SNAP_NONE32,
		.severity = SNAP_SEVERITY_MINOR,
	};
}

/* Five on levels of queues; and what the shipped configuration asks of windows, of VMTAs too. */
static void
add_rules(struct bench *bench)
{
	static const enum snap_scope scopes[] = {SNAP_SCOPE_PROVIDER, SNAP_SCOPE_VMTA};

	add_rule(bench, SNAP_SCOPE_DOMAIN_QUEUE, "queued-recipients", 0, 50000);
	add_rule(bench, SNAP_SCOPE_DOMAIN_QUEUE, "queued-recipients", 0, 500000);
	add_rule(bench, SNAP_SCOPE_DOMAIN_QUEUE, "queued-size", 0, 1e7);
	add_rule(bench, SNAP_SCOPE_DOMAIN_QUEUE, "stuck", 0, 0);
	add_rule(bench, SNAP_SCOPE_DOMAIN_QUEUE, "paused", 0, 0);
	for (int i = 0; i < 2; i++) {
		add_rule(bench, scopes[i], "deferral-share", 600, 9990);
		add_rule(bench, scopes[i], "deferral-share", 600, 9995);
		add_rule(bench, scopes[i], "hard-bounce-share", 3600, 9990);
		add_rule(bench, scopes[i], "hard-bounce-share", 3600, 9995);
		add_rule(bench, scopes[i], "complaint-share", 86400, 9990);
		add_rule(bench, scopes[i], "complaint-share", 86400, 9995);
	}
}

static void
begin(struct bench *bench)
{
	strcpy(bench->dir, "/tmp/bench-alarm-XXXXXX");
	if (mkdtemp(bench->dir) == NULL)
		exit(1);
	make_names(bench);
	bench->accounting[0] = "/nowhere/acct.csv";
	bench->section = (struct conf_server){.name = "mta1",
					      .url = "http://192.0.2.1:8080",
					      .accounting = bench->accounting,
					      .accounting_count = 1};
	bench->conf = (struct conf){.agent_name = "bench.example",
				    .servers = &bench->section,
				    .server_count = 1,
				    .poll_interval_ms = 30000,
				    .list_interval_ms = 60000,
				    .stale_after = 3,
				    .down_after = 3,
				    .row_retention_s = 86400,
				    .stuck_recipients = 1000,
				    .stuck_age_s = 1800,
				    .stuck_drain_s = 86400,
				    .providers = make_providers(bench),
				    .provider_count = bench->providers,
				    .thresholds = bench->rules};
	add_rules(bench);
	bench->now = moment_now();
	bench->store = store_open(bench->dir, bench->now.wall_ms / 1000);
	bench->model = model_new(keeper_recall, bench->store);
	bench->ring = event_ring_new();
	bench->alarms = alarms_new(bench->ring, 0);
	model_configure(bench->model, &bench->conf, bench->now);
	alarms_configure(bench->alarms, bench->rules, bench->conf.threshold_count, bench->model,
			 bench->now);
}

static void
end(struct bench *bench)
{
	char command[128];

	alarms_free(bench->alarms);
	event_ring_free(bench->ring);
	model_free(bench->model);
	store_close(bench->store);
	free(bench->names);
	snprintf(command, sizeof command, "rm -rf %s", bench->dir);
	if (system(command) != 0)
		fprintf(stderr, "%s: not removed\n", bench->dir);
}

/* A few queues are large, most are small, as they are. */
static void
take_list(struct bench *bench)
{
	struct doc_list *list = queue_list_begin();

	for (uint32_t i = 0; i < bench->queues; i++)
		queue_list_add(list, bench->names[i], (uint32_t)(1 + 40000000.0 / (1000.0 + i)),
			       bench->now.wall_ms / 1000);
	queue_list_end(list, 1e7);
	model_apply_list(bench->model->servers[0], list, bench->now);
	doc_list_free(list);
}

/* A day of records, most of them in its last hour. */
static void
take_records(struct bench *bench)
{
	static const char diag[] = "smtp;421 4.7.28 unusual rate of mail";
	const int64_t time = bench->now.wall_ms / 1000;
	uint64_t random = 88172645463325252u;

	for (uint32_t i = 0; i < RECORDS; i++) {
		const int64_t before = i < RECORDS / 2 ? 86400 : 3600;
		struct acct_record record = {.size = 30000, .type = ACCT_DELIVERY};
		const char *name;

		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		name = bench->names[random % bench->queues];
		if (i % 4 == 0) {
			record.type = ACCT_TRANSIENT;
			record.dsn_diag = (struct slice){diag, sizeof diag - 1};
		}
		record.queue = (struct slice){name, strlen(name)};
		record.time_logged =
			time - before + (int64_t)(i % (RECORDS / 2)) * before / (RECORDS / 2);
		record.time_queued = record.time_logged - (int64_t)(random >> 60);
		record.dlv_type = (struct slice){"smtp", 4};
		model_apply_record(bench->model->servers[0], &record, bench->now);
	}
	model_trim(bench->model->servers[0], bench->now);
}

static void
tell(const char *what, const struct stopwatch *watch)
{
	printf("  %-52s %7.1f ms (%.1f to %.1f)\n", what, stopwatch_median(watch) * 1e3,
	       stopwatch_least(watch) * 1e3, stopwatch_most(watch) * 1e3);
}

static void
judge_lists(struct bench *bench, const char *what)
{
	struct stopwatch watch = {0};

	for (int i = 0; i < ROUNDS; i++) {
		stopwatch_start(&watch);
		alarms_judge_list(bench->alarms, bench->model->servers[0], DOC_QUEUES, bench->now);
		stopwatch_stop(&watch);
	}
	tell(what, &watch);
}

static void
judge_flow(struct bench *bench, const char *what)
{
	struct stopwatch watch = {0};

	for (int i = 0; i < ROUNDS; i++) {
		/* As if a record had come: all of it is judged. */
		bench->model->servers[0]->records++;
		stopwatch_start(&watch);
		alarms_judge_flow(bench->alarms, bench->now);
		stopwatch_stop(&watch);
	}
	tell(what, &watch);
}

static uint32_t
argument(int argc, char **argv, int at, uint32_t fallback)
{
	return argc > at ? (uint32_t)strtoul(argv[at], NULL, 10) : fallback;
}

int
main(int argc, char **argv)
{
	struct bench bench = {
		.queues = argument(argc, argv, 1, 100000),
		.vmtas = argument(argc, argv, 2, 1000),
		.providers = argument(argc, argv, 3, 100),
	};

	printf("%u queues, %u VirtualMTAs, %u providers\n", bench.queues, bench.vmtas,
	       bench.providers);
	begin(&bench);
	take_list(&bench);
	judge_lists(&bench, "5 rules on the levels of all queues, without records");
	take_records(&bench);
	judge_lists(&bench, "the same, after a day of records");
	judge_flow(&bench, "12 rules on windows of VirtualMTAs and providers");
	printf("  %u alarms are active\n", alarms_active(bench.alarms));
	end(&bench);
	return 0;
}
