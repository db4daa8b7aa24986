/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alarm.h - judges the model by the rules and turns each change into one event.
 *
 * There is one alarm for each server, object and metric (and side: too much, or too little). All
 * rules on that metric that match the object are its severities: while one of them is raised the
 * alarm is active, with the worst severity among them; a change of severity is an event, but no
 * other alarm. A rule is raised once the value was at its raise limit for `hold`, and cleared once
 * it was at its clear limit for `calm`; between the two limits nothing changes. What is not known
 * neither raises nor clears, unless what is known bounds it: the queue that a list of the largest
 * left out is not larger than those it shows, and nothing is wrong with a queue without mail. A
 * change without memory for its event does not happen yet.
 *
 * Values are read out of rows as publish_rows.h makes them, so a rule judges every object, also one
 * that row-limit does not show, by exactly what a manager sees. The clock is passed in; what must
 * outlive the process is the keeper's business (keeper.h). Collector thread only.
 */
#ifndef PMTA_ALARM_H
#define PMTA_ALARM_H

#include "event_ring.h"
#include "model.h"
#include "rule.h"
#include "store.h"

/* The built-in rule about servers that have not answered for down-after polls; a threshold on the
 * state can be a milder severity of its alarm. */
#define ALARM_SERVER_DOWN "(server-down)"

struct alarms;

/* What a metric of an object (NULL: of the server) is expected to be by its baseline: 0, or -1 if
 * there is none. *history_s gets how long it has been watched. */
typedef int (*alarm_expect_fn)(void *ctx, const struct model_server *server,
			       const struct model_object *object, const struct metric *metric,
			       struct moment now, double *mean, double *deviation,
			       uint32_t *history_s);

/* Alarms without rules yet; the ring must outlive it. last_id is the highest alarm id ever used.
 * NULL without memory. */
struct alarms *alarms_new(struct event_ring *ring, uint32_t last_id);
void alarms_free(struct alarms *alarms);

/* Where limits that follow a baseline come from; NULL: they are not known. */
void alarms_set_expect(struct alarms *alarms, alarm_expect_fn expect, void *ctx);

/* Takes back what a rule has counted, and an alarm that was active when the last run ended: it is
 * not raised again. Rules first. */
void alarms_restore_rule(struct alarms *alarms, const struct store_rule *saved);
void alarms_restore(struct alarms *alarms, const struct store_alarm *saved, struct moment now);

/* Takes over rules, which must stay until the next call, as must the model; the rules of the call
 * before may go afterwards. Alarms are cleared whose object is gone or which no rule is about any
 * more. */
void alarms_configure(struct alarms *alarms, const struct rule *rules, size_t count,
		      const struct model *model, struct moment now);

/* Judges one server after each poll of /status, good or bad: its state, and the levels of scope
 * server. */
void alarms_judge_status(struct alarms *alarms, struct model_server *server, struct moment now);

/* Judges the levels of what a list shows, after a good one. O(objects x rules of their scope). */
void alarms_judge_list(struct alarms *alarms, struct model_server *server, enum doc_list_kind kind,
		       struct moment now);

/* Judges what changes with records and with the time itself: windows, totals, ages, sources; and
 * sends reminders. To be called every second; what costs more than a little is left out while no
 * record came, for ten seconds at most. */
void alarms_judge_flow(struct alarms *alarms, struct moment now);

/* Clears the alarms of an object that leaves the model. */
void alarms_object_gone(struct alarms *alarms, const struct model_server *server,
			const struct model_object *object, struct moment now);

/* Tells of all active alarms again (the worst of them if they are very many): whoever listened may
 * have missed them. */
void alarms_tell_again(struct alarms *alarms, struct moment now);

/* Events that belong to no alarm. 0, or -1 without memory. */
int alarms_note(struct alarms *alarms, enum snap_notification notification,
		enum snap_severity severity, const char *text, struct moment now);

/* Active alarms and what rules have counted: what differs from the store, and the ids of alarms
 * that the store still has; all that is active after alarms_forget_saved(). */
struct alarm_saver {
	void (*alarm)(void *ctx, const struct store_alarm *alarm);
	void (*ended)(void *ctx, uint32_t id);
	void (*rule)(void *ctx, const struct store_rule *rule);
	void *ctx;
};
void alarms_each_unsaved(const struct alarms *alarms, const struct alarm_saver *saver);
void alarms_set_saved(struct alarms *alarms);
/* The store was begun anew: it has nothing. */
void alarms_forget_saved(struct alarms *alarms);
bool alarms_changed(const struct alarms *alarms);

/* The highest alarm id ever used. */
uint32_t alarms_last_id(const struct alarms *alarms);
uint32_t alarms_active(const struct alarms *alarms);
/* The worst severity of an active alarm, cleared without one. */
enum snap_severity alarms_worst(const struct alarms *alarms);
/* How often a quiet time kept a rule from being raised, in this run. */
uint64_t alarms_suppressed(const struct alarms *alarms);

/* The parts of pmtaAlarmTable and pmtaThresholdTable, or NULL without memory. A version tells that
 * they are old. */
struct snap_part *alarms_publish(const struct alarms *alarms);
struct snap_part *alarms_publish_rules(const struct alarms *alarms);
uint32_t alarms_version(const struct alarms *alarms);

#endif
