/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_acct_json.c - accounting records as JSON: one line, and files of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acct_json.h"
#include "tail_fixture.h"

#define JSON0 "acct-2026-11-22-0000.json"
#define JSON1 "acct-2026-11-22-0001.json"
#define OBJECT(job) "{\"type\":\"d\",\"rcpt\":\"a@x.example\",\"jobId\":\"" job "\"}\n"

static char *line; /* of exactly the bytes of the row, so that a sanitizer sees a byte too many */
static struct acct_record record;
static char error[160];

static int
setup(void **state)
{
	if (tail_setup(state) < 0)
		return -1;
	snprintf(fx.path, sizeof fx.path, "%s/acct.json", fx.directory);
	return 0;
}

static int
teardown(void **state)
{
	free(line);
	line = NULL;
	return tail_teardown(state);
}

static int
read_bytes(const char *text, size_t len)
{
	free(line);
	line = malloc(len > 0 ? len : 1);
	assert_non_null(line);
	memcpy(line, text, len);
	memset(&record, 0, sizeof record);
	return acct_json_read(line, len, &record, error, sizeof error);
}

static void
read_line(const char *text)
{
	if (read_bytes(text, strlen(text)) < 0)
		fail_msg("%s: %s", text, error);
}

static void
assert_bytes(struct slice slice, const char *expected, size_t len)
{
	assert_int_equal(slice.len, len);
	if (len > 0)
		assert_memory_equal(slice.ptr, expected, len);
}

static void
assert_slice(struct slice slice, const char *expected)
{
	assert_bytes(slice, expected, strlen(expected));
}

static void
assert_refused(const char *text, const char *expected)
{
	assert_int_equal(read_bytes(text, strlen(text)), -1);
	assert_string_equal(error, expected);
}

static void
keys_are_the_names_of_the_csv_columns(void **state)
{
	(void)state;
	read_line("{\"type\":\"b\",\"timeLogged\":\"2026-11-22 10:00:01+0000\","
		  "\"timeQueued\":\"2026-11-22 10:00:00+0000\",\"rcpt\":\"a@x.example\","
		  "\"dsnStatus\":\"5.1.1 (bad destination mailbox address)\","
		  "\"dsnDiag\":\"smtp;550 5.1.1 no\",\"dsnMta\":\"mx.x.example (203.0.113.4)\","
		  "\"bounceCat\":\"bad-mailbox\",\"dlvType\":\"smtp\","
		  "\"dlvSourceIp\":\"192.0.2.130\",\"vmta\":\"v1\",\"jobId\":\"j\","
		  "\"queue\":\"x.example/v1\"}");
	assert_int_equal(record.type, ACCT_BOUNCE);
	assert_int_equal(record.time_logged, 1795341601);
	assert_int_equal(acct_record_latency(&record), 1);
	assert_slice(record.rcpt_domain, "x.example");
	assert_slice(record.dsn_status, "5.1.1");
	assert_slice(record.dsn_diag, "smtp;550 5.1.1 no");
	assert_slice(record.dsn_mta, "mx.x.example (203.0.113.4)");
	assert_slice(record.bounce_cat, "bad-mailbox");
	assert_slice(record.dlv_type, "smtp");
	assert_slice(record.dlv_source_ip, "192.0.2.130");
	assert_slice(record.vmta, "v1");
	assert_slice(record.job, "j");
	assert_slice(record.queue_domain, "x.example");
	assert_slice(record.queue_vmta, "v1");
}

static void
keys_are_known_in_any_case_and_any_order(void **state)
{
	(void)state;
	read_line("{\"VMTA\":\"v1\",\"JobID\":\"j\",\"Type\":\"D\"}");
	assert_int_equal(record.type, ACCT_DELIVERY);
	assert_slice(record.vmta, "v1");
	assert_slice(record.job, "j");
}

static void
of_a_repeated_key_the_first_counts(void **state)
{
	(void)state;
	read_line("{\"type\":\"d\",\"vmta\":\"one\",\"VMTA\":\"two\",\"jobId\":\"\",\"jobId\":1}");
	assert_slice(record.vmta, "one");
	assert_slice(record.job, "");
}

static void
numbers_are_read_as_they_are_written(void **state)
{
	(void)state;
	read_line("{\"type\":\"d\",\"timeLogged\":1795341601,\"dlvSize\":48213,\"jobId\":-1.5e+3,"
		  "\"totalSecondsQueued\":7}");
	assert_int_equal(record.time_logged, 1795341601);
	assert_int_equal(record.size, 48213);
	assert_slice(record.job, "-1.5e+3");
	assert_int_equal(acct_record_latency(&record), 7);
}

static void
null_is_an_empty_value(void **state)
{
	(void)state;
	read_line("{\"type\":\"t\",\"bounceCat\":null,\"timeQueued\":null,\"x\":true,\"y\":false}");
	assert_slice(record.bounce_cat, "");
	assert_int_equal(record.time_queued, SNAP_NO_TIME);
}

static void
escapes_are_undone(void **state)
{
	(void)state;
	read_line(
		"{\"type\":\"b\",\"dsnDiag\":\"say \\\"no\\\", \\\\ and \\/, \\b\\f\\n\\r\\t.\"}");
	assert_slice(record.dsn_diag, "say \"no\", \\ and /, \b\f\n\r\t.");
	read_line("{\"type\":\"b\",\"dsnDiag\":\"\\\\\",\"vmta\":\"\\\\\\\\\\\"\"}");
	assert_slice(record.dsn_diag, "\\");
	assert_slice(record.vmta, "\\\\\"");
	read_line("{\"ty\\u0070e\":\"\\u0064\"}");
	assert_int_equal(record.type, ACCT_DELIVERY);
}

static void
unicode_escapes_become_utf8(void **state)
{
	(void)state;
	read_line("{\"type\":\"d\",\"vmta\":\"A\\u0041\\u00e9\\u20AC\\ud83d\\ude00.\"}");
	assert_slice(record.vmta, "AA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80.");
}

static void
half_a_pair_and_a_nul_become_a_replacement(void **state)
{
	(void)state;
	read_line("{\"type\":\"d\",\"vmta\":\"\\ud83d\\u0041\\ude00\\u0000\\ud83d\"}");
	assert_slice(record.vmta, "\xef\xbf\xbd"
				  "A\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

static void
bytes_that_are_not_ascii_are_left_as_they_are(void **state)
{
	(void)state;
	read_line("{\"type\":\"d\",\"queue\":\"b\xc3\xbc\x63her.example/v\xff\"}");
	assert_slice(record.queue_domain, "b\xc3\xbc\x63her.example");
	assert_slice(record.queue_vmta, "v\xff");
}

static void
blanks_between_tokens_and_a_cr_are_ignored(void **state)
{
	(void)state;
	read_line(" \t{ \"type\" : \"d\" ,\t\"dlvSize\" : 12 , \"vmta\":\"v\" } \r");
	assert_int_equal(record.size, 12);
	assert_slice(record.vmta, "v");
}

static void
unknown_keys_and_nested_values_are_passed_over(void **state)
{
	(void)state;
	read_line("{\"x\":{\"type\":\"b\",\"y\":[1,{\"z\":\"}]\\\"\"}]},\"type\":\"d\","
		  "\"dlvEsmtpAvailable\":[\"PIPELINING\",\"8BITMIME\"],\"jobId\":[\"a\",\"b\"],"
		  "\"vmta\":{},\"\":\"\",\"queue\":\"x.example/v\"}");
	assert_int_equal(record.type, ACCT_DELIVERY);
	assert_slice(record.job, "");
	assert_slice(record.vmta, "");
	assert_slice(record.queue, "x.example/v");
}

static void
nesting_has_a_limit(void **state)
{
	char text[512] = "{\"type\":\"d\",\"x\":";
	size_t len = strlen(text);

	(void)state;
	memset(text + len, '[', ACCT_JSON_DEPTH_MAX);
	memset(text + len + ACCT_JSON_DEPTH_MAX, ']', ACCT_JSON_DEPTH_MAX);
	strcpy(text + len + 2 * (size_t)ACCT_JSON_DEPTH_MAX, "}");
	read_line(text);
	memset(text + len, '[', ACCT_JSON_DEPTH_MAX + 1);
	assert_int_equal(read_bytes(text, strlen(text)), -1);
	assert_non_null(strstr(error, "expected a value less deeply nested"));
}

static void
a_bad_line_is_refused_with_key_value_and_expectation(void **state)
{
	(void)state;
	assert_refused("", "\"\"; expected an object: {\"type\":...}");
	assert_refused("d,1", "\"d,1\"; expected an object: {\"type\":...}");
	assert_refused("{type:1}", "\"type:1}\"; expected a key in quotes");
	assert_refused("{\"type\":\"d\",}", "\"}\"; expected a key in quotes");
	assert_refused("{\"type\" \"d\"}", "key type: \"\"d\"}\"; expected a colon");
	assert_refused("{\"type\":\"d\" \"x\":1}",
		       "key type: \"\"x\":1}\"; expected a comma or a closing brace");
	assert_refused("{\"type\":\"d\"", "key type: \"\"; expected a comma or a closing brace");
	assert_refused("{\"type\":\"d\"} x", "\"x\"; expected the end of the line");
	assert_refused("{\"type\":\"d", "key type: \"d\"; expected a closing quote");
	assert_refused("{\"vmta\":\"\\x41\"}",
		       "key vmta: \"\\x41\"}\"; expected an escape such as \\n, \\\" or \\u00e9");
	assert_refused("{\"vmta\":\"\\u00g0\"}",
		       "key vmta: \"\\u00g0\"}\"; expected an escape such as \\n, \\\" or \\u00e9");
	assert_refused("{\"x\":[1}", "key x: \"}\"; expected brackets in pairs");
	assert_refused("{\"x\":[", "key x: \"[\"; expected brackets in pairs");
	assert_refused("{\"type\":\"p\"}", "key type: \"p\" is no record type; "
					   "expected d, b, t, tq, r, f, rb or rs");
	assert_refused("{}", "key type: \"\" is no record type; "
			     "expected d, b, t, tq, r, f, rb or rs");
}

static void
what_is_no_value_is_refused(void **state)
{
	static const char *const values[] = {"",   "yes", "tru", "nul", "-",   "1.", ".5",
					     "1e", "1e+", "0x1", "1 2", "NaN", "+1", "@"};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		snprintf(text, sizeof text, "{\"type\":\"d\",\"x\":%s}", values[i]);
		if (read_bytes(text, strlen(text)) == 0)
			fail_msg("%s was taken", text);
	}
}

static void
every_prefix_of_a_line_is_refused(void **state)
{
	static const char text[] = "{\"type\":\"d\",\"x\":[{\"y\":null}],\"vmta\":\"a\\u00e9\"}";

	(void)state;
	for (size_t len = 0; len < sizeof text - 1; len++)
		assert_int_equal(read_bytes(text, len), -1);
	read_line(text);
}

static void
a_complaint_is_one_clean_line(void **state)
{
	(void)state;
	assert_int_equal(read_bytes("{\"k\x1b[2J\":\"\n", 11), -1);
	assert_null(strpbrk(error, "\r\n\x1b"));
}

static void
a_nul_in_a_line_is_survived(void **state)
{
	(void)state;
	assert_int_equal(read_bytes("{\"type\":\0\"d\"}", 13), -1);
	assert_int_equal(read_bytes("{\"type\":\"d\",\"x\":1\0}", 19), -1);
	assert_int_equal(read_bytes("{\"type\":\"d\",\"vmta\":\"a\0b\"}", 25), 0);
	assert_bytes(record.vmta, "a\0b", 3);
}

static void
json_files_rotate_like_csv_files(void **state)
{
	(void)state;
	put(JSON0, OBJECT("a") OBJECT("b"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a b");
	put(JSON1, "\n \r\n" OBJECT("d"));
	assert_string_equal(read_after(1000), "");
	put(JSON0, OBJECT("c"));
	assert_string_equal(read_after(10), "c");
	assert_string_equal(read_after(1000), "d");
	assert_string_equal(position().file, JSON1);
	assert_int_equal(fx.stats.rejected, 0);
	assert_int_equal(fx.stats.gaps, 0);
}

static void
json_is_known_by_its_first_byte_not_by_its_name(void **state)
{
	(void)state;
	put(JSON0, HEADER ROW("a"));
	put(JSON1, "\xef\xbb\xbf" OBJECT("b"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	assert_string_equal(read_after(1000), "b");
	assert_int_equal(fx.stats.rejected, 0);
}

static void
a_csv_row_in_a_json_file_is_rejected_and_the_reverse(void **state)
{
	(void)state;
	put(JSON0, OBJECT("a") ROW("x") OBJECT("b"));
	put(JSON1, HEADER ROW("c") OBJECT("x") ROW("d"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a b");
	assert_int_equal(fx.stats.rejected, 1);
	assert_non_null(strstr(fx.stats.error, JSON0 " line 2: \"d,1795341601"));
	assert_string_equal(read_after(1000), "c d");
	assert_int_equal(fx.stats.rejected, 2);
}

static void
json_is_resumed_at_every_row(void **state)
{
	(void)state;
	put(JSON0, OBJECT("a") "\n" OBJECT("b") "{bad\n" OBJECT("c"));
	put(JSON1, OBJECT("d") "{\"type\":\"d\"");
	start(ACCT_START_BEGIN);
	fx.budget = 1;
	for (int calls = 0; calls < 20; calls++) {
		fx.now.mono_ms += 1000;
		read_once();
		restart();
		fx.now.mono_ms += 1000;
		read_once();
	}
	assert_string_equal(jobs(), "a b c d");
	assert_int_equal(fx.stats.gaps, 0);
	put(JSON1, ",\"jobId\":\"e\"}\r\n");
	assert_string_equal(read_after(0), "e");
}

static void
the_end_of_a_json_file_is_behind_its_last_line(void **state)
{
	(void)state;
	put(JSON0, OBJECT("x") "{\"type\":\"d\",");
	start(ACCT_START_END);
	assert_string_equal(read_after(0), "");
	put(JSON0, "\"jobId\":\"a\"}\n" OBJECT("b"));
	assert_string_equal(read_after(0), "a b");
}

static void
a_shrunk_file_may_change_its_format(void **state)
{
	(void)state;
	put(JSON0, OBJECT("a"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	assert_int_equal(truncate(in_dir(JSON0), 0), 0);
	read_after(0);
	put(JSON0, HEADER ROW("b"));
	assert_string_equal(read_after(0), "b");
	assert_int_equal(fx.stats.gaps, 1);
	assert_int_equal(fx.stats.rejected, 0);
}

static void
an_overlong_object_is_rejected_and_the_next_is_taken(void **state)
{
	static char blanks[100000];

	(void)state;
	memset(blanks, ' ', sizeof blanks);
	put(JSON0, OBJECT("a") "{");
	put_bytes(JSON0, blanks, sizeof blanks);
	put(JSON0, "}\n" OBJECT("b"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a b");
	assert_int_equal(fx.stats.rejected, 1);
	assert_non_null(strstr(fx.stats.error, "a row of 100003 bytes; expected at most 65536"));
}

static void
a_torn_object_at_the_end_of_a_file_is_rejected(void **state)
{
	(void)state;
	put(JSON0, OBJECT("a") "{\"type\"");
	put(JSON1, "   \n  ");
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	read_after(1000);
	assert_int_equal(fx.stats.rejected, 1);
	assert_non_null(strstr(fx.stats.error, "the file ends inside a row"));
}

static void
a_file_of_all_types_is_understood(void **state)
{
	(void)state;
	fx.tail = acct_tail_new(SAMPLES_DIR "/acct/json.json", ACCT_START_BEGIN, NULL);
	assert_non_null(fx.tail);
	assert_string_equal(read_after(0), "spring-9 spring-9 spring-9   spring-9  ");
	assert_int_equal(fx.stats.records, 8);
	assert_int_equal(fx.stats.rejected, 0);
	assert_int_equal(fx.stats.last_logged, 1773478870);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keys_are_the_names_of_the_csv_columns),
		TEST(keys_are_known_in_any_case_and_any_order),
		TEST(of_a_repeated_key_the_first_counts),
		TEST(numbers_are_read_as_they_are_written),
		TEST(null_is_an_empty_value),
		TEST(escapes_are_undone),
		TEST(unicode_escapes_become_utf8),
		TEST(half_a_pair_and_a_nul_become_a_replacement),
		TEST(bytes_that_are_not_ascii_are_left_as_they_are),
		TEST(blanks_between_tokens_and_a_cr_are_ignored),
		TEST(unknown_keys_and_nested_values_are_passed_over),
		TEST(nesting_has_a_limit),
		TEST(a_bad_line_is_refused_with_key_value_and_expectation),
		TEST(what_is_no_value_is_refused),
		TEST(every_prefix_of_a_line_is_refused),
		TEST(a_complaint_is_one_clean_line),
		TEST(a_nul_in_a_line_is_survived),
		TEST(json_files_rotate_like_csv_files),
		TEST(json_is_known_by_its_first_byte_not_by_its_name),
		TEST(a_csv_row_in_a_json_file_is_rejected_and_the_reverse),
		TEST(json_is_resumed_at_every_row),
		TEST(the_end_of_a_json_file_is_behind_its_last_line),
		TEST(a_shrunk_file_may_change_its_format),
		TEST(an_overlong_object_is_rejected_and_the_next_is_taken),
		TEST(a_torn_object_at_the_end_of_a_file_is_rejected),
		TEST(a_file_of_all_types_is_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
