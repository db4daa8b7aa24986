/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The SNMP half of the daemon with an invented collector: a thread that publishes snapshots of a
 * given size and does what its standard input says, a word a line:
 *
 *   burst N    publishes N raised alarms, a hundred a snapshot
 *   blips N    publishes N alarms that are raised and cleared in the same snapshot
 *   clear N    clears the N oldest alarms that burst raised
 *
 * The program answers each with "done". With --dump it prints every instance that a manager may
 * see, "OID TYPE VALUE" with texts in hexadecimal and "~" before values that change as time goes
 * by.
 */
#include <errno.h>
#include <event2/event.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"
#include "agent_rows.h"
#include "mib.h"
#include "scalars.h"
#include "snapshot.h"

#define RING 1000

static struct {
	const char *socket;
	uint32_t rows, servers, sent;
	unsigned ping, rate, burst, refresh_ms;
	bool dump, names, library;
} options = {.socket = "/var/agentx/master",
	     .rows = 10,
	     .servers = 1,
	     .ping = 1,
	     .rate = 20,
	     .burst = 50};

static struct snap_hub *hub;
static struct snap_event ring[RING];
static uint32_t events, alarms, cleared; /* so far */
static uint64_t published;
static int64_t last_tick_ms, longest_gap_ms;

static struct snap_part *
make_events(void)
{
	uint32_t count = events < RING ? events : RING;
	struct snap_page *page = snap_page_new(count, sizeof(struct snap_event));
	struct snap_event *rows = page ? page->rows : NULL;

	if (!page)
		abort();
	for (uint32_t i = 0; i < count; i++)
		rows[i] = ring[(events - count + i) % RING];
	return snap_part_new(page, 1);
}

static struct snapshot *
make_snapshot(void)
{
	struct snapshot *snap = snapshot_new(options.servers);

	if (!snap)
		abort();
	for (uint32_t i = 0; i < options.servers; i++)
		agent_rows_fill((struct snap_server_parts *)&snap->servers[i], i + 1, options.rows);
	snap->events = make_events();
	snap->thresholds = snap_part_new(snap_page_new(0, sizeof(struct snap_threshold)), 1);
	snap->alarms = snap_part_new(snap_page_new(0, sizeof(struct snap_alarm)), 1);
	if (!snap->thresholds || !snap->alarms)
		abort();
	snap->agent_name = "fixture.example";
	snap->config_time = LONG_AGO;
	snap->index_epoch = LONG_AGO;
	snap->servers_up = options.servers;
	snap->published = ++published;
	snap->published_mono = moment_now().mono_ms;
	snap->events_raised = events;
	return snap;
}

static void
add_event(uint32_t alarm, bool clears)
{
	struct snap_event *event = &ring[events % RING];

	*event = (struct snap_event){
		.key = ++events,
		.notification = clears ? SNAP_NOTE_QUEUE_DEPTH_NORMAL : SNAP_NOTE_QUEUE_DEPTH_HIGH,
		.alarm_id = alarm,
		.severity = clears ? SNAP_SEVERITY_CLEARED : SNAP_SEVERITY_MAJOR,
		.agent_name = "fixture.example",
		.server_index = 1,
		.server_name = "mta1.example",
		.scope = SNAP_SCOPE_VMTA,
		.object_name = "vmta-0.example",
		.table = SNAP_VMTA,
		.object_index = 1,
		.metric = "vmtaRecipients",
		.value = 12345,
		.limit = 10000,
		.time_ms = INT64_C(1000) * LONG_AGO,
		.time_mono = moment_now().mono_ms,
		.text = "12345 recipients wait at vmta-0.example",
	};
}

static void
run_command(const char *line)
{
	char word[16];
	uint32_t count;

	if (sscanf(line, "%15s %" SCNu32, word, &count) != 2)
		return;
	for (uint32_t i = 0; i < count; i++) {
		if (strcmp(word, "clear") == 0) {
			add_event(++cleared, true);
		} else {
			add_event(++alarms, false);
			if (strcmp(word, "blips") == 0)
				add_event(alarms, true);
		}
		if (i % 100 == 99)
			snap_hub_publish(hub, make_snapshot());
	}
	snap_hub_publish(hub, make_snapshot());
	puts("done");
	fflush(stdout);
}

/* The invented collector. Ends with its standard input. */
static void *
collect(void *arg)
{
	struct pollfd in = {STDIN_FILENO, POLLIN, 0};
	char line[64];

	(void)arg;
	snap_hub_publish(hub, make_snapshot());
	for (;;) {
		int ready = poll(&in, 1, options.refresh_ms ? (int)options.refresh_ms : -1);

		if (ready < 0 && errno != EINTR)
			break;
		if (ready == 0)
			snap_hub_publish(hub, make_snapshot());
		if (ready <= 0)
			continue;
		if (!fgets(line, sizeof line, stdin))
			break;
		run_command(line);
	}
	kill(getpid(), SIGTERM);
	return NULL;
}

static void
print_value(const struct value *v)
{
	switch (v->type) {
	case VALUE_INTEGER:
		printf("INTEGER %" PRId32, v->n.integer);
		return;
	case VALUE_GAUGE:
		printf("Gauge32 %" PRIu32, v->n.u32);
		return;
	case VALUE_COUNTER32:
		printf("Counter32 %" PRIu32, v->n.u32);
		return;
	case VALUE_TIMETICKS:
		printf("Timeticks %" PRIu32, v->n.u32);
		return;
	case VALUE_COUNTER64:
		printf("Counter64 %" PRIu64, v->n.u64);
		return;
	case VALUE_OID:
		printf("OID ");
		for (size_t i = 0; i < v->oid_len; i++)
			printf(".%" PRIu32, v->oid[i]);
		return;
	case VALUE_OCTETS:
		break;
	}
	printf("STRING ");
	for (size_t i = 0; i < v->octets_len; i++)
		printf("%02x", ((const unsigned char *)v->octets)[i]);
}

static bool
value_changes(const struct table *table, const struct snapshot *snap, struct moment now,
	      const uint32_t *suffix, size_t len)
{
	static struct value first, second;

	if (!table_get(table, snap, now, suffix, len, &first))
		return true;
	now.mono_ms += 86400000;
	now.wall_ms += 86400000;
	if (!table_get(table, snap, now, suffix, len, &second))
		return true;
	return first.type == VALUE_GAUGE && first.n.u32 != second.n.u32;
}

static void
dump_table(const struct table *table, const struct snapshot *snap)
{
	struct moment now = moment_now();
	uint32_t oid[VALUE_OID_MAX], suffix[TABLE_SUFFIX_MAX];
	size_t oid_len = mib_table_oid(table, oid), len = 0;
	struct value value;

	while (table_next(table, snap, now, suffix, len, suffix, &len, &value)) {
		for (size_t i = 0; i < oid_len; i++)
			printf(".%" PRIu32, oid[i]);
		for (size_t i = 0; i < len; i++)
			printf(".%" PRIu32, suffix[i]);
		printf(value_changes(table, snap, now, suffix, len) ? " ~" : " ");
		print_value(&value);
		putchar('\n');
	}
}

static int
dump(void)
{
	struct snapshot *snap = make_snapshot();
	size_t count;
	const struct table *const *tables = mib_tables(&count);

	for (size_t i = 0; i < count; i++)
		dump_table(tables[i], snap);
	snapshot_unref(snap);
	return 0;
}

static void
print_name(const char *name, const uint32_t *oid, size_t oid_len, uint32_t last)
{
	printf("%s ", name);
	for (size_t i = 0; i < oid_len; i++)
		printf(".%" PRIu32, oid[i]);
	printf(".%" PRIu32 "\n", last);
}

static int
print_names(void)
{
	size_t count;
	const struct scalar *scalars = scalar_list(&count);
	const struct table *const *tables;
	uint32_t oid[VALUE_OID_MAX];

	for (size_t i = 0; i < count; i++)
		print_name(scalars[i].column.name, oid, mib_scalars_oid(oid),
			   scalars[i].column.number);
	tables = mib_tables(&count);
	for (size_t i = 0; i < count; i++) {
		size_t len = mib_table_oid(tables[i], oid);

		oid[len++] = 1;
		for (size_t c = 0; c < tables[i]->column_count; c++)
			print_name(tables[i]->columns[c].name, oid, len,
				   tables[i]->columns[c].number);
	}
	return 0;
}

static void
print_log(int priority, const char *message)
{
	fprintf(stderr, "<%d> %s\n", priority, message);
}

/* Measures how late the loop is, without asking the agent. */
static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	int64_t now_ms = moment_now().mono_ms;

	(void)fd;
	(void)what;
	(void)arg;
	if (last_tick_ms && now_ms - last_tick_ms > longest_gap_ms)
		longest_gap_ms = now_ms - last_tick_ms;
	last_tick_ms = now_ms;
}

/* Milliseconds in which this thread could have run but had no processor: the machine's own part in
 * what is late. 0 from a kernel that does not count them. */
static int64_t
waited_ms(void)
{
	FILE *file = fopen("/proc/thread-self/schedstat", "re");
	int64_t ns = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%*d %" SCNd64, &ns) != 1)
		ns = 0;
	fclose(file);
	return ns / 1000000;
}

static void
on_signal(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	event_base_loopbreak(arg);
}

static void
parse_options(int argc, char **argv)
{
	static const struct option names[] = {
		{"socket", required_argument, NULL, 's'},  {"rows", required_argument, NULL, 'r'},
		{"servers", required_argument, NULL, 'n'}, {"ping", required_argument, NULL, 'p'},
		{"rate", required_argument, NULL, 'R'},	   {"burst", required_argument, NULL, 'B'},
		{"refresh", required_argument, NULL, 'f'}, {"sent", required_argument, NULL, 'S'},
		{"names", no_argument, NULL, 'N'},	   {"library", no_argument, NULL, 'l'},
		{"dump", no_argument, NULL, 'd'},	   {NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "", names, NULL)) != -1) {
		uint32_t number = optarg ? (uint32_t)strtoul(optarg, NULL, 10) : 0;

		if (c == 's')
			options.socket = optarg;
		else if (c == 'r')
			options.rows = number;
		else if (c == 'n')
			options.servers = number;
		else if (c == 'p')
			options.ping = number;
		else if (c == 'R')
			options.rate = number;
		else if (c == 'B')
			options.burst = number;
		else if (c == 'f')
			options.refresh_ms = number;
		else if (c == 'S')
			options.sent = number;
		else if (c == 'd')
			options.dump = true;
		else if (c == 'l')
			options.library = true;
		else if (c == 'N')
			options.names = true;
		else
			exit(2);
	}
}

static int
run(struct event_base *base)
{
	struct agent *agent;
	static const struct timeval often = {0, 10000};
	struct event *term = evsignal_new(base, SIGTERM, on_signal, base);
	struct event *tick = event_new(base, -1, EV_PERSIST, on_tick, NULL);
	pthread_t collector;
	int64_t began_ms;

	agent = agent_start(base, hub,
			    &(struct agent_options){
				    .socket = options.socket,
				    .ping_interval = options.ping,
				    .notification_rate = options.rate,
				    .notification_burst = options.burst,
				    .version = "fixture",
				    .log = print_log,
				    .no_shortcut = options.library,
			    });
	if (!agent || !term || !tick || event_add(term, NULL) || event_add(tick, &often) ||
	    pthread_create(&collector, NULL, collect, NULL))
		return 1;
	event_base_dispatch(base);
	began_ms = moment_now().mono_ms;
	agent_stop(agent);
	printf("stopped in %" PRId64 " ms, %" PRIu32 " events dealt with, loop late by %" PRId64
	       " ms, waited %" PRId64 " ms\n",
	       moment_now().mono_ms - began_ms, snap_hub_sent(hub), longest_gap_ms, waited_ms());
	fflush(stdout);
	pthread_cancel(collector);
	pthread_join(collector, NULL);
	event_free(term);
	event_free(tick);
	return 0;
}

int
main(int argc, char **argv)
{
	struct event_base *base;
	int status;

	parse_options(argc, argv);
	signal(SIGPIPE, SIG_IGN);
	if (options.dump)
		return dump();
	if (options.names)
		return print_names();
	hub = snap_hub_new();
	base = event_base_new();
	if (!hub || !base)
		return 1;
	snap_hub_set_sent(hub, options.sent);
	status = run(base);
	event_base_free(base);
	snap_hub_free(hub);
	return status;
}
