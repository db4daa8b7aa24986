/* SPDX-License-Identifier: BSD-2-Clause */
#include "window_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

const struct window_shape day = {86400, true};
const struct window_shape hour = {3600, false};

const struct window_event a_delivery = {
	.count = {[WINDOW_DELIVERED] = 1, [WINDOW_ATTEMPTS] = 1},
	.bytes = 48213,
	.latency = 3,
	.timed = true,
};

struct row_book book;

int
empty_book(void **state)
{
	(void)state;
	memset(&book, 0, sizeof book);
	return 0;
}

void
window_scene_add(struct window **window, int64_t asof, int64_t when)
{
	assert_int_equal(window_add(window, &day, asof, when, &a_delivery), WINDOW_OK);
}
