/* SPDX-License-Identifier: BSD-2-Clause */
/* What is understood of the items of /queues, /domains, /vmtas and /jobs. */
#include "doc_reading.h"
#include "moment.h"

static int64_t
at(const char *text)
{
	return moment_parse(text, (unsigned)strlen(text), NULL);
}

static void
queues_are_read_with_all_their_values(void **state)
{
	struct doc_list *list = read_file(DOC_QUEUES, "queues.json");

	(void)state;
	assert_int_equal(list->count, 4);
	assert_int_equal(list->skipped, 0);
	assert_true(list->total_rcp == 2134 && list->total_items == 4);
	assert_true(list->complete);
	assert_string_equal(item_at(list, 0).name, "mail.example/vmta-1");
	assert_true(item_at(list, 0).rcp == 1200 && item_at(list, 0).kb == 2401);
	assert_true(item_at(list, 0).conn == 8);
	assert_int_equal(item_at(list, 0).paused, 2);
	assert_int_equal(item_at(list, 0).mode, SNAP_MODE_NORMAL);
	assert_int_equal(item_at(list, 0).retry_time, SNAP_NO_TIME);
	assert_int_equal(item_at(list, 1).mode, SNAP_MODE_BACKOFF);
	assert_int_equal(item_at(list, 1).retry_time, at("2025-06-30 10:15:00"));
	assert_string_equal(item_at(list, 2).name, "straße.example/{default}");
	assert_int_equal(item_at(list, 2).paused, 1);
	assert_int_equal(item_at(list, 3).paused, 0);
	assert_int_equal(item_at(list, 3).mode, 0);
	doc_list_free(list);
}

static void
newest_error_wins_and_among_equals_the_first(void **state)
{
	struct doc_list *list = read_file(DOC_QUEUES, "queues.json");

	(void)state;
	assert_null(item_at(list, 0).error);
	assert_int_equal(item_at(list, 0).wait_reason, SNAP_WAIT_NONE);
	assert_int_equal(item_at(list, 0).error_time, SNAP_NO_TIME);
	assert_non_null(strstr(item_at(list, 1).error, "421 4.7.28 too fast"));
	assert_int_equal(item_at(list, 1).wait_reason, SNAP_WAIT_MX_SKIPPED);
	assert_int_equal(item_at(list, 1).reply_code, 421);
	assert_int_equal(item_at(list, 1).error_time, at("2025-06-30 10:05:00"));
	assert_int_equal(item_at(list, 2).wait_reason, SNAP_WAIT_OTHER);
	assert_int_equal(item_at(list, 2).error_time, SNAP_NO_TIME);
	doc_list_free(list);
}

static void
errors_without_times_stand_in_their_order(void **state)
{
	struct doc_list *list = read_good(
		DOC_QUEUES,
		"{\"data\":{\"queues\":[{\"name\":\"a\",\"errors\":[{\"text\":\"first\"},"
		"{\"text\":\"second\"}]},{\"name\":\"b\",\"errors\":[{\"text\":\"first\"},"
		"{\"time\":\"2025-01-01 00:00:00\",\"text\":\"timed\"}]}]}}");

	(void)state;
	assert_string_equal(item_at(list, 0).error, "first");
	assert_string_equal(item_at(list, 1).error, "timed");
	doc_list_free(list);
}

static void
single_object_and_events_are_read_like_a_list(void **state)
{
	struct doc_list *list = read_file(DOC_QUEUES, "queues-event.json");

	(void)state;
	assert_int_equal(list->count, 1);
	assert_string_equal(item_at(list, 0).name, "only.example/v");
	assert_true(item_at(list, 0).rcp == 50 && item_at(list, 0).kb == 8 &&
		    item_at(list, 0).conn == 0);
	assert_int_equal(item_at(list, 0).paused, 1);
	assert_int_equal(item_at(list, 0).mode, SNAP_MODE_BACKOFF);
	assert_int_equal(item_at(list, 0).wait_reason, SNAP_WAIT_REMOTE_REFUSED);
	assert_int_equal(item_at(list, 0).reply_code, 550);
	assert_int_equal(item_at(list, 0).error_time, at("2025-06-30 11:00:00"));
	assert_true(list->total_items == 3 && list->total_rcp == 70);
	assert_false(list->complete);
	doc_list_free(list);
}

static void
domains_vmtas_and_jobs_have_their_own_names(void **state)
{
	struct doc_list *domains = read_file(DOC_DOMAINS, "domains.json");
	struct doc_list *vmtas = read_file(DOC_VMTAS, "vmtas.json");
	struct doc_list *jobs = read_file(DOC_JOBS, "jobs.json");

	(void)state;
	assert_int_equal(domains->count, 2);
	assert_string_equal(item_at(domains, 1).name, "例え.example");
	assert_int_equal(item_at(domains, 0).wait_reason, SNAP_WAIT_MESSAGE_RATE);
	assert_true(domains->total_items == 12);
	assert_false(domains->complete);
	assert_int_equal(vmtas->count, 2);
	assert_true(item_at(vmtas, 1).share == 2490 && item_at(vmtas, 0).dom == 40);
	assert_true(vmtas->complete);
	assert_string_equal(item_at(jobs, 0).name, "20250630");
	assert_int_equal(item_at(jobs, 0).paused, 2);
	assert_string_equal(item_at(jobs, 1).name, "spring/Größe");
	assert_int_equal(item_at(jobs, 1).paused, 1);
	doc_list_free(domains);
	doc_list_free(vmtas);
	doc_list_free(jobs);
}

static void
assert_complete(const char *data, bool complete)
{
	char text[512];
	struct doc_list *list;

	snprintf(text, sizeof(text), "{\"data\":{%s},\"status\":\"success\"}", data);
	list = read_good(DOC_QUEUES, text);
	if (list->complete != complete)
		fail_msg("%s: complete is %d", data, list->complete);
	doc_list_free(list);
}

static void
only_a_list_that_shows_everything_is_complete(void **state)
{
	(void)state;
	assert_complete("", true);
	assert_complete("\"queues\":null", true);
	assert_complete("\"queues\":[]", true);
	assert_complete("\"queues\":\"\"", true);
	assert_complete("\"queues\":[],\"totalQueuesWithRcp\":0", true);
	assert_complete("\"queues\":[],\"totalQueuesWithRcp\":1", false);
	assert_complete("\"queues\":[],\"totalRcp\":3", false);
	assert_complete("\"queues\":[{\"name\":\"a\",\"rcp\":3}]", false);
	assert_complete("\"queues\":[{\"name\":\"a\",\"rcp\":3}],\"totalRcp\":3", true);
	assert_complete("\"queues\":[{\"name\":\"a\",\"rcp\":3}],\"totalRcp\":4", false);
	assert_complete("\"queues\":[{\"name\":\"a\"}],\"totalRcp\":4", false);
	assert_complete(
		"\"queues\":[{\"name\":\"a\",\"rcp\":3}],\"totalQueuesWithRcp\":1,\"totalRcp\":9",
		true);
	assert_complete(
		"\"totalQueuesWithRcp\":2,\"totalRcp\":3,\"queues\":[{\"name\":\"a\",\"rcp\":3}]",
		false);
	assert_complete("\"queues\":[{\"rcp\":3}],\"totalQueuesWithRcp\":1", false);
	assert_complete("\"queues\":[{\"name\":\"a\",\"rcp\":3},{\"name\":\"a\",\"rcp\":3}],"
			"\"totalQueuesWithRcp\":2",
			false);
}

static void
name_is_taken_from_name_then_id_then_queue(void **state)
{
	struct doc_list *list = read_good(
		DOC_JOBS, "{\"data\":{\"job\":[{\"id\":\"i\",\"name\":\"n\"},{\"queue\":\"q\"},"
			  "{\"name\":\"\",\"id\":7},{\"name\":[1],\"id\":null},{\"name\":\" \"},"
			  "5,null,\"text\",[]]}}");

	(void)state;
	assert_int_equal(list->count, 3);
	assert_int_equal(list->skipped, 6);
	assert_string_equal(item_at(list, 0).name, "n");
	assert_string_equal(item_at(list, 1).name, "q");
	assert_string_equal(item_at(list, 2).name, "7");
	doc_list_free(list);
}

static void
name_too_long_to_be_shown_is_counted_but_not_cut(void **state)
{
	char text[1024], name[300];
	struct doc_list *list;

	(void)state;
	memset(name, 'x', sizeof(name));
	snprintf(text, sizeof(text),
		 "{\"data\":{\"queues\":[{\"name\":\"%.255s\",\"rcp\":1},{\"name\":\"%.256s\","
		 "\"rcp\":2}],"
		 "\"totalQueuesWithRcp\":2}}",
		 name, name);
	list = read_good(DOC_QUEUES, text);
	assert_int_equal(list->count, 1);
	assert_int_equal(strlen(item_at(list, 0).name), 255);
	assert_int_equal(list->skipped, 1);
	assert_true(list->complete);
	doc_list_free(list);
}

static void
of_items_named_twice_the_first_stands(void **state)
{
	struct doc_list *list = read_good(
		DOC_QUEUES,
		"{\"data\":{\"queues\":[{\"name\":\"b\",\"rcp\":1},{\"name\":\"a\",\"rcp\":2},"
		"{\"name\":\"b\",\"rcp\":3},{\"name\":\"a\",\"rcp\":4},{\"name\":\"c\"}],"
		"\"totalRcp\":10}}");

	(void)state;
	assert_int_equal(list->count, 3);
	assert_int_equal(list->skipped, 2);
	assert_string_equal(item_at(list, 0).name, "b");
	assert_true(item_at(list, 0).rcp == 1 && item_at(list, 1).rcp == 2);
	assert_true(item_at(list, 2).rcp == SNAP_NONE32);
	assert_false(list->complete);
	doc_list_free(list);
}

static void
values_of_wrong_kind_are_absent(void **state)
{
	struct doc_list *list = read_good(
		DOC_QUEUES,
		"{\"data\":{\"queues\":[{\"name\":\"a\",\"rcp\":[],\"kb\":-1,\"conn\":1e400,"
		"\"paused\":\"perhaps\",\"mode\":7,\"errors\":\"none\",\"retryTime\":{}},"
		"{\"name\":\"b\",\"errors\":{\"time\":5,\"text\":6}},"
		"{\"name\":\"c\",\"errors\":{\"text\":\"alone\"}}],\"totalRcp\":-5}}");

	(void)state;
	assert_int_equal(list->count, 3);
	assert_true(item_at(list, 0).rcp == SNAP_NONE32 && item_at(list, 0).kb == SNAP_NONE32);
	assert_true(item_at(list, 0).conn == SNAP_NONE32 && item_at(list, 0).dom == SNAP_NONE32);
	assert_int_equal(item_at(list, 0).paused, 0);
	assert_int_equal(item_at(list, 0).mode, 0);
	assert_null(item_at(list, 0).error);
	assert_int_equal(item_at(list, 0).retry_time, SNAP_NO_TIME);
	assert_null(item_at(list, 1).error);
	assert_string_equal(item_at(list, 2).error, "alone");
	assert_true(isnan(list->total_rcp));
	doc_list_free(list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queues_are_read_with_all_their_values),
		cmocka_unit_test(newest_error_wins_and_among_equals_the_first),
		cmocka_unit_test(errors_without_times_stand_in_their_order),
		cmocka_unit_test(single_object_and_events_are_read_like_a_list),
		cmocka_unit_test(domains_vmtas_and_jobs_have_their_own_names),
		cmocka_unit_test(only_a_list_that_shows_everything_is_complete),
		cmocka_unit_test(name_is_taken_from_name_then_id_then_queue),
		cmocka_unit_test(name_too_long_to_be_shown_is_counted_but_not_cut),
		cmocka_unit_test(of_items_named_twice_the_first_stands),
		cmocka_unit_test(values_of_wrong_kind_are_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
