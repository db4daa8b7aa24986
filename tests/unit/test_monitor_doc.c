/* SPDX-License-Identifier: BSD-2-Clause */
/* What is understood of /status, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "moment.h"
#include "monitor_doc.h"

#define STATUS_DIR SAMPLES_DIR "/api/"

/* The bytes of a file, to be freed; an exact allocation, so that reading beyond it is noticed. */
static char *
load(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	char *bytes;
	long size;

	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	size = ftell(file);
	assert_true(size > 0);
	rewind(file);
	bytes = malloc((size_t)size);
	assert_non_null(bytes);
	*len = fread(bytes, 1, (size_t)size, file);
	assert_int_equal(*len, size);
	fclose(file);
	return bytes;
}

static void
read_file(const char *path, struct doc_status *out)
{
	struct doc_error error = {0};
	size_t len;
	char *bytes = load(path, &len);

	if (doc_parse_status(bytes, len, out, &error) != 0)
		fail_msg("%s %s", path, error.text);
	free(bytes);
}

/* Parses a text in an allocation of its exact size. */
static int
read_text(const char *text, struct doc_status *out, struct doc_error *error)
{
	size_t len = strlen(text);
	char *bytes = malloc(len + 1);
	int result;

	assert_non_null(bytes);
	memcpy(bytes, text, len);
	bytes = realloc(bytes, len > 0 ? len : 1);
	assert_non_null(bytes);
	memset(error, 0, sizeof(*error));
	result = doc_parse_status(bytes, len, out, error);
	free(bytes);
	return result;
}

static void
assert_refused(const char *text, enum doc_error_code code, const char *words)
{
	struct doc_status status;
	struct doc_error error;

	assert_int_equal(read_text(text, &status, &error), -1);
	if (error.code != code || strstr(error.text, words) == NULL)
		fail_msg("expected %d \"%s\", got %d \"%s\"", (int)code, words, (int)error.code,
			 error.text);
}

static void
identity_and_times_are_read(void **state)
{
	struct doc_status status;

	(void)state;
	read_file(STATUS_DIR "status.json", &status);
	assert_string_equal(status.host, "out7.mail.example");
	assert_string_equal(status.version, "5.0r7");
	assert_string_equal(status.state_text, "running");
	assert_string_equal(status.start_text, "2025-06-01 00:00:01");
	assert_int_equal(status.shutting_down, 0);
	assert_int_equal(status.time_now - status.start_time, 29 * 86400 + 86397);
	assert_int_equal(status.time_now, moment_parse("2025-06-30 23:59:58Z", 20, NULL));
}

static void
counters_beyond_32_bits_are_exact(void **state)
{
	struct doc_status status;

	(void)state;
	read_file(STATUS_DIR "status.json", &status);
	assert_true(status.traffic[DOC_TOTAL].out.rcp == 5000000123.0);
	assert_true(status.traffic[DOC_TOTAL].in.msg == 4900100000.0);
	assert_true(status.traffic[DOC_TOTAL].out.kb == 98765432101.5);
}

static void
each_window_of_traffic_is_kept_apart(void **state)
{
	struct doc_status status;

	(void)state;
	read_file(STATUS_DIR "status.json", &status);
	assert_true(status.traffic[DOC_TOTAL].bounces == 31);
	assert_true(status.traffic[DOC_TOTAL].complaints == 7);
	assert_true(status.traffic[DOC_LAST_HOUR].out.msg == 3500);
	assert_true(status.traffic[DOC_LAST_MINUTE].in.kb == 121.7);
	assert_true(status.traffic[DOC_TOP_HOUR].in.rcp == 9100);
	assert_true(status.traffic[DOC_TOP_MINUTE].out.rcp == 300);
	assert_true(status.traffic[DOC_TOP_MINUTE].complaints == 2);
}

static void
connections_resolver_and_spool_are_read(void **state)
{
	struct doc_status status;

	(void)state;
	read_file(STATUS_DIR "status.json", &status);
	assert_true(status.conn_in[0] == 4 && status.conn_in[1] == 250 && status.conn_in[2] == 88);
	assert_true(status.conn_out[0] == 120 && status.conn_out[1] == 1500);
	assert_true(status.conn_out[2] == 1490);
	assert_true(status.dns_cached == 2048 && status.dns_pending == 5 && status.dns_active == 3);
	assert_true(status.spool_init == 100 && status.spool_dirs == 3);
	assert_true(status.spool_files == 83990);
	assert_true(status.spool_rcp == 84029 && status.spool_max == 2000000);
}

static void
every_delivery_type_has_its_place(void **state)
{
	struct doc_status status;

	(void)state;
	read_file(STATUS_DIR "status.json", &status);
	assert_true(status.queue[SNAP_DELIVERY_SMTP].rcp == 84000);
	assert_true(status.queue[SNAP_DELIVERY_SMTP].dom == 310);
	assert_true(status.queue[SNAP_DELIVERY_SMTP].kb == 1680000.2);
	assert_true(status.queue[SNAP_DELIVERY_PIPE].rcp == 1);
	assert_true(status.queue[SNAP_DELIVERY_FILE].rcp == 6);
	assert_true(status.queue[SNAP_DELIVERY_BOUNCE].rcp == 9);
	assert_true(status.queue[SNAP_DELIVERY_FEEDBACK].rcp == 2);
	assert_true(status.queue[SNAP_DELIVERY_HTTP].dom == 3);
	assert_true(isnan(status.queue[SNAP_DELIVERY_OTHER].rcp));
}

static void
unknown_delivery_types_are_added_up_as_other(void **state)
{
	struct doc_status status;

	(void)state;
	read_file(STATUS_DIR "status-early.json", &status);
	assert_true(status.queue[SNAP_DELIVERY_SMTP].rcp == 5);
	assert_true(status.queue[SNAP_DELIVERY_OTHER].rcp == 7);
	assert_true(status.queue[SNAP_DELIVERY_OTHER].kb == 0.5);
	assert_true(isnan(status.queue[SNAP_DELIVERY_HTTP].rcp));
}

static void
status_inside_mta_is_found(void **state)
{
	struct doc_status status;

	(void)state;
	read_file(STATUS_DIR "status-early.json", &status);
	assert_string_equal(status.host, "früh.example");
	assert_string_equal(status.state_text, "starting");
	assert_int_equal(status.shutting_down, 1);
	assert_true(status.spool_init == 37);
}

static void
numbers_of_wrong_kind_are_absent_not_zero(void **state)
{
	struct doc_status status;

	(void)state;
	read_file(STATUS_DIR "status-early.json", &status);
	assert_true(status.traffic[DOC_TOTAL].out.rcp == 12);
	assert_true(status.traffic[DOC_TOTAL].out.msg == 11);
	assert_true(status.traffic[DOC_TOTAL].out.kb == 10.5);
	assert_true(isnan(status.traffic[DOC_TOTAL].in.rcp));
	assert_true(isnan(status.traffic[DOC_TOTAL].in.msg));
	assert_true(isnan(status.traffic[DOC_TOTAL].in.kb));
	assert_true(isnan(status.traffic[DOC_LAST_HOUR].in.kb));
	assert_true(isnan(status.spool_files));
	assert_true(isnan(status.conn_in[0]));
}

static doc_number
spool_rcp_of(const char *value)
{
	char text[256];
	struct doc_status status;
	struct doc_error error;

	snprintf(text, sizeof(text), "{\"data\":{\"status\":{\"spool\":{\"totalRcp\":%s}}}}",
		 value);
	if (read_text(text, &status, &error) != 0)
		fail_msg("%s: %s", value, error.text);
	return status.spool_rcp;
}

static void
numbers_are_taken_from_0_to_2_to_the_64(void **state)
{
	static const char *const absent[] = {
		"-1",	   "-0.5",	"1e400",     "1e20",	"18446744073709555712",
		"null",	   "true",	"[]",	     "{}",	"\"\"",
		"\"nan\"", "\"inf\"",	"\"0x10\"",  "\"-3\"",	"\"1,5\"",
		"\"1 2\"", "\"1e400\"", "\"12 KB\"", "\"--5\"",
	};

	(void)state;
	assert_true(spool_rcp_of("0") == 0);
	assert_true(spool_rcp_of("18446744073709551616") == 18446744073709551616.0);
	assert_true(spool_rcp_of("1e3") == 1000);
	assert_true(spool_rcp_of("\" 42 \"") == 42);
	assert_true(spool_rcp_of("\"5.5\"") == 5.5);
	for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++) {
		if (!isnan(spool_rcp_of(absent[i])))
			fail_msg("%s was taken as a number", absent[i]);
	}
}

static int
shutting_down_of(const char *value)
{
	char text[256];
	struct doc_status status;
	struct doc_error error;

	snprintf(text, sizeof(text), "{\"data\":{\"status\":{\"shuttingDown\":%s}}}", value);
	assert_int_equal(read_text(text, &status, &error), 0);
	return status.shutting_down;
}

static void
shutting_down_is_a_flag_in_any_spelling(void **state)
{
	(void)state;
	assert_int_equal(shutting_down_of("true"), 1);
	assert_int_equal(shutting_down_of("1"), 1);
	assert_int_equal(shutting_down_of("\"YES\""), 1);
	assert_int_equal(shutting_down_of("false"), 0);
	assert_int_equal(shutting_down_of("\"0\""), 0);
	assert_int_equal(shutting_down_of("2"), -1);
	assert_int_equal(shutting_down_of("\"maybe\""), -1);
	assert_int_equal(shutting_down_of("null"), -1);
}

static void
texts_of_any_origin_come_out_clean(void **state)
{
	struct doc_status status;
	struct doc_error error;

	(void)state;
	assert_int_equal(
		read_text("{\"data\":{\"mta\":{\"fullHostName\":\"a\\u0000b\\nc\\ud83d\\ude00\"},"
			  "\"status\":{\"status\":\"x\\ud800y\\udc00\\ud800\\u0041\"}}}",
			  &status, &error),
		0);
	assert_string_equal(status.host, "a b c\xF0\x9F\x98\x80");
	assert_string_equal(status.state_text, "x\xEF\xBF\xBDy\xEF\xBF\xBD\xEF\xBF\xBD"
					       "A");
}

static void
byte_order_mark_and_blanks_are_skipped(void **state)
{
	struct doc_status status;
	struct doc_error error;

	(void)state;
	assert_int_equal(
		read_text("\xEF\xBB\xBF \r\n\t{\"data\":{\"status\":{}}} \n", &status, &error), 0);
	assert_string_equal(status.state_text, "");
	assert_int_equal(status.time_now, SNAP_NO_TIME);
}

static void
failure_reported_by_powermta_is_told_apart(void **state)
{
	(void)state;
	assert_refused("{\"status\":\"fail\",\"message\":\"no pmtad\"}", DOC_ERROR_FAIL,
		       "PowerMTA answered \"fail\": no pmtad");
	assert_refused("{\"data\":{\"status\":{}},\"status\":\"FAIL\",\"message\":\"\"}",
		       DOC_ERROR_FAIL, "PowerMTA answered \"FAIL\" without a message");
}

static void
missing_status_word_is_success_only_with_data(void **state)
{
	struct doc_status status;
	struct doc_error error;

	(void)state;
	assert_int_equal(read_text("{\"data\":{\"status\":{}}}", &status, &error), 0);
	assert_int_equal(read_text("{\"data\":{\"status\":{}},\"status\":null}", &status, &error),
			 0);
	assert_refused("{}", DOC_ERROR_SHAPE, "no \"data\"");
	assert_refused("{\"status\":\"success\"}", DOC_ERROR_SHAPE, "no \"data\"");
}

static void
other_documents_are_refused_with_a_reason(void **state)
{
	(void)state;
	assert_refused("{\"data\":{\"queues\":[]},\"status\":\"success\"}", DOC_ERROR_SHAPE,
		       "no /status document");
	assert_refused("{\"data\":\"PowerMTA v5.0r5\",\"status\":\"success\"}", DOC_ERROR_SHAPE,
		       "PowerMTA v5.0r5");
	assert_refused("{\"data\":[1],\"status\":\"success\"}", DOC_ERROR_SHAPE, "\"data\"");
	assert_refused("{\"data\":{\"status\":{}},\"status\":1}", DOC_ERROR_SHAPE, "\"status\"");
	assert_refused("{\"data\":{\"status\":{}},\"status\":\"success\",\"status\":\"fail\"}",
		       DOC_ERROR_SHAPE, "twice");
}

static void
what_is_no_json_is_named(void **state)
{
	(void)state;
	assert_refused("", DOC_ERROR_SYNTAX, "empty");
	assert_refused(" \n ", DOC_ERROR_SYNTAX, "empty");
	assert_refused("\n<html><body>Forbidden", DOC_ERROR_SYNTAX, "HTML or XML");
	assert_refused("<rsp><data/><succ/></rsp>", DOC_ERROR_SYNTAX, "http-access");
	assert_refused("Internal\terror", DOC_ERROR_SYNTAX, "begins with \"Internal error\"");
	assert_refused("[1,2]", DOC_ERROR_SYNTAX, "not JSON");
	assert_refused("{\"data\":{\"status\":{}}} x", DOC_ERROR_SYNTAX,
		       "goes on behind its end near byte 23");
	assert_refused("{\"data\":{\"status\":{]}}}", DOC_ERROR_SYNTAX,
		       "not valid JSON near byte 20");
}

static void
every_truncation_is_refused(void **state)
{
	struct doc_status status;
	struct doc_error error;
	size_t len;
	char *bytes = load(STATUS_DIR "status.json", &len), *cut;

	(void)state;
	while (len > 0 && bytes[len - 1] != '}')
		len--;
	for (size_t n = 0; n < len; n++) {
		cut = malloc(n > 0 ? n : 1);
		assert_non_null(cut);
		memcpy(cut, bytes, n);
		assert_int_equal(doc_parse_status(cut, n, &status, &error), -1);
		assert_int_equal(error.code, DOC_ERROR_SYNTAX);
		free(cut);
	}
	assert_int_equal(doc_parse_status(bytes, len, &status, &error), 0);
	free(bytes);
}

static void
oversized_and_deep_documents_are_refused(void **state)
{
	struct doc_status status;
	struct doc_error error;
	size_t len = ((size_t)1 << 20) + 1;
	char *bytes = malloc(len);

	(void)state;
	assert_non_null(bytes);
	memset(bytes, '[', len);
	bytes[0] = '{';
	assert_int_equal(doc_parse_status(bytes, len, &status, &error), -1);
	assert_int_equal(error.code, DOC_ERROR_LIMIT);
	memcpy(bytes, "{\"data\":", 8);
	assert_int_equal(doc_parse_status(bytes, 100000, &status, &error), -1);
	assert_int_equal(error.code, DOC_ERROR_SYNTAX);
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identity_and_times_are_read),
		cmocka_unit_test(counters_beyond_32_bits_are_exact),
		cmocka_unit_test(each_window_of_traffic_is_kept_apart),
		cmocka_unit_test(connections_resolver_and_spool_are_read),
		cmocka_unit_test(every_delivery_type_has_its_place),
		cmocka_unit_test(unknown_delivery_types_are_added_up_as_other),
		cmocka_unit_test(status_inside_mta_is_found),
		cmocka_unit_test(numbers_of_wrong_kind_are_absent_not_zero),
		cmocka_unit_test(numbers_are_taken_from_0_to_2_to_the_64),
		cmocka_unit_test(shutting_down_is_a_flag_in_any_spelling),
		cmocka_unit_test(texts_of_any_origin_come_out_clean),
		cmocka_unit_test(byte_order_mark_and_blanks_are_skipped),
		cmocka_unit_test(failure_reported_by_powermta_is_told_apart),
		cmocka_unit_test(missing_status_word_is_success_only_with_data),
		cmocka_unit_test(other_documents_are_refused_with_a_reason),
		cmocka_unit_test(what_is_no_json_is_named),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(oversized_and_deep_documents_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
