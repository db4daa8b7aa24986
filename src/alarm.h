/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alarm.h - judges the model by the configured limits and turns each change into one event.
 *
 * A rule raises one alarm for each object that reaches its raise limit for `hold`, and clears it
 * once the object was at or below its clear limit for `calm`; between the two limits nothing
 * changes. A level that is not known neither raises nor clears, unless what is known bounds it: the
 * queue that a list of the largest left out is not larger than those it shows. A change without
 * memory for its event does not happen yet. The clock is passed in; what must outlive the process
 * is the keeper's business (keeper.h). Collector thread only.
 */
#ifndef PMTA_ALARM_H
#define PMTA_ALARM_H

#include "conf.h"
#include "event_ring.h"
#include "model.h"
#include "store.h"

/* Name under which the built-in rule for servers that do not answer keeps its alarms. */
#define ALARM_SERVER_DOWN "(server-down)"

struct alarms;

/* Alarms without rules yet; the ring must outlive it. last_id is the highest alarm id ever used.
 * NULL without memory. */
struct alarms *alarms_new(struct event_ring *ring, uint32_t last_id);
void alarms_free(struct alarms *alarms);

/* Takes back an alarm that was active when the last run ended: it is not raised again. */
void alarms_restore(struct alarms *alarms, const struct store_alarm *saved);

/* Takes over rules; the configuration must stay until the next call. Alarms are cleared whose
 * object is gone or which no rule is about any more. */
void alarms_configure(struct alarms *alarms, const struct conf *conf, const struct model *model,
		      struct moment now);

/* Judges one server after each poll, good or bad: its state, and the rules of scope server. */
void alarms_judge_server(struct alarms *alarms, const struct model_server *server,
			 struct moment now);

/* Judges its domain queues after each good /queues reply. O(queues x rules). */
void alarms_judge_queues(struct alarms *alarms, struct model_server *server, struct moment now);

/* Clears the alarms of an object that leaves the model. */
void alarms_object_gone(struct alarms *alarms, const struct model_server *server,
			const struct model_object *object, struct moment now);

/* Active alarms, one after the other. */
void alarms_each(const struct alarms *alarms, store_alarm_fn fn, void *ctx);
uint32_t alarms_active(const struct alarms *alarms);
/* The highest alarm id ever used. */
uint32_t alarms_last_id(const struct alarms *alarms);

/* True if the active alarms are not what alarms_set_saved() was last told to be safe. */
bool alarms_changed(const struct alarms *alarms);
void alarms_set_saved(struct alarms *alarms, bool saved);

#endif
