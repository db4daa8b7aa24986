/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * baseline_metric.h - which metrics have a baseline, that is a value to be expected at this hour of
 * the week.
 */
#ifndef PMTA_BASELINE_METRIC_H
#define PMTA_BASELINE_METRIC_H

#include <stdbool.h>

#include "snapshot.h"

/* Seconds of the window that values are noted of; counts can be compared with no other. */
#define BASELINE_WINDOW 3600

/* True if the metric of this MIB name has one. Pure. */
bool baseline_has_metric(enum snap_scope scope, const char *name);

#endif
