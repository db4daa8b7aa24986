/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "handler.h"
#include "logbridge.h"
#include "mib.h"
#include "netsnmp.h"
#include "session.h"
#include "shortcut.h"
#include "snmploop.h"
#include "trap.h"
#include "varbind.h"

#define RESIDENT_INTERVAL_MS 1000

struct agent {
	struct agent_options options;
	char *socket, *version; /* what options point to */
	struct snap_hub *hub;
	struct snapshot *snap; /* the one reference to the current one */
	struct snmploop *loop;
	struct session *session;
	struct handlers *handlers;
	struct trap *trap;
	struct event *wake;
	struct agent_health health;
	struct handler_view view;
};

/* Read at most once a second, however often it is asked for. */
static uint32_t
agent_resident_kb(void)
{
	static int64_t read_ms;
	static uint32_t kb = SNAP_NONE32;
	int64_t now_ms = moment_now().mono_ms;
	unsigned long pages;
	FILE *statm;

	if (kb != SNAP_NONE32 && now_ms - read_ms < RESIDENT_INTERVAL_MS)
		return kb;
	read_ms = now_ms;
	statm = fopen("/proc/self/statm", "re");
	if (!statm)
		return kb;
	if (fscanf(statm, "%*u %lu", &pages) == 1)
		kb = (uint32_t)(pages * (unsigned long)sysconf(_SC_PAGESIZE) / 1024);
	fclose(statm);
	return kb;
}

static void
agent_update_health(struct agent *agent)
{
	struct notify_counts counts = trap_counts(agent->trap);

	agent->health.master_reconnects = session_reconnects(agent->session);
	agent->health.notifications_raised = counts.raised;
	agent->health.notifications_sent = counts.sent;
	agent->health.notifications_coalesced = counts.coalesced;
	agent->health.notifications_lost = counts.dropped;
	agent->health.notifications_queued = counts.queued;
	agent->health.longest_stall_ms = snmploop_longest_stall(agent->loop);
}

/* After each entry into the library. */
static void
agent_on_left(void *arg)
{
	struct agent *agent = arg;

	if (!agent->trap)
		return;
	session_settle(agent->session);
	trap_settle(agent->trap);
	agent_update_health(agent);
}

/* The collector has published: the new snapshot takes the place of the old one between requests. */
static void
agent_on_publish(evutil_socket_t fd, short what, void *arg)
{
	struct agent *agent = arg;
	struct snapshot *old = agent->snap;

	(void)fd;
	(void)what;
	snap_hub_drain(agent->hub);
	agent->snap = snap_hub_get(agent->hub);
	if (!agent->snap) {
		agent->snap = old;
		return;
	}
	snmploop_enter(agent->loop);
	agent->view.snap = agent->snap;
	trap_take_snapshot(agent->trap, agent->snap);
	snmploop_leave(agent->loop);
	snapshot_unref(old);
}

static int
agent_copy_options(struct agent *agent, const struct agent_options *options)
{
	agent->options = *options;
	agent->options.socket = agent->socket = strdup(options->socket);
	agent->options.version = agent->version = strdup(options->version);
	return agent->socket && agent->version ? 0 : -1;
}

/* sysORTable tells a manager which module this is, and which version serves it. */
static void
agent_register_module(const struct agent *agent)
{
	struct varbind_oid name = {.len = 0};
	uint32_t numbers[VALUE_OID_MAX];
	char description[128];

	/* The module's own OID is the one above its objects. */
	varbind_oid_add(&name, numbers, mib_scalars_oid(numbers) - 2);
	snprintf(description, sizeof description,
		 "PMTA-MONITOR-MIB: PowerMTA's queues, deliveries and bounces, by pmta-monitord %s",
		 agent->version);
	register_sysORTable(name.sub, name.len, description);
}

static int
agent_start_parts(struct agent *agent, struct event_base *base)
{
	agent->loop = snmploop_new(base, agent_on_left, agent);
	if (!agent->loop)
		return -1;
	agent->view = (struct handler_view){.health = &agent->health, .loop = agent->loop};
	agent->session = session_new(base, agent->loop, &agent->options);
	agent->handlers = handlers_new(&agent->view);
	if (!agent->session || !agent->handlers)
		return -1;
	agent->trap = trap_new(&(struct trap_options){
		.base = base,
		.hub = agent->hub,
		.loop = agent->loop,
		.session = agent->session,
		.rate = agent->options.notification_rate,
		.burst = agent->options.notification_burst,
		.log = agent->options.log,
	});
	agent->wake = event_new(base, snap_hub_fd(agent->hub), EV_READ | EV_PERSIST,
				agent_on_publish, agent);
	if (!agent->trap || !agent->wake || event_add(agent->wake, NULL))
		return -1;
	return handlers_register(agent->handlers, agent->options.log);
}

struct agent *
agent_start(struct event_base *base, struct snap_hub *hub, const struct agent_options *options)
{
	struct agent *agent = calloc(1, sizeof *agent);

	if (!agent)
		return NULL;
	agent->hub = hub;
	if (agent_copy_options(agent, options) || agent_start_parts(agent, base)) {
		logbridge_say(options->log, LOG_ERR, "cannot start the SNMP subagent");
		agent_stop(agent);
		return NULL;
	}
	agent->health.start = moment_now();
	agent->health.version = agent->version;
	agent->health.resident_kb = agent_resident_kb;
	agent_register_module(agent);
	if (!options->no_shortcut)
		shortcut_open(agent->handlers);
	session_open(agent->session);
	return agent;
}

void
agent_set_pacing(struct agent *agent, unsigned rate, unsigned burst)
{
	trap_set_pacing(agent->trap, rate, burst);
}

bool
agent_is_done(const struct agent *agent)
{
	return trap_is_done(agent->trap);
}

void
agent_stop(struct agent *agent)
{
	if (!agent)
		return;
	if (agent->wake)
		event_free(agent->wake);
	trap_free(agent->trap);
	session_free(agent->session);
	handlers_free(agent->handlers);
	snmploop_free(agent->loop);
	snapshot_unref(agent->snap);
	free(agent->socket);
	free(agent->version);
	free(agent);
}
