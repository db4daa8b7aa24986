/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aside.h - does one thing that may take for ever in a thread of its own, so that nobody waits.
 *
 * A look at a file system over the network cannot be given up; it can be left alone. The data is
 * therefore flat, belongs to the thread while it works, and is freed by whoever is last.
 */
#ifndef PMTA_ASIDE_H
#define PMTA_ASIDE_H

#include <stddef.h>

struct aside;

/* Threads that may be at work at once, those left alone counted: a bound, for a file system that
 * hangs is asked again after each reload. */
#define ASIDE_MAX 64

/* Starts work on a copy of size bytes of data. NULL with errno: ENOMEM, or EAGAIN if too many are
 * at work. */
struct aside *aside_start(void (*work)(void *data), const void *data, size_t size);

/* The data as work left it, until aside_drop(); NULL while it is at work. */
const void *aside_result(struct aside *aside);

/* Lets go of it, done or not. NULL is allowed. */
void aside_drop(struct aside *aside);

#endif
