/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "level.h"
#include "model_fixture.h"

static uint32_t
level(const struct model_fixture *f, enum store_kind kind, const char *name)
{
	const struct model_object *object = fixture_object(f, kind, name);

	return model_level(f->model->servers[0], object, object->recipients, f->now);
}

static uint32_t
most(const struct model_fixture *f, const char *name)
{
	return model_level_most(f->model->servers[0], fixture_object(f, STORE_QUEUE, name), f->now);
}

static void
a_listed_item_has_the_level_it_was_listed_with(void **state)
{
	struct model_fixture *f = *state;
	const struct doc_item items[] = {fixture_item("a.example/v1", 12.4),
					 fixture_item("b.example/v1", NAN)};

	fixture_list(f, DOC_QUEUES, items, 2);
	assert_int_equal(level(f, STORE_QUEUE, "a.example/v1"), 12);
	assert_int_equal(level(f, STORE_QUEUE, "b.example/v1"), SNAP_NONE32);
}

static void
what_a_complete_list_does_not_show_is_empty(void **state)
{
	struct model_fixture *f = *state;
	const struct doc_item items[] = {fixture_item("a.example/v1", 12),
					 fixture_item("b.example/v1", 3)};

	fixture_list(f, DOC_QUEUES, items, 2);
	fixture_list(f, DOC_QUEUES, items, 1);
	assert_int_equal(level(f, STORE_QUEUE, "b.example/v1"), 0);
	assert_false(model_listed(f->model->servers[0],
				  fixture_object(f, STORE_QUEUE, "b.example/v1"), f->now));
}

static void
what_a_cut_list_does_not_show_is_unknown(void **state)
{
	struct model_fixture *f = *state;
	const struct doc_item items[] = {fixture_item("a.example/v1", 12),
					 fixture_item("b.example/v1", 3)};

	fixture_list(f, DOC_QUEUES, items, 2);
	fixture_cut_list(f, DOC_QUEUES, items, 1, 500);
	assert_int_equal(level(f, STORE_QUEUE, "a.example/v1"), 12);
	assert_int_equal(level(f, STORE_QUEUE, "b.example/v1"), SNAP_NONE32);
}

static void
what_was_cut_off_is_not_larger_than_the_smallest_shown(void **state)
{
	struct model_fixture *f = *state;
	const struct doc_item items[] = {fixture_item("a.example/v1", 120),
					 fixture_item("b.example/v1", 30),
					 fixture_item("c.example/v1", 5)};

	fixture_list(f, DOC_QUEUES, items, 3);
	fixture_cut_list(f, DOC_QUEUES, items, 2, 500);
	assert_int_equal(most(f, "c.example/v1"), 30);
	assert_int_equal(most(f, "a.example/v1"), 120);
	/* Nor than what is left of the total. */
	fixture_cut_list(f, DOC_QUEUES, items, 2, 160);
	assert_int_equal(most(f, "c.example/v1"), 10);
}

static void
an_unsorted_list_bounds_what_it_cut_off_by_its_total_only(void **state)
{
	struct model_fixture *f = *state;
	const struct doc_item items[] = {fixture_item("a.example/v1", 30),
					 fixture_item("b.example/v1", 120),
					 fixture_item("c.example/v1", 5)};

	fixture_list(f, DOC_QUEUES, items, 3);
	fixture_cut_list(f, DOC_QUEUES, items, 2, 500);
	assert_int_equal(most(f, "c.example/v1"), 350);
	fixture_cut_list(f, DOC_QUEUES, items, 2, NAN);
	assert_int_equal(most(f, "c.example/v1"), SNAP_NONE32);
}

static void
a_filtered_list_says_nothing_of_what_it_leaves_out(void **state)
{
	struct model_fixture *f = *state;
	const struct doc_item items[] = {fixture_item("a.example/v1", 12),
					 fixture_item("b.example/v1", 3)};

	fixture_list(f, DOC_QUEUES, items, 2);
	f->servers[0].list_query[DOC_QUEUES] = "maxitems=50&mode=backoff";
	fixture_list(f, DOC_QUEUES, items, 1);
	assert_int_equal(level(f, STORE_QUEUE, "b.example/v1"), SNAP_NONE32);
	assert_int_equal(most(f, "b.example/v1"), SNAP_NONE32);
	f->servers[0].list_query[DOC_QUEUES] = "maxitems=50&sort=rcpt";
	fixture_list(f, DOC_QUEUES, items, 1);
	assert_int_equal(level(f, STORE_QUEUE, "b.example/v1"), 0);
}

static void
a_stale_list_has_no_levels(void **state)
{
	struct model_fixture *f = *state;
	const struct doc_item item = fixture_item("a.example/v1", 12);

	fixture_list(f, DOC_QUEUES, &item, 1);
	fixture_pass(f, 181);
	assert_int_equal(level(f, STORE_QUEUE, "a.example/v1"), 12);
	fixture_pass(f, 1);
	assert_int_equal(level(f, STORE_QUEUE, "a.example/v1"), SNAP_NONE32);
	assert_int_equal(most(f, "a.example/v1"), SNAP_NONE32);
}

static void
growing_stale_changes_the_tables_that_show_it(void **state)
{
	struct model_fixture *f = *state;
	const struct model_server *server = f->model->servers[0];
	const struct doc_item item = fixture_item("a.example/v1", 12);
	uint32_t queues, vmtas, row;

	fixture_list(f, DOC_QUEUES, &item, 1);
	model_age(f->model, f->now);
	queues = server->set[STORE_QUEUE].version;
	vmtas = server->set[STORE_VMTA].version;
	row = server->version;
	fixture_pass(f, 100);
	model_age(f->model, f->now);
	assert_int_equal(server->set[STORE_QUEUE].version, queues);
	fixture_pass(f, 100);
	model_age(f->model, f->now);
	assert_int_not_equal(server->set[STORE_QUEUE].version, queues);
	assert_int_not_equal(server->set[STORE_VMTA].version, vmtas);
	assert_int_not_equal(server->version, row);
}

static void
absurd_numbers_are_latched_or_absent(void **state)
{
	(void)state;
	assert_int_equal(level_of(1e30), SNAP_NONE32 - 1);
	assert_int_equal(level_of(4294967295.0), SNAP_NONE32 - 1);
	assert_int_equal(level_of(4294967293.0), SNAP_NONE32 - 2);
	assert_int_equal(level_of(NAN), SNAP_NONE32);
	assert_int_equal(level_of(0.4), 0);
	assert_int_equal(model_level_sum(NAN, 3), 3);
	assert_int_equal(model_level_sum(4, NAN), 4);
	assert_int_equal(model_level_sum(NAN, NAN), SNAP_NONE32);
}

static void
times_are_told_in_utc_once_the_zone_is_known(void **state)
{
	struct model_fixture *f = *state;
	struct doc_status status = fixture_status();
	struct doc_item item = fixture_item("a.example/v1", 12);

	item.error = "connect rate limit reached";
	item.error_time = FIXTURE_WALL + 7200 - 60;
	item.retry_time = FIXTURE_WALL + 7200 + 600;
	fixture_list(f, DOC_QUEUES, &item, 1);
	assert_true(fixture_object(f, STORE_QUEUE, "a.example/v1")->error_time == SNAP_NO_TIME);
	assert_true(fixture_object(f, STORE_QUEUE, "a.example/v1")->next_retry == SNAP_NO_TIME);
	status.time_now += 7200;
	model_apply_status(f->model->servers[0], &status, f->now);
	fixture_list(f, DOC_QUEUES, &item, 1);
	assert_int_equal(fixture_object(f, STORE_QUEUE, "a.example/v1")->error_time,
			 FIXTURE_WALL - 60);
	assert_int_equal(fixture_object(f, STORE_QUEUE, "a.example/v1")->next_retry,
			 FIXTURE_WALL + 600);
}

static void
a_vmta_shows_the_newest_error_and_the_modes_of_its_queues(void **state)
{
	struct model_fixture *f = *state;
	const struct doc_status status = fixture_status();
	struct doc_item items[] = {fixture_item("a.example/v1", 12),
				   fixture_item("b.example/v1", 3),
				   fixture_item("b.example/v2", 3)};
	const struct model_object *vmta;

	model_apply_status(f->model->servers[0], &status, f->now);
	items[0].error = "older";
	items[0].error_time = FIXTURE_WALL - 100;
	items[0].mode = items[1].mode = SNAP_MODE_BACKOFF;
	items[1].error = "newer";
	items[1].error_time = FIXTURE_WALL - 10;
	items[1].paused = 1;
	fixture_list(f, DOC_QUEUES, items, 3);
	vmta = fixture_object(f, STORE_VMTA, "v1");
	assert_string_equal(vmta->error, "newer");
	assert_int_equal(vmta->error_time, FIXTURE_WALL - 10);
	assert_int_equal(vmta->group->queues_backoff, 2);
	assert_int_equal(vmta->group->queues_paused, 1);
	assert_int_equal(f->model->servers[0]->queues_backoff, 2);
	assert_int_equal(fixture_object(f, STORE_QUEUE, "b.example/v1")->wait_reason,
			 SNAP_WAIT_PAUSED);
	fixture_list(f, DOC_QUEUES, items + 2, 1);
	assert_null(vmta->error);
	assert_int_equal(vmta->group->queues_backoff, 0);
}

/* Else the store would forget the domain of a queue that always has mail. */
static void
mail_in_a_queue_keeps_its_domain_and_vmta_alive(void **state)
{
	struct model_fixture *f = *state;
	const struct doc_item item = fixture_item("a.example/v1", 12);

	fixture_list(f, DOC_QUEUES, &item, 1);
	fixture_object(f, STORE_DOMAIN, "a.example")->dirty = false;
	f->model->servers[0]->set[STORE_DOMAIN].dirty = false;
	fixture_pass(f, 100 * 86400);
	fixture_list(f, DOC_QUEUES, &item, 1);
	assert_int_equal(fixture_object(f, STORE_DOMAIN, "a.example")->last_active,
			 f->now.wall_ms / 1000);
	assert_int_equal(fixture_object(f, STORE_VMTA, "v1")->last_active, f->now.wall_ms / 1000);
	assert_true(fixture_object(f, STORE_DOMAIN, "a.example")->dirty);
	assert_true(f->model->servers[0]->set[STORE_DOMAIN].dirty);
}

static void
a_page_counts_its_items(void **state)
{
	struct model_fixture *f = *state;
	const struct doc_item items[] = {fixture_item("v1", 12), fixture_item("v2", 3)};

	fixture_list(f, DOC_VMTAS, items, 2);
	fixture_list(f, DOC_VMTAS, items, 1);
	assert_int_equal(model_source(f->model->servers[0], SNAP_SOURCE_VMTAS)->records, 3);
}

static void
the_generation_never_becomes_never(void **state)
{
	struct model_fixture *f = *state;
	const struct doc_item items[] = {fixture_item("a.example/v1", 12),
					 fixture_item("b.example/v1", 12)};

	fixture_list(f, DOC_QUEUES, items, 2);
	f->model->servers[0]->list[DOC_QUEUES].generation = UINT32_MAX;
	fixture_list(f, DOC_QUEUES, items, 1);
	assert_int_equal(f->model->servers[0]->list[DOC_QUEUES].generation, 1);
	assert_int_equal(level(f, STORE_QUEUE, "a.example/v1"), 12);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_listed_item_has_the_level_it_was_listed_with),
		TEST(what_a_complete_list_does_not_show_is_empty),
		TEST(what_a_cut_list_does_not_show_is_unknown),
		TEST(what_was_cut_off_is_not_larger_than_the_smallest_shown),
		TEST(an_unsorted_list_bounds_what_it_cut_off_by_its_total_only),
		TEST(a_filtered_list_says_nothing_of_what_it_leaves_out),
		TEST(a_stale_list_has_no_levels),
		TEST(growing_stale_changes_the_tables_that_show_it),
		TEST(absurd_numbers_are_latched_or_absent),
		TEST(times_are_told_in_utc_once_the_zone_is_known),
		TEST(a_vmta_shows_the_newest_error_and_the_modes_of_its_queues),
		TEST(mail_in_a_queue_keeps_its_domain_and_vmta_alive),
		TEST(a_page_counts_its_items),
		TEST(the_generation_never_becomes_never),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
