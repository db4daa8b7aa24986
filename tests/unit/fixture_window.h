/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fixture_window.h - the rows of the window tables for fixture.c: one that has everything, and one
 * that has nothing.
 */
#ifndef PMTA_FIXTURE_WINDOW_H
#define PMTA_FIXTURE_WINDOW_H

#include "snapshot.h"

extern const struct snap_window fixture_server_windows[2], fixture_vmta_windows[2],
	fixture_queue_windows[2], fixture_provider_windows[2], fixture_class_windows[2];

/* Rows of SNAP_BASELINE, likewise. */
extern const struct snap_baseline fixture_baselines[2];

#endif
