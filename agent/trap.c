/* SPDX-License-Identifier: BSD-2-Clause */
#include "trap.h"

#include <event2/event.h>
#include <stdlib.h>

#include "logbridge.h"
#include "mib.h"
#include "varbind.h"
#include "wire.h"

/* As many as the event ring has rows: what left the ring cannot be sent any more. */
#define QUEUE_MAX 1000
/* While the master has not read all yet: looked at again after this many milliseconds, doubled up
 * to the second number. */
#define BACKLOG_FIRST 2
#define BACKLOG_LAST 128
/* At most one line a minute tells of notifications that were lost. */
#define LOSS_INTERVAL_MS 60000

static const uint32_t snmp_trap_oid[] = {1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};

struct trap {
	struct trap_options options;
	struct notify *notify;
	struct event *timer;
	const struct snapshot *snap;
	uint32_t seen; /* sequence number of the newest event taken */
	bool started;
	unsigned generation; /* of the connection that carries what is unconfirmed */
	int64_t backlog_ms;
	bool failed; /* the last one could not be written */
	uint64_t dropped_told;
	int64_t dropped_told_ms;
};

static const struct snap_event *
trap_event_at(const struct snap_part *events, uint32_t i)
{
	return snap_part_row(events, i, NULL);
}

/* Position of the first event with a number above this one. */
static uint32_t
trap_first_after(const struct snap_part *events, uint32_t sequence)
{
	uint32_t low = 0, high = events->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (trap_event_at(events, middle)->key > sequence)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static struct notify_event
trap_notify_event(const struct snap_event *event)
{
	return (struct notify_event){event->key, event->alarm_id,
				     event->severity == SNAP_SEVERITY_CLEARED};
}

/* The first snapshot: events up to the one that the store remembers were dealt with before. */
static void
trap_recall(struct trap *t, const struct snap_part *events)
{
	t->seen = snap_hub_sent(t->options.hub);
	for (uint32_t i = 0; i < events->count && trap_event_at(events, i)->key <= t->seen; i++) {
		struct notify_event event = trap_notify_event(trap_event_at(events, i));

		notify_recall(t->notify, &event);
	}
	t->started = true;
}

void
trap_take_snapshot(struct trap *t, const struct snapshot *snap)
{
	const struct snap_part *events = snap->events;

	t->snap = snap;
	if (!t->started)
		trap_recall(t, events);
	for (uint32_t i = trap_first_after(events, t->seen); i < events->count; i++) {
		struct notify_event event = trap_notify_event(trap_event_at(events, i));

		/* Numbers have no gaps but where the ring was overrun between two snapshots. */
		if (event.sequence - t->seen > 1)
			notify_add_lost(t->notify, event.sequence - t->seen - 1);
		notify_add(t->notify, &event);
		t->seen = event.sequence;
	}
}

/* A change of severity that overtook the raise, which was not sent yet, is told as the raise: a
 * receiver need not understand the change of what it never heard of. */
static enum snap_notification
trap_notification(const struct trap *t, const struct snap_event *event)
{
	if (event->notification == SNAP_NOTE_SEVERITY_CHANGED && event->raise_note != 0 &&
	    !notify_told(t->notify, event->alarm_id))
		return event->raise_note;
	return event->notification;
}

static int
trap_append_trap_oid(const struct trap *t, netsnmp_variable_list **list,
		     const struct snap_event *event)
{
	struct varbind_oid name = {.len = 0};
	struct value value;
	uint32_t oid[VALUE_OID_MAX];

	varbind_oid_add(&name, snmp_trap_oid, sizeof snmp_trap_oid / sizeof snmp_trap_oid[0]);
	value_object(&value, oid, mib_notification_oid(trap_notification(t, event), oid));
	return varbind_append(list, &name, &value);
}

/* One object of the notification, by the same getter that answers a GET. */
static int
trap_append_object(const struct trap *t, netsnmp_variable_list **list,
		   const struct snap_event *event, const struct table_column *column)
{
	const uint32_t suffix[] = {1, column->number, event->key};
	const struct table *table = mib_table_of(SNAP_EVENT);
	struct varbind_oid name = {.len = 0};
	struct value value;
	uint32_t oid[VALUE_OID_MAX];

	varbind_oid_add(&name, oid, mib_table_oid(table, oid));
	varbind_oid_add(&name, suffix, 3);
	if (table_get(table, t->snap, snmploop_now(t->options.loop), suffix, 3, &value))
		return varbind_append(list, &name, &value);
	/* The place is kept: receivers tell the objects by their positions. */
	return snmp_varlist_add_variable(list, name.sub, name.len, ASN_NULL, NULL, 0) ? 0 : -1;
}

/* The varbinds behind sysUpTime.0, which the master puts in front itself; NULL without memory. */
static netsnmp_variable_list *
trap_build(const struct trap *t, const struct snap_event *event)
{
	const struct table *table = mib_table_of(SNAP_EVENT);
	netsnmp_variable_list *list = NULL;

	if (trap_append_trap_oid(t, &list, event))
		goto fail;
	for (size_t i = 0; i < MIB_NOTIFICATION_OBJECTS && i < table->column_count; i++)
		if (trap_append_object(t, &list, event, &table->columns[i]))
			goto fail;
	return list;
fail:
	snmp_free_varbind(list);
	return NULL;
}

/* Returns -1 if it could not be written now and is to be tried again. */
static int
trap_send(struct trap *t, uint32_t sequence)
{
	const struct snap_event *event = snap_part_find(t->snap->events, sequence, NULL);
	netsnmp_variable_list *list;

	if (!event || !event->notification) {
		notify_drop_next(t->notify);
		return 0;
	}
	list = trap_build(t, event);
	if (!list)
		return -1;
	wire_take_failure();
	send_v2trap(list);
	snmp_free_varbind(list);
	if (wire_take_failure() || !session_connected(t->options.session))
		return -1;
	notify_written(t->notify);
	return 0;
}

/* What became of those written before. True if the master has read them all. */
static bool
trap_confirm(struct trap *t)
{
	const struct session *session = t->options.session;

	if (!notify_unconfirmed(t->notify))
		return true;
	if (session_connected(session) && session_generation(session) == t->generation) {
		if (wire_backlog() > 0)
			return false;
		notify_confirm(t->notify);
	} else if (wire_end() == WIRE_END_BY_MASTER) {
		notify_return(t->notify);
	} else {
		/* A master that only hung reads them when it goes on. */
		notify_confirm(t->notify);
	}
	return true;
}

/* Tells the collector how far it is, if that changed. */
static void
trap_note_sent(struct trap *t)
{
	const bool waiting = notify_counts(t->notify).queued > 0;
	const uint32_t sent = waiting ? notify_done(t->notify) : t->seen;

	if (t->started && sent != snap_hub_sent(t->options.hub))
		snap_hub_set_sent(t->options.hub, sent);
	snap_hub_tell(t->options.hub, &(struct snap_delivery_news){
					      .lost = notify_counts(t->notify).dropped,
					      .reconnects = session_reconnects(t->options.session),
				      });
}

static void
trap_tell_losses(struct trap *t)
{
	uint64_t dropped = notify_counts(t->notify).dropped;
	int64_t now_ms = snmploop_now(t->options.loop).mono_ms;

	if (dropped == t->dropped_told ||
	    (t->dropped_told && now_ms - t->dropped_told_ms < LOSS_INTERVAL_MS))
		return;
	logbridge_say(t->options.log, LOG_WARNING,
		      "%llu notifications lost: more events than could be sent; "
		      "pmtaEventTable has the newest ones",
		      (unsigned long long)(dropped - t->dropped_told));
	t->dropped_told = dropped;
	t->dropped_told_ms = now_ms;
}

/* Sends one batch, if the master is there and has read the last one. */
static void
trap_send_batch(struct trap *t)
{
	struct session *session = t->options.session;
	int64_t now_ms = snmploop_now(t->options.loop).mono_ms;
	uint32_t sequence;

	if (!t->snap || !trap_confirm(t) || !session_connected(session) || wire_backlog() > 0)
		return;
	t->backlog_ms = 0;
	t->generation = session_generation(session);
	t->failed = false;
	while (!t->failed && notify_next(t->notify, now_ms, &sequence))
		t->failed = trap_send(t, sequence) != 0;
}

/* Milliseconds until there is something to do, -1 for nothing. */
static int64_t
trap_delay(struct trap *t)
{
	int64_t wait = notify_wait(t->notify, snmploop_now(t->options.loop).mono_ms);

	if (!session_connected(t->options.session))
		return -1;
	if (!notify_unconfirmed(t->notify) && (wait < 0 || (!t->failed && wire_backlog() == 0)))
		return wait;
	t->backlog_ms = t->backlog_ms ? t->backlog_ms * 2 : BACKLOG_FIRST;
	if (t->backlog_ms > BACKLOG_LAST)
		t->backlog_ms = BACKLOG_LAST;
	return t->backlog_ms;
}

static void
trap_schedule(struct trap *t)
{
	int64_t delay = trap_delay(t);
	struct timeval tv;

	if (delay < 0)
		return;
	tv.tv_sec = (time_t)(delay / 1000);
	tv.tv_usec = (suseconds_t)(delay % 1000 * 1000);
	event_add(t->timer, &tv);
}

static void
trap_on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct trap *t = arg;

	(void)fd;
	(void)what;
	snmploop_enter(t->options.loop);
	trap_send_batch(t);
	snmploop_leave(t->options.loop);
}

void
trap_settle(struct trap *t)
{
	if (!session_connected(t->options.session))
		trap_confirm(t);
	trap_note_sent(t);
	trap_tell_losses(t);
	if (!event_pending(t->timer, EV_TIMEOUT, NULL))
		trap_schedule(t);
}

struct trap *
trap_new(const struct trap_options *options)
{
	struct trap *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->options = *options;
	t->notify = notify_new(QUEUE_MAX, options->rate, options->burst);
	t->timer = event_new(options->base, -1, 0, trap_on_timer, t);
	if (t->notify && t->timer)
		return t;
	trap_free(t);
	return NULL;
}

void
trap_free(struct trap *t)
{
	if (!t)
		return;
	/* What the master has read by now need not be sent again by the next process. */
	if (t->started) {
		trap_confirm(t);
		trap_note_sent(t);
	}
	if (t->timer)
		event_free(t->timer);
	notify_free(t->notify);
	free(t);
}

void
trap_set_pacing(struct trap *t, unsigned rate, unsigned burst)
{
	notify_set_pacing(t->notify, rate, burst);
}

bool
trap_is_done(const struct trap *t)
{
	return t->snap && t->snap->stopping &&
	       (notify_counts(t->notify).queued == 0 || !session_connected(t->options.session));
}

struct notify_counts
trap_counts(const struct trap *t)
{
	return notify_counts(t->notify);
}
