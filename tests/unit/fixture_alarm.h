/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fixture_alarm.h - the rows of the tables of thresholds and alarms for fixture.c: one that has
 * everything, and one that has nothing.
 */
#ifndef PMTA_FIXTURE_ALARM_H
#define PMTA_FIXTURE_ALARM_H

#include "snapshot.h"

extern struct snap_part fixture_threshold_part, fixture_alarm_part;

#endif
