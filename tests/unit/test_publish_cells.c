/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "metric.h"
#include "model_fixture.h"
#include "publish_rows.h"

#define QUEUE "gmail.com/v1"

/* A queue in which everything is known: levels, an error, ages, a drain rate, replies, totals. */
static void
make_known(struct model_fixture *f)
{
	struct doc_item items[2] = {fixture_item(QUEUE, 5000), fixture_item("b.example/v1", 3)};
	const enum acct_type types[] = {ACCT_TRANSIENT, ACCT_DELIVERY, ACCT_BOUNCE};
	struct doc_item vmta = fixture_item("v1", 5003), domain = fixture_item("gmail.com", 5000);

	items[0].error = "skip of MX requested: \"421 4.7.28 slow down\"";
	items[0].error_time = f->now.wall_ms / 1000;
	items[0].reply_code = 421;
	items[0].mode = SNAP_MODE_BACKOFF;
	for (int i = 0; i < 12; i++) {
		fixture_pass(f, 60);
		items[0].rcp -= 10;
		fixture_list(f, DOC_QUEUES, items, 2);
	}
	fixture_list(f, DOC_DOMAINS, &domain, 1);
	fixture_list(f, DOC_VMTAS, &vmta, 1);
	for (int i = 0; i < 3; i++) {
		struct acct_record record = fixture_record(types[i], QUEUE);

		record.time_logged = f->now.wall_ms / 1000;
		record.time_queued = record.time_logged - 300;
		record.dlv_type = fixture_slice("smtp");
		if (types[i] != ACCT_DELIVERY)
			record.dsn_diag = fixture_slice("smtp;421 4.7.28 slow down");
		fixture_apply(f, &record);
	}
}

/* Reads it out of a row of which only the metric's own cells were written. False: it has none. */
static bool
read_alone(const struct model_fixture *f, const struct model_object *object,
	   const struct metric *metric, unsigned cells, int filler, int64_t *value)
{
	union publish_row row;

	memset(&row, filler, sizeof row);
	if (metric_reads_window(metric))
		assert_true(publish_window_row(f->model->servers[0], object, 3600, cells,
					       &row.window, f->now));
	else
		assert_true(publish_object_row(f->model->servers[0], object, cells, &row, f->now));
	return metric_read(metric, &row, f->now, value);
}

/* Whatever stood in the row before, what is read is what the whole row has. */
static unsigned
compare_all(const struct model_fixture *f, enum snap_table table, const struct model_object *object)
{
	const struct metric *metric;
	unsigned known = 0;

	assert_non_null(object);
	for (size_t i = 0; (metric = metric_at(i)) != NULL; i++) {
		const unsigned cells = publish_cells_at(table, metric->offset);
		int64_t whole = 0, alone = 0;
		bool has;

		if (metric->table != table)
			continue;
		has = read_alone(f, object, metric, PUBLISH_ALL, 0x5a, &whole);
		assert_int_equal(read_alone(f, object, metric, cells, 0xa5, &alone), has);
		assert_int_equal(alone, has ? whole : alone);
		known += has;
	}
	return known;
}

static void
a_field_of_a_queue_is_the_same_alone_as_in_its_row(void **state)
{
	make_known(*state);
	assert_true(compare_all(*state, SNAP_QUEUE, fixture_object(*state, STORE_QUEUE, QUEUE)) >=
		    18);
}

static void
a_field_of_a_vmta_is_the_same_alone_as_in_its_row(void **state)
{
	make_known(*state);
	assert_true(compare_all(*state, SNAP_VMTA, fixture_object(*state, STORE_VMTA, "v1")) >= 15);
}

static void
a_field_of_a_provider_is_the_same_alone_as_in_its_row(void **state)
{
	make_known(*state);
	assert_true(compare_all(*state, SNAP_PROVIDER,
				fixture_object(*state, STORE_PROVIDER, "gmail")) >= 15);
}

static void
a_field_of_a_window_is_the_same_alone_as_in_its_row(void **state)
{
	make_known(*state);
	assert_true(compare_all(*state, SNAP_QUEUE_WINDOW,
				fixture_object(*state, STORE_QUEUE, QUEUE)) >= 12);
	assert_true(compare_all(*state, SNAP_PROVIDER_WINDOW,
				fixture_object(*state, STORE_PROVIDER, "gmail")) >= 12);
}

static void
a_queue_that_no_list_shows_reads_the_same_both_ways(void **state)
{
	const struct doc_item other = fixture_item("b.example/v1", 3);

	make_known(*state);
	fixture_pass(*state, 60);
	fixture_list(*state, DOC_QUEUES, &other, 1);
	compare_all(*state, SNAP_QUEUE, fixture_object(*state, STORE_QUEUE, QUEUE));
	fixture_cut_list(*state, DOC_QUEUES, &other, 1, 1000);
	compare_all(*state, SNAP_QUEUE, fixture_object(*state, STORE_QUEUE, QUEUE));
	fixture_pass(*state, 86400);
	compare_all(*state, SNAP_QUEUE, fixture_object(*state, STORE_QUEUE, QUEUE));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_field_of_a_queue_is_the_same_alone_as_in_its_row),
		TEST(a_field_of_a_vmta_is_the_same_alone_as_in_its_row),
		TEST(a_field_of_a_provider_is_the_same_alone_as_in_its_row),
		TEST(a_field_of_a_window_is_the_same_alone_as_in_its_row),
		TEST(a_queue_that_no_list_shows_reads_the_same_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
