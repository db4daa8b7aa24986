/* SPDX-License-Identifier: BSD-2-Clause */
#include "thread.h"

#include <signal.h>
#include <stddef.h>

int
thread_start(pthread_t *thread, void *(*run)(void *), void *ctx)
{
	sigset_t all, old;
	int result;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	result = pthread_create(thread, NULL, run, ctx);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return result;
}
