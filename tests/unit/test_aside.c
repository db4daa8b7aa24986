/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <semaphore.h>

#include "aside.h"

/* Work that waits for the test, as one at a hanging file system does. */
struct task {
	sem_t *go, *gone;
	int in, out;
};

static void
work(void *data)
{
	struct task *task = data;

	if (task->go != NULL)
		sem_wait(task->go);
	task->out = task->in + 1;
	if (task->gone != NULL)
		sem_post(task->gone);
}

static const struct task *
wait_result(struct aside *aside)
{
	for (int i = 0; i < 5000 && aside_result(aside) == NULL; i++)
		poll(NULL, 0, 1);
	assert_non_null(aside_result(aside));
	return aside_result(aside);
}

static void
the_result_is_there_when_the_work_is_done(void **state)
{
	const struct task task = {.in = 41};
	struct aside *aside = aside_start(work, &task, sizeof task);

	(void)state;
	assert_int_equal(wait_result(aside)->out, 42);
	assert_int_equal(task.out, 0);
	aside_drop(aside);
}

static void
there_is_no_result_while_it_hangs(void **state)
{
	struct task task = {.in = 1};
	struct aside *aside;
	sem_t go;

	(void)state;
	sem_init(&go, 0, 0);
	task.go = &go;
	aside = aside_start(work, &task, sizeof task);
	assert_null(aside_result(aside));
	sem_post(&go);
	assert_int_equal(wait_result(aside)->out, 2);
	aside_drop(aside);
	sem_destroy(&go);
}

static void
what_hangs_can_be_left_alone(void **state)
{
	struct task task = {.in = 1};
	sem_t go, gone;

	(void)state;
	sem_init(&go, 0, 0);
	sem_init(&gone, 0, 0);
	task.go = &go;
	task.gone = &gone;
	aside_drop(aside_start(work, &task, sizeof task));
	sem_post(&go);
	assert_int_equal(sem_wait(&gone), 0);
	sem_destroy(&go);
	sem_destroy(&gone);
	aside_drop(NULL);
}

/* Others may still be on their way out when this test begins. */
static struct aside *
start_patiently(const struct task *task)
{
	struct aside *aside = NULL;

	for (int i = 0; i < 5000 && aside == NULL; i++) {
		aside = aside_start(work, task, sizeof *task);
		if (aside == NULL)
			poll(NULL, 0, 1);
	}
	assert_non_null(aside);
	return aside;
}

static void
no_more_than_the_bound_hang_at_once(void **state)
{
	struct aside *asides[ASIDE_MAX];
	struct task task = {.in = 1};
	sem_t go;

	(void)state;
	sem_init(&go, 0, 0);
	task.go = &go;
	for (int i = 0; i < ASIDE_MAX; i++)
		asides[i] = start_patiently(&task);
	errno = 0;
	assert_null(aside_start(work, &task, sizeof task));
	assert_int_equal(errno, EAGAIN);
	for (int i = 0; i < ASIDE_MAX; i++)
		sem_post(&go);
	for (int i = 0; i < ASIDE_MAX; i++) {
		assert_int_equal(wait_result(asides[i])->out, 2);
		aside_drop(asides[i]);
	}
	task.go = NULL;
	aside_drop(start_patiently(&task));
	sem_destroy(&go);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_result_is_there_when_the_work_is_done),
		cmocka_unit_test(there_is_no_result_while_it_hangs),
		cmocka_unit_test(what_hangs_can_be_left_alone),
		cmocka_unit_test(no_more_than_the_bound_hang_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
