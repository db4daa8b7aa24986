/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The SNMP half of the daemon, serving a given number of VirtualMTAs without holes, for the serving
 * benchmark: serve_ours SOCKET ROWS [REFRESH_MS [library]]. With REFRESH_MS above 0 a thread
 * publishes them anew that often; "library" answers by libnetsnmpagent alone.
 */
#include <event2/event.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"
#include "serve_rows.h"
#include "snap_shape.h"
#include "snapshot.h"

#define PAGE_ROWS 1024u

static struct snap_hub *hub;
static uint32_t row_count;
static unsigned refresh_ms;

static void
add_row(struct snap_packer *packer, uint32_t number)
{
	char name[SERVE_NAME_MAX];
	struct snap_vmta row = {.key = number, .name = name};

	serve_name(name, number);
	row.recipients = serve_gauge(number, 4);
	row.kb = serve_gauge(number, 5);
	row.domains = serve_gauge(number, 6);
	row.share = serve_gauge(number, 7);
	row.connections = serve_gauge(number, 8);
	row.queues_backoff = serve_gauge(number, 9);
	row.queues_paused = serve_gauge(number, 10);
	row.totals.delivered = serve_counter(number, 18);
	row.totals.bounced = serve_counter(number, 20);
	row.totals.deferred = serve_counter(number, 21);
	row.totals.queue_errors = serve_counter(number, 22);
	snap_packer_add(packer, &row);
}

static struct snap_page *
make_page(struct snap_packer *packer, uint32_t first, uint32_t count)
{
	struct snap_page *page;

	for (uint32_t i = 0; i < count; i++)
		add_row(packer, first + i);
	page = snap_page_of(snap_packer_finish(packer));
	if (!page)
		abort();
	return page;
}

/* In pages like those that the publisher makes. */
static struct snap_part *
make_vmtas(void)
{
	const uint32_t count = (row_count + PAGE_ROWS - 1) / PAGE_ROWS;
	const struct snap_part nothing = {.key_len = 1};
	struct snap_place *places = calloc(count + 1, sizeof *places);
	struct snap_packer *packer = snap_packer_new(snap_shape_of(SNAP_VMTA));
	struct snap_part *part = NULL;

	for (uint32_t i = 0; places && packer && i < count; i++) {
		const uint32_t first = i * PAGE_ROWS + 1, left = row_count - i * PAGE_ROWS;

		places[i].page = make_page(packer, first, left < PAGE_ROWS ? left : PAGE_ROWS);
		places[i].from = first;
	}
	if (places && packer)
		part = snap_part_splice(&nothing, 0, 0, places, count);
	if (!part)
		abort();
	for (uint32_t i = 0; i < count; i++)
		snap_page_unref(places[i].page);
	free(places);
	snap_packer_free(packer);
	return part;
}

static struct snap_part *
make_empty(size_t row_size)
{
	return snap_part_new(snap_page_new(0, row_size), 1);
}

static size_t
row_size_of(enum snap_table table)
{
	return table == SNAP_SERVER ? sizeof(struct snap_server) : 1;
}

static void
publish(void)
{
	struct snapshot *snap = snapshot_new(1);
	struct snap_server_parts *server =
		snap ? (struct snap_server_parts *)&snap->servers[0] : NULL;

	if (!snap)
		abort();
	server->index = SERVE_SERVER;
	for (int i = 0; i < SNAP_SERVER_TABLES; i++)
		server->part[i] = i == SNAP_VMTA ? make_vmtas() : make_empty(row_size_of(i));
	snap->events = make_empty(sizeof(struct snap_event));
	snap->agent_name = "bench";
	snap_hub_publish(hub, snap);
}

static void *
publish_again(void *arg)
{
	const struct timespec pause = {refresh_ms / 1000, refresh_ms % 1000 * 1000000L};

	(void)arg;
	for (;;) {
		nanosleep(&pause, NULL);
		publish();
	}
	return NULL;
}

static void
print_log(int priority, const char *message)
{
	fprintf(stderr, "<%d> %s\n", priority, message);
}

int
main(int argc, char **argv)
{
	struct event_base *base = event_base_new();
	struct agent_options options = {.ping_interval = 5,
					.notification_rate = 20,
					.notification_burst = 50,
					.version = "bench",
					.log = print_log};
	pthread_t thread;

	if (argc < 3 || !base || !(hub = snap_hub_new()))
		return 2;
	options.socket = argv[1];
	row_count = (uint32_t)strtoul(argv[2], NULL, 10);
	refresh_ms = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 0;
	options.no_shortcut = argc > 4 && strcmp(argv[4], "library") == 0;
	signal(SIGPIPE, SIG_IGN);
	publish();
	if (!agent_start(base, hub, &options) ||
	    (refresh_ms && pthread_create(&thread, NULL, publish_again, NULL)))
		return 1;
	return event_base_dispatch(base);
}
