/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * relay.h - a thread between the hub and the one that answers: it surveys each snapshot before that
 * is served, and frees it afterwards. Both take long at a million rows, and no request waits for
 * them.
 */
#ifndef PMTA_RELAY_H
#define PMTA_RELAY_H

#include <pthread.h>

#include "survey.h"

/* Starts a thread that takes no signals. Returns 0, or an error number as pthread_create(3). */
typedef int (*relay_start_fn)(pthread_t *thread, void *(*run)(void *), void *ctx);

struct relay;

/* Takes every snapshot from the hub, which must outlive it, from now on. NULL on failure. */
struct relay *relay_new(struct snap_hub *hub, relay_start_fn start);
/* Ends the thread and frees all surveys, the one that was taken last too. NULL is allowed. */
void relay_free(struct relay *relay);

/* A descriptor that is readable when there is a survey to take. Owned by the relay. */
int relay_fd(const struct relay *relay);

/* The newest survey, or NULL if none came since the last call. It stays the relay's and is valid
 * until the next one is taken, or relay_free(). Never waits. One thread, always the same. */
const struct survey *relay_take(struct relay *relay);

#endif
