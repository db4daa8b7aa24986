/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alarm_fixture.h - alarms over the model of model_fixture.h, with one rule for servers and one for
 * queues.
 */
#ifndef PMTA_ALARM_FIXTURE_H
#define PMTA_ALARM_FIXTURE_H

#include "alarm.h"
#include "event_ring.h"
#include "model_fixture.h"

#define RULE_SERVER 0 /* raised at 1000, cleared at 500, at once */
#define RULE_QUEUE 1  /* of "*.example/..." raised at 100 after 120 s, cleared at 50 after 60 s */

struct alarm_fixture {
	struct model_fixture *f;
	struct event_ring *ring;
	struct alarms *alarms;
};

int alarm_fixture_setup(void **state);
int alarm_fixture_teardown(void **state);

/* Puts the configuration in force, in the model and the alarms. */
void alarm_fixture_configure(struct alarm_fixture *a);

/* New alarms and a new ring, into which everything active and all events are restored. */
void alarm_fixture_restart(struct alarm_fixture *a);

/* A complete list with this queue only, judged. */
void alarm_fixture_queue(struct alarm_fixture *a, const char *name, double recipients);
/* A status with this many recipients queued, or a failed one half a minute before the next, judged.
 */
void alarm_fixture_depth(struct alarm_fixture *a, double recipients);
void alarm_fixture_fail(struct alarm_fixture *a);

/* The newest event; the test fails if there is none. */
const struct snap_event *alarm_fixture_last(const struct alarm_fixture *a);

#endif
