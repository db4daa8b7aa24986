/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notify_fixture.h - a queue of notifications with events that are numbered as they come.
 */
#ifndef PMTA_NOTIFY_FIXTURE_H
#define PMTA_NOTIFY_FIXTURE_H

#include "notify.h"

/* Number of the last event. */
extern uint32_t sequence;

/* cmocka's: the state is a queue of 8 that is never held up by its rate. */
int notify_setup(void **state);
int notify_teardown(void **state);

/* A new event of this alarm, 0 of none. Returns its sequence. */
uint32_t add(struct notify *n, uint32_t alarm_id, bool clears);
/* One that was dealt with in an earlier run. */
void recall(struct notify *n, uint32_t alarm_id, bool clears);

/* Writes the next one and has it confirmed; returns its sequence, 0 if none may be written. */
uint32_t send_one(struct notify *n, int64_t now_ms);

/* Whatever was raised is accounted for. */
void assert_sum(const struct notify *n);

#endif
