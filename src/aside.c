/* SPDX-License-Identifier: BSD-2-Clause */
#include "aside.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "thread.h"

struct aside {
	atomic_int refs; /* of the thread and of the starter */
	atomic_bool done;
	void (*work)(void *data);
	_Alignas(max_align_t) unsigned char data[];
};

static atomic_int at_work;

static void
aside_unref(struct aside *aside)
{
	if (atomic_fetch_sub(&aside->refs, 1) == 1)
		free(aside);
}

static void *
run(void *ctx)
{
	struct aside *aside = ctx;

	aside->work(aside->data);
	atomic_store(&aside->done, true);
	aside_unref(aside);
	atomic_fetch_sub(&at_work, 1);
	return NULL;
}

struct aside *
aside_start(void (*work)(void *data), const void *data, size_t size)
{
	struct aside *aside = calloc(1, sizeof *aside + size);
	pthread_t thread;
	int error = EAGAIN;

	if (aside == NULL)
		return NULL;
	atomic_init(&aside->refs, 2);
	aside->work = work;
	memcpy(aside->data, data, size);
	if (atomic_fetch_add(&at_work, 1) < ASIDE_MAX)
		error = thread_start(&thread, run, aside);
	if (error == 0) {
		pthread_detach(thread);
		return aside;
	}
	atomic_fetch_sub(&at_work, 1);
	free(aside);
	errno = error;
	return NULL;
}

const void *
aside_result(struct aside *aside)
{
	return atomic_load(&aside->done) ? aside->data : NULL;
}

void
aside_drop(struct aside *aside)
{
	if (aside != NULL)
		aside_unref(aside);
}
