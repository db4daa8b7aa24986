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

/* Goes into the background: the parent exits once the child is on its own. 0, or -1 with errno. */
int instance_daemonise(void);

/* Writes the pid. 0, or -1 with errno. */
int instance_write_pid(const char *file);

#endif
