/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * instance.h - one process for each state directory: lock, pid file, and the way into the
 * background.
 */
#ifndef PMTA_INSTANCE_H
#define PMTA_INSTANCE_H

#include <sys/types.h>

/* Takes the lock of a state directory, which is made if need be. Returns a descriptor to be kept
 * open for as long as the process lives; -1 if another process has it (its pid is logged); or -2 if
 * the directory cannot hold a lock (logged: the caller goes on without one). */
int instance_lock(const char *state_dir);

/* Goes into the background; returns in the child only. The parent, for which a script waits, exits
 * with 0 when instance_release() is called with the descriptor that is stored, and with 1 if the
 * child ends before. 0, or -1 with errno. */
int instance_daemonise(int *parent);

/* Tells the parent that this process has its pid file: whoever started it may look for it. */
void instance_release(int parent);

/* Writes the pid. 0, or -1 with errno. */
int instance_write_pid(const char *file);

#endif
