/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_model - what the core costs with many queues: an accounting record, a list, a judgement, a
 * save, a snapshot.
 *
 * Usage: bench_model [QUEUES...]; without arguments 10000 and 100000.
 */
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "alarm.h"
#include "keeper.h"
#include "model_object.h"
#include "publish.h"
#include "publish_rows.h"
#include "queue_list.h"
#include "stopwatch.h"
#include "whole_table.h"

#define RECORDS 3000000
#define NAME_MAX_LEN 48

struct bench {
	char dir[64];
	struct conf conf;
	struct conf_server section;
	struct rule rules[5];
	const char *accounting[1];
	struct keeper keeper;
	struct moment now;
	uint32_t queues;
	char (*names)[NAME_MAX_LEN];
};

static double
seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
tell(const char *what, double began)
{
	printf("  %-44s %9.1f ms\n", what, (seconds() - began) * 1e3);
}

static long
resident_kb(void)
{
	long pages = 0, resident = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (file == NULL)
		return 0;
	if (fscanf(file, "%ld %ld", &pages, &resident) != 2)
		resident = 0;
	fclose(file);
	return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static void
set_rule(struct bench *bench, int position, const char *metric, uint32_t window_s, double raise)
{
	bench->rules[position] = (struct rule){
		.name = "abcde" + position,
		.scope = SNAP_SCOPE_DOMAIN_QUEUE,
		.match = "*.example/*",
		.server = "*",
		.metric = metric_find(SNAP_SCOPE_DOMAIN_QUEUE, metric),
		.window_s = window_s,
		.when = RULE_ABOVE,
		.raise = {RULE_FIXED, raise},
		.clear = {RULE_FIXED, 10},
		.floor = SNAP_NONE32,
		.quiet_unless = SNAP_NONE32,
		.severity = (enum snap_severity)(SNAP_SEVERITY_CRITICAL + position % 4),
	};
}

static void
begin(struct bench *bench, uint32_t queues)
{
	strcpy(bench->dir, "/tmp/bench-model-XXXXXX");
	if (mkdtemp(bench->dir) == NULL)
		exit(1);
	bench->queues = queues;
	bench->names = calloc(queues, sizeof *bench->names);
	for (uint32_t i = 0; i < queues; i++)
		snprintf(bench->names[i], NAME_MAX_LEN, "domain%u.example/vmta-%02u", i / 4,
			 i % 4 + i % 37);
	bench->section = (struct conf_server){.name = "mta1",
					      .url = "http://192.0.2.1:8080",
					      .accounting = bench->accounting,
					      .accounting_count = 1};
	bench->accounting[0] = "/nowhere/acct.csv";
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
				    .thresholds = bench->rules,
				    .threshold_count = 5};
	set_rule(bench, 0, "domainQueueRecipients", 0, 999990);
	set_rule(bench, 1, "domainQueueRecipients", 0, 999995);
	set_rule(bench, 2, "domainQueueKBytes", 0, 999990);
	set_rule(bench, 3, "domainQueueConnections", 0, 999990);
	set_rule(bench, 4, "domainQueueWindowThrottleShare", 600, 10001);
	bench->now = moment_now();
	bench->keeper.store = store_open(bench->dir, bench->now.wall_ms / 1000);
	bench->keeper.model = model_new(keeper_recall, bench->keeper.store);
	bench->keeper.ring = event_ring_new();
	bench->keeper.alarms = alarms_new(bench->keeper.ring, 0);
	model_configure(bench->keeper.model, &bench->conf, bench->now);
	keeper_load_model(&bench->keeper, bench->now);
	alarms_configure(bench->keeper.alarms, bench->rules, 5, bench->keeper.model, bench->now);
}

static void
end(struct bench *bench)
{
	char command[128];

	alarms_free(bench->keeper.alarms);
	event_ring_free(bench->keeper.ring);
	model_free(bench->keeper.model);
	store_close(bench->keeper.store);
	free(bench->names);
	snprintf(command, sizeof command, "rm -rf %s", bench->dir);
	if (system(command) != 0)
		fprintf(stderr, "%s: not removed\n", bench->dir);
}

static void
bench_list(struct bench *bench, const char *what)
{
	struct doc_list *list = queue_list_begin();
	double began;

	for (uint32_t i = 0; i < bench->queues; i++)
		queue_list_add(list, bench->names[i], 1000000 - i, bench->now.wall_ms / 1000);
	queue_list_end(list, 1e9);
	began = seconds();
	model_apply_list(bench->keeper.model->servers[0], list, bench->now);
	tell(what, began);
	doc_list_free(list);
}

static void
bench_records(struct bench *bench)
{
	static const char *const classes[] = {"bad-mailbox", "spam-related", "quota-issues"};
	struct model_server *server = bench->keeper.model->servers[0];
	static const char diag[] =
		"smtp;421 4.7.28 Our system has detected an unusual rate of mail";
	const int64_t time = bench->now.wall_ms / 1000;
	struct acct_record record = {.size = 30000};
	uint64_t random = 88172645463325252u;
	double began = seconds(), took;

	for (uint32_t i = 0; i < RECORDS; i++) {
		const char *name, *class = classes[i % 3];

		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		name = bench->names[random % bench->queues];
		record.type = i % 4 == 0 ? ACCT_TRANSIENT : ACCT_DELIVERY;
		record.queue = (struct slice){name, strlen(name)};
		/* An hour of records, so that windows have slots to be full of. */
		record.time_logged = time - 3600 + (int64_t)i * 3600 / RECORDS;
		record.time_queued = record.time_logged - (int64_t)(random >> 60);
		record.dsn_diag = (struct slice){diag, i % 4 == 0 ? sizeof diag - 1 : 0};
		record.bounce_cat = (struct slice){class, strlen(class)};
		record.dlv_type = (struct slice){"smtp", 4};
		model_apply_record(server, &record, bench->now);
	}
	took = seconds() - began;
	printf("  %-44s %9.1f ns\n", "one accounting record, random queue", took / RECORDS * 1e9);
	began = seconds();
	model_trim(server, bench->now);
	tell("trim all windows", began);
}

static void
bench_judge(struct bench *bench)
{
	struct model_server *server = bench->keeper.model->servers[0];
	double began = seconds();

	alarms_judge_list(bench->keeper.alarms, server, DOC_QUEUES, bench->now);
	tell("judge the levels of all queues by 4 rules", began);
	began = seconds();
	alarms_judge_list(bench->keeper.alarms, server, DOC_QUEUES, bench->now);
	tell("the same again, 11 alarms being active", began);
	began = seconds();
	alarms_judge_flow(bench->keeper.alarms, bench->now);
	tell("judge a window of all queues by a rule", began);
}

static double
bench_save(struct bench *bench, const char *what)
{
	double began = seconds();

	if (keeper_save(&bench->keeper, 0) != 0)
		exit(1);
	tell(what, began);
	return seconds() - began;
}

static sqlite3_stmt *
prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
		fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
		exit(1);
	}
	return statement;
}

static void
insert_plain(sqlite3 *db, int64_t rows, int64_t bytes)
{
	sqlite3_stmt *insert = prepare(db, "INSERT INTO plain (bytes) VALUES (zeroblob(?1))");

	for (int64_t i = 0; i < rows; i++) {
		sqlite3_bind_int64(insert, 1, bytes / rows);
		sqlite3_step(insert);
		sqlite3_reset(insert);
	}
	sqlite3_finalize(insert);
}

/* What no way of saving the same can beat by much: as many rows of as many bytes, appended. */
static void
bench_plain(const struct bench *bench, double saved)
{
	char path[128];
	sqlite3_stmt *query;
	sqlite3 *db;
	double began, took;
	int64_t rows, bytes;

	snprintf(path, sizeof path, "%s/store.db", bench->dir);
	sqlite3_open(path, &db);
	query = prepare(db, "SELECT sum(n), sum(b) FROM (SELECT count(*) n, sum(length(slot)) b"
			    " FROM window UNION ALL"
			    " SELECT count(*), sum(60 + length(name)) FROM object)");
	sqlite3_step(query);
	rows = sqlite3_column_int64(query, 0);
	bytes = sqlite3_column_int64(query, 1);
	sqlite3_finalize(query);
	sqlite3_close(db);
	snprintf(path, sizeof path, "%s/plain.db", bench->dir);
	sqlite3_open(path, &db);
	sqlite3_exec(db,
		     "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
		     "CREATE TABLE plain (id INTEGER PRIMARY KEY, bytes BLOB)",
		     NULL, NULL, NULL);
	began = seconds();
	sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
	insert_plain(db, rows, bytes);
	sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	took = seconds() - began;
	sqlite3_close(db);
	printf("  %-44s %9.1f ms; saving was x%.1f\n", "plain inserts of as many rows and bytes",
	       took * 1e3, saved / took);
}

/* In processor time: a neighbour on the machine changes that less. */
static void
bench_table(struct bench *bench, uint32_t limit, const char *what)
{
	struct stopwatch watch = {0};
	size_t size = 0;

	bench->conf.row_limit = limit;
	for (int round = 0; round < 9; round++) {
		struct snap_part *part;

		stopwatch_start(&watch);
		part = whole_table_renew(bench->keeper.model->servers[0], SNAP_QUEUE, NULL,
					 bench->now);
		stopwatch_stop(&watch);
		size = whole_table_size(part);
		snap_part_unref(part);
	}
	printf("  %-44s %9.1f ms, at best %.1f\n", what, stopwatch_median(&watch) * 1e3,
	       stopwatch_least(&watch) * 1e3);
	if (limit == 0)
		printf("  %-44s %9.1f bytes\n", "its memory for each row",
		       (double)size / bench->queues);
}

static void
bench_publish(struct bench *bench)
{
	struct model_server *server = bench->keeper.model->servers[0];
	struct snap_part *part;
	double began;

	bench_table(bench, 0, "build the table of queues, all rows");
	bench_table(bench, 5000, "build the table of queues, the largest 5000");
	began = seconds();
	part = whole_table_renew(server, SNAP_QUEUE_WINDOW, NULL, bench->now);
	tell("build the windows of the queues shown", began);
	snap_part_unref(part);
}

static void
run(uint32_t queues)
{
	static struct bench bench;
	const long before = resident_kb();
	double saved;

	memset(&bench, 0, sizeof bench);
	printf("%u queues\n", queues);
	begin(&bench, queues);
	bench_list(&bench, "first list: every queue is new");
	bench_save(&bench, "save all of them");
	printf("  %-44s %9.1f bytes\n", "memory of the process for each queue",
	       (double)(resident_kb() - before) * 1024 / queues);
	bench_list(&bench, "the same list again");
	bench_records(&bench);
	bench_judge(&bench);
	saved = bench_save(&bench, "save all that the records changed");
	bench_plain(&bench, saved);
	bench_publish(&bench);
	end(&bench);
}

int
main(int argc, char **argv)
{
	if (argc < 2) {
		run(10000);
		run(100000);
	}
	for (int i = 1; i < argc; i++)
		run((uint32_t)strtoul(argv[i], NULL, 10));
	return 0;
}
