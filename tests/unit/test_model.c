/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "bounce_class.h"
#include "model_fixture.h"
#include "model_object.h"

static struct model_object *
get(const struct model_fixture *f, enum store_kind kind, const char *name)
{
	return model_object_get(f->model->servers[0], kind, name, strlen(name), f->now);
}

static void
servers_get_ascending_indexes_and_stay_sorted(void **state)
{
	struct model_fixture *f = *state;

	f->conf.server_count = 3;
	fixture_configure(f);
	assert_int_equal(f->model->server_count, 3);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(f->model->servers[i]->index, i + 1);
}

static void
a_reload_keeps_what_is_known_of_servers_that_stay(void **state)
{
	struct model_fixture *f = *state;
	const struct model_server *before = fixture_server(f, "mta1");
	const struct model_object *queue = get(f, STORE_QUEUE, "example.com/v1");

	f->conf.server_count = 2;
	fixture_configure(f);
	assert_ptr_equal(fixture_server(f, "mta1"), before);
	assert_ptr_equal(fixture_object(f, STORE_QUEUE, "example.com/v1"), queue);
}

static void
a_server_that_comes_back_has_its_old_index(void **state)
{
	struct model_fixture *f = *state;
	struct conf_server first = f->servers[0];

	f->servers[0] = f->servers[1];
	fixture_configure(f);
	assert_null(fixture_server(f, "mta1"));
	assert_int_equal(fixture_server(f, "mta2")->index, 2);
	f->servers[0] = first;
	fixture_configure(f);
	assert_int_equal(fixture_server(f, "mta1")->index, 1);
}

static void
a_server_whose_name_cannot_be_shown_is_still_found_at_a_reload(void **state)
{
	struct model_fixture *f = *state;

	f->servers[0].name = "mta\xe2\x80\xae"
			     "1"; /* U+202E turns the text around */
	fixture_configure(f);
	fixture_configure(f);
	assert_int_equal(f->model->server_count, 1);
	assert_string_equal(f->model->servers[0]->name, "mta 1");
	assert_ptr_equal(f->model->servers[0]->section, &f->servers[0]);
}

static void
a_server_without_registry_is_left_out(void **state)
{
	struct model_fixture *f = *state;

	f->no_registry = true;
	f->conf.server_count = 2;
	assert_int_equal(model_configure(f->model, &f->conf, f->now), -1);
	assert_null(fixture_server(f, "mta2"));
}

static void
an_object_is_the_same_whatever_its_spelling(void **state)
{
	struct model_fixture *f = *state;
	const struct model_object *queue = get(f, STORE_QUEUE, "example.com/V1");

	assert_ptr_equal(get(f, STORE_QUEUE, "EXAMPLE.com/V1"), queue);
	assert_ptr_equal(get(f, STORE_QUEUE, "example.com/V1"), queue);
	assert_ptr_not_equal(get(f, STORE_QUEUE, "example.com/v1"), queue);
	assert_ptr_equal(get(f, STORE_DOMAIN, "Example.COM"), queue->domain);
	assert_ptr_equal(get(f, STORE_CLASS, "Message Expired"),
			 get(f, STORE_CLASS, "message-expired"));
}

static void
a_queue_refers_to_its_domain_and_vmta(void **state)
{
	struct model_fixture *f = *state;
	const struct model_object *queue = get(f, STORE_QUEUE, "q1.yahoo.rollup/pool/a");

	assert_string_equal(queue->domain->name, "q1.yahoo.rollup");
	assert_string_equal(queue->vmta->name, "pool/a");
	assert_int_equal(queue->domain->uses, 1);
	get(f, STORE_QUEUE, "other.example/pool/a");
	assert_int_equal(queue->vmta->uses, 2);
}

static void
a_queue_keeps_its_name_whatever_it_is_made_of(void **state)
{
	static const char *const names[] = {
		"example.com/v1",   "example.com/pool/a", "example.com", "example.com/", "/v1", "/",
		"{bounceprocessor}"};
	struct model_fixture *f = *state;
	char buf[TEXT_MAX];

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		get(f, STORE_QUEUE, names[i]);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const struct model_object *queue = fixture_object(f, STORE_QUEUE, names[i]);

		assert_string_equal(model_name(queue, buf), names[i]);
		assert_ptr_equal(get(f, STORE_QUEUE, names[i]), queue);
	}
	assert_int_equal(f->model->servers[0]->set[STORE_QUEUE].count,
			 sizeof names / sizeof names[0]);
}

static void
odd_queue_names_make_no_nameless_objects(void **state)
{
	struct model_fixture *f = *state;

	assert_null(get(f, STORE_QUEUE, "/v1")->domain);
	assert_null(get(f, STORE_QUEUE, "example.com/")->vmta);
	assert_null(get(f, STORE_QUEUE, "{bounceprocessor}")->vmta);
	assert_null(get(f, STORE_QUEUE, ""));
}

static void
names_are_bounded_and_clean(void **state)
{
	struct model_fixture *f = *state;
	char name[600];

	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	assert_int_equal(strlen(get(f, STORE_VMTA, name)->name), TEXT_MAX - 1);
	assert_ptr_equal(get(f, STORE_VMTA, name), get(f, STORE_VMTA, name));
	assert_string_equal(get(f, STORE_VMTA, "a\tb\xff")->name, "a b?");
}

static void
classes_have_fixed_and_custom_indexes(void **state)
{
	struct model_fixture *f = *state;

	assert_int_equal(get(f, STORE_CLASS, "bad-mailbox")->index,
			 bounce_class_index("bad-mailbox"));
	assert_int_equal(get(f, STORE_CLASS, MODEL_CLASS_NONE_NAME)->index, MODEL_CLASS_NONE);
	assert_int_equal(get(f, STORE_CLASS, "invalid-mailbox")->index, MODEL_CLASS_CUSTOM);
	assert_int_equal(get(f, STORE_CLASS, "tarpit")->index, MODEL_CLASS_CUSTOM + 1);
}

static void
too_many_classes_share_one_row(void **state)
{
	struct model_fixture *f = *state;
	const struct model_object *last = NULL;
	char name[32];

	for (int i = 0; i < MODEL_CLASSES_MAX; i++) {
		snprintf(name, sizeof name, "custom-%d", i);
		last = get(f, STORE_CLASS, name);
	}
	assert_int_equal(last->index, MODEL_CLASS_OVERFLOW);
	assert_ptr_equal(get(f, STORE_CLASS, "one-more"), last);
	assert_string_equal(get(f, STORE_CLASS, "custom-3")->name, "custom-3");
}

static void
powermta_classes_have_rows_before_the_first_bounce(void **state)
{
	struct model_fixture *f = *state;

	assert_int_equal(f->model->servers[0]->set[STORE_CLASS].count, BOUNCE_CLASS_BUILTIN);
}

static void
many_objects_are_all_found_and_in_order(void **state)
{
	struct model_fixture *f = *state;
	struct model_set *set = &f->model->servers[0]->set[STORE_VMTA];
	struct store_object saved = {0};
	char name[32];

	/* Restored in the reverse order of their indexes. */
	for (uint32_t i = 5000; i > 0; i--) {
		snprintf(name, sizeof name, "vmta-%u", i);
		saved.index = i;
		model_restore(f->model->servers[0], STORE_VMTA, name, &saved);
	}
	assert_int_equal(set->count, 5000);
	for (uint32_t i = 1; i <= 5000; i++) {
		snprintf(name, sizeof name, "vmta-%u", i);
		assert_int_equal(model_set_find(set, name, strlen(name))->index, i);
		assert_int_equal(model_set_order(set)[i - 1]->index, i);
		assert_string_equal(model_set_indexed(set, i)->name, name);
	}
	assert_null(model_set_indexed(set, 0));
	assert_null(model_set_indexed(set, 5001));
}

static void
saved(struct model_fixture *f)
{
	for (int kind = 0; kind < STORE_KINDS; kind++) {
		struct model_set *set = &f->model->servers[0]->set[kind];

		for (uint32_t i = 0; i < set->count; i++)
			set->order[i]->dirty = false;
	}
}

static void
count_gone(void *ctx, struct model_server *server, struct model_object *object)
{
	int *gone = ctx;

	(void)server;
	gone[object->kind]++;
}

static void
idle_rows_go_and_come_back_under_their_index(void **state)
{
	struct model_fixture *f = *state;
	const uint32_t index = get(f, STORE_QUEUE, "example.com/v1")->index;
	int gone[STORE_KINDS] = {0};

	get(f, STORE_QUEUE, "example.org/v1");
	saved(f);
	fixture_pass(f, 86401);
	model_object_touch(f->model->servers[0], fixture_object(f, STORE_QUEUE, "example.org/v1"),
			   f->now.wall_ms / 1000);
	saved(f);
	model_expire(f->model, f->now, count_gone, gone);
	assert_null(fixture_object(f, STORE_QUEUE, "example.com/v1"));
	assert_null(fixture_object(f, STORE_DOMAIN, "example.com"));
	assert_non_null(fixture_object(f, STORE_QUEUE, "example.org/v1"));
	assert_non_null(fixture_object(f, STORE_DOMAIN, "example.org"));
	assert_non_null(fixture_object(f, STORE_VMTA, "v1"));
	assert_int_equal(gone[STORE_QUEUE], 1);
	assert_int_equal(gone[STORE_DOMAIN], 1);
	assert_int_equal(get(f, STORE_QUEUE, "example.com/v1")->index, index);
}

static void
what_is_not_in_the_store_yet_does_not_go(void **state)
{
	struct model_fixture *f = *state;
	int gone[STORE_KINDS] = {0};

	get(f, STORE_JOB, "newsletter");
	fixture_pass(f, 10 * 86400);
	model_expire(f->model, f->now, count_gone, gone);
	assert_non_null(fixture_object(f, STORE_JOB, "newsletter"));
}

static void
a_clock_that_was_set_back_lets_nothing_go(void **state)
{
	struct model_fixture *f = *state;
	int gone[STORE_KINDS] = {0};

	get(f, STORE_JOB, "newsletter");
	saved(f);
	f->now.wall_ms -= INT64_C(1000) * 86400 * 365;
	model_expire(f->model, f->now, count_gone, gone);
	assert_non_null(fixture_object(f, STORE_JOB, "newsletter"));
}

static void
pins_are_matched_again_at_a_reload(void **state)
{
	struct model_fixture *f = *state;
	const char *pins[] = {"*.example/*"};

	get(f, STORE_QUEUE, "big.example/v1");
	get(f, STORE_QUEUE, "big.test/v1");
	f->servers[0].pin = pins;
	f->servers[0].pin_count = 1;
	fixture_configure(f);
	assert_true(fixture_object(f, STORE_QUEUE, "big.example/v1")->pinned);
	assert_false(fixture_object(f, STORE_QUEUE, "big.test/v1")->pinned);
	assert_true(get(f, STORE_QUEUE, "new.example/v1")->pinned);
}

static void
sources_are_the_pages_and_each_accounting_path_once(void **state)
{
	struct model_fixture *f = *state;
	const char *paths[] = {"/log/acct.csv", "/log/diag.csv", "/log/acct.csv"};
	const struct model_server *server = f->model->servers[0];

	f->servers[0].accounting = paths;
	f->servers[0].accounting_count = 3;
	fixture_configure(f);
	assert_int_equal(server->source_count, 4 + 2);
	for (uint32_t i = 1; i < server->source_count; i++)
		assert_true(server->sources[i - 1].index < server->sources[i].index);
	/* The first index of all went to the path of the fixture. */
	assert_int_equal(server->sources[4].index, MODEL_SOURCE_FIRST + 1);
	assert_string_equal(server->sources[4].path, "/log/acct.csv");
}

static void
a_source_keeps_its_counts_over_a_reload(void **state)
{
	struct model_fixture *f = *state;

	model_source(f->model->servers[0], MODEL_SOURCE_FIRST)->records = 12;
	model_source_done(f->model->servers[0], SNAP_SOURCE_QUEUES, "timed out", 15000, f->now);
	fixture_configure(f);
	assert_int_equal(model_source(f->model->servers[0], MODEL_SOURCE_FIRST)->records, 12);
	assert_int_equal(model_source(f->model->servers[0], SNAP_SOURCE_QUEUES)->failures, 1);
	assert_string_equal(model_source(f->model->servers[0], SNAP_SOURCE_QUEUES)->error,
			    "timed out");
}

static void
a_server_that_is_no_longer_polled_shows_no_old_state(void **state)
{
	struct model_fixture *f = *state;
	const struct doc_status status = fixture_status();

	model_apply_status(f->model->servers[0], &status, f->now);
	f->servers[0].url = NULL;
	fixture_configure(f);
	assert_int_equal(f->model->servers[0]->state, 0);
	assert_false(model_status_fresh(f->model->servers[0], f->now));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(servers_get_ascending_indexes_and_stay_sorted),
		TEST(a_reload_keeps_what_is_known_of_servers_that_stay),
		TEST(a_server_that_comes_back_has_its_old_index),
		TEST(a_server_whose_name_cannot_be_shown_is_still_found_at_a_reload),
		TEST(a_server_without_registry_is_left_out),
		TEST(an_object_is_the_same_whatever_its_spelling),
		TEST(a_queue_refers_to_its_domain_and_vmta),
		TEST(a_queue_keeps_its_name_whatever_it_is_made_of),
		TEST(odd_queue_names_make_no_nameless_objects),
		TEST(names_are_bounded_and_clean),
		TEST(classes_have_fixed_and_custom_indexes),
		TEST(too_many_classes_share_one_row),
		TEST(powermta_classes_have_rows_before_the_first_bounce),
		TEST(many_objects_are_all_found_and_in_order),
		TEST(idle_rows_go_and_come_back_under_their_index),
		TEST(what_is_not_in_the_store_yet_does_not_go),
		TEST(a_clock_that_was_set_back_lets_nothing_go),
		TEST(pins_are_matched_again_at_a_reload),
		TEST(sources_are_the_pages_and_each_accounting_path_once),
		TEST(a_source_keeps_its_counts_over_a_reload),
		TEST(a_server_that_is_no_longer_polled_shows_no_old_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
