/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * action_exec.h - one run of a program: no shell, an environment and a process group of its own,
 * the event as JSON on its standard input, a time limit. Never blocks.
 *
 * Standard output goes nowhere; of standard error the first line is kept. At the time limit the
 * group gets SIGTERM, two seconds later SIGKILL.
 */
#ifndef PMTA_ACTION_EXEC_H
#define PMTA_ACTION_EXEC_H

#include <stdbool.h>
#include <stdint.h>

#include "conf_action.h"

struct action_exec;

/* What became of a run. */
struct action_outcome {
	bool ok;
	bool retry;	 /* it may go well later */
	char error[256]; /* for people, clean; "" if ok */
};

/* Starts the program about an event at this time (monotonic ms). NULL with *outcome on failure. */
struct action_exec *action_exec_start(const struct conf_action *action,
				      const struct snap_event *event, int64_t now,
				      struct action_outcome *outcome);

/* Descriptors that are readable when something is to be done: the process, and its standard error
 * or -1. */
void action_exec_fds(const struct action_exec *run, int fds[2]);

/* When something is to be done in any case (monotonic ms). */
int64_t action_exec_due(const struct action_exec *run);

/* Does what is to be done. True if the run is over: *outcome is set, and it must be freed. */
bool action_exec_step(struct action_exec *run, int64_t now, struct action_outcome *outcome);

/* Frees a run; one that is not over is killed with its group, and waited for. */
void action_exec_free(struct action_exec *run);

#endif
