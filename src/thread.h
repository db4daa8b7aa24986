/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread.h - starts the threads beside the main one, which alone takes signals.
 */
#ifndef PMTA_THREAD_H
#define PMTA_THREAD_H

#include <pthread.h>

/* Starts a thread in which every signal is blocked. Returns 0, or an error number as
 * pthread_create(3). */
int thread_start(pthread_t *thread, void *(*run)(void *), void *ctx);

#endif
