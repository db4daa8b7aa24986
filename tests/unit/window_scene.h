/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * window_scene.h - what tests of saved windows begin with: two shapes, deliveries, and an empty
 * book of rows.
 */
#ifndef PMTA_WINDOW_SCENE_H
#define PMTA_WINDOW_SCENE_H

#include "row_book.h"
#include "window_private.h"

/* The begin of a minute. */
#define NOON 1795341600

extern const struct window_shape day, hour;
extern const struct window_event a_delivery;
extern struct row_book book;

/* For cmocka, before each test. */
int empty_book(void **state);

/* Adds a delivery to a window of the shape day. */
void window_scene_add(struct window **window, int64_t asof, int64_t when);

#endif
