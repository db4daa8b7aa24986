/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "acct_record.h"

static char buffer[256 * 1024];
static struct csv_row row;
static struct acct_header *header;
static struct acct_record record;
static char error[256];

static int
teardown(void **state)
{
	(void)state;
	acct_header_free(header);
	header = NULL;
	return 0;
}

static void
cut(const char *line)
{
	size_t used;

	snprintf(buffer, sizeof buffer, "%s\n", line);
	assert_int_equal(csv_next(buffer, strlen(buffer), &row, &used), CSV_ROW);
}

static void
use_header(const char *line)
{
	cut(line);
	acct_header_free(header);
	header = acct_header_new(&row);
	assert_non_null(header);
}

static int
read_row(const char *line)
{
	cut(line);
	return acct_record_read(header, &row, &record, error, sizeof error);
}

static void
assert_slice(struct slice slice, const char *expected)
{
	assert_int_equal(slice.len, strlen(expected));
	if (slice.len > 0)
		assert_memory_equal(slice.ptr, expected, slice.len);
}

static void
a_row_that_begins_with_type_is_a_header(void **state)
{
	(void)state;
	cut("type,timeLogged");
	assert_true(acct_row_is_header(&row));
	cut("\"TYPE\"");
	assert_true(acct_row_is_header(&row));
	cut("\xef\xbb\xbftype,rcpt");
	assert_true(acct_row_is_header(&row));
	cut("d,type");
	assert_false(acct_row_is_header(&row));
	cut("types,rcpt");
	assert_false(acct_row_is_header(&row));
	cut("");
	assert_false(acct_row_is_header(&row));
	assert_null(acct_header_new(&row));
}

static void
names_are_found_in_any_case_and_with_blanks_around(void **state)
{
	(void)state;
	use_header("\xef\xbb\xbfType,TIMELOGGED, Rcpt ,envid");
	assert_true(acct_header_has(header, "timeLogged"));
	assert_true(acct_header_has(header, "rcpt"));
	assert_true(acct_header_has(header, "envId"));
	assert_false(acct_header_has(header, "timeQueued"));
	assert_int_equal(read_row("d,2026-11-22 10:00:01+0000,a@x.example,"), 0);
	assert_int_equal(record.time_logged, 1795341601);
	assert_slice(record.rcpt_domain, "x.example");
}

static void
of_a_repeated_name_the_first_column_counts(void **state)
{
	(void)state;
	use_header("type,vmta,VMTA");
	assert_int_equal(read_row("d,one,two"), 0);
	assert_slice(record.vmta, "one");
}

static void
columns_may_come_in_any_order_and_unknown_ones_are_ignored(void **state)
{
	(void)state;
	use_header("type,header_x-new,queue,dsnDiag,vmta,bounceCat,dlvSize");
	assert_int_equal(read_row("b,??,x.example/v1,smtp;550 no,v1,other,12"), 0);
	assert_int_equal(record.type, ACCT_BOUNCE);
	assert_slice(record.queue, "x.example/v1");
	assert_slice(record.dsn_diag, "smtp;550 no");
	assert_slice(record.bounce_cat, "other");
	assert_int_equal(record.size, 12);
}

static void
every_type_is_known_in_any_case(void **state)
{
	static const struct {
		const char *name;
		enum acct_type type;
	} types[] = {
		{"d", ACCT_DELIVERY},	      {"b", ACCT_BOUNCE},	  {"t", ACCT_TRANSIENT},
		{"tq", ACCT_TRANSIENT_QUEUE}, {"r", ACCT_RECEIPT},	  {"f", ACCT_FEEDBACK},
		{"rb", ACCT_REMOTE_BOUNCE},   {"rs", ACCT_REMOTE_STATUS}, {"D", ACCT_DELIVERY},
		{"Tq", ACCT_TRANSIENT_QUEUE}, {"RB", ACCT_REMOTE_BOUNCE}};

	(void)state;
	use_header("type,vmta");
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		assert_int_equal(read_row(types[i].name), 0);
		assert_int_equal(record.type, types[i].type);
	}
}

static void
an_unknown_type_is_rejected_by_name(void **state)
{
	static const char *const types[] = {"p",    "rc", "bq", "dd",  "delivery",
					    "\"\"", "1",  "$",	"\x14"};

	(void)state;
	use_header("type,vmta");
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		assert_int_equal(read_row(types[i]), -1);
	assert_int_equal(read_row("p\x1b[2J,v"), -1);
	assert_string_equal(error, "column type: \"p [2J\" is no record type; "
				   "expected d, b, t, tq, r, f, rb or rs");
}

static void
a_complaint_is_bounded(void **state)
{
	char small[20];
	char line[4096];

	(void)state;
	use_header("type,vmta");
	memset(line, 'x', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	assert_int_equal(read_row(line), -1);
	assert_true(strlen(error) < 128);
	assert_int_equal(acct_record_read(header, &row, &record, small, sizeof small), -1);
	assert_int_equal(strlen(small), sizeof small - 1);
}

static void
rows_may_be_shorter_or_longer_than_the_header(void **state)
{
	(void)state;
	use_header("type,rcpt,dlvSize,vmta");
	assert_int_equal(read_row("d"), 0);
	assert_slice(record.rcpt_domain, "");
	assert_slice(record.vmta, "");
	assert_int_equal(record.size, 0);
	assert_int_equal(record.time_logged, SNAP_NO_TIME);
	assert_int_equal(read_row("d,a@x.example,5,v,w,x"), 0);
	assert_slice(record.vmta, "v");
}

static void
rows_and_headers_of_very_many_columns_are_read(void **state)
{
	static char line[70000];

	(void)state;
	strcpy(line, "type,vmta");
	for (size_t i = strlen(line); i < 65600; i++)
		line[i] = ',';
	strcpy(line + 65600, "rcpt");
	use_header(line);
	assert_false(acct_header_has(header, "rcpt"));
	line[0] = 'd';
	memcpy(line, "d,v1,,,,,", 9);
	assert_int_equal(read_row(line), 0);
	assert_slice(record.vmta, "v1");
	assert_slice(record.rcpt_domain, "");
}

static void
both_forms_of_time_are_read_and_a_bad_time_is_none(void **state)
{
	(void)state;
	use_header("type,timeLogged,timeQueued");
	assert_int_equal(read_row("t,2017-05-04 18:07:21-0300,1493932041"), 0);
	assert_int_equal(record.time_logged, 1493932041);
	assert_int_equal(record.time_queued, 1493932041);
	assert_int_equal(read_row("t,yesterday,"), 0);
	assert_int_equal(record.time_logged, SNAP_NO_TIME);
	assert_int_equal(record.time_queued, SNAP_NO_TIME);
}

static void
a_time_without_zone_is_this_hosts(void **state)
{
	(void)state;
	setenv("TZ", "EST5EDT,M3.2.0,M11.1.0", 1);
	tzset();
	use_header("type,timeLogged,timeQueued");
	assert_int_equal(read_row("d,2026-07-01 08:00:00,2026-01-01 07:00:00"), 0);
	setenv("TZ", "UTC", 1);
	tzset();
	assert_int_equal(record.time_logged, 1782907200);
	assert_int_equal(record.time_queued, 1767268800);
}

static void
the_domain_stands_behind_the_last_at(void **state)
{
	static const char *const pairs[][2] = {{"a@x.example", "x.example"},
					       {"<a@x.example>", "x.example"},
					       {"a@x.example> ", "x.example"},
					       {"a@ x.example \t", "x.example"},
					       {"\"\"\"b@c\"\"@x.example\"", "x.example"},
					       {"a@[192.0.2.1]", "[192.0.2.1]"},
					       {"free text", ""},
					       {"a@", ""},
					       {"<a@>", ""},
					       {"", ""}};

	(void)state;
	use_header("type,rcpt");
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		char line[64];

		snprintf(line, sizeof line, "f,%s", pairs[i][0]);
		assert_int_equal(read_row(line), 0);
		assert_slice(record.rcpt_domain, pairs[i][1]);
	}
}

static void
a_queue_is_split_at_its_first_slash(void **state)
{
	(void)state;
	use_header("type,queue");
	assert_int_equal(read_row("tq,b\xc3\xbc\x63her.example/{default}"), 0);
	assert_slice(record.queue, "b\xc3\xbc\x63her.example/{default}");
	assert_slice(record.queue_domain, "b\xc3\xbc\x63her.example");
	assert_slice(record.queue_vmta, "{default}");
	assert_int_equal(read_row("tq,{bounceProcessor}"), 0);
	assert_slice(record.queue_domain, "{bounceProcessor}");
	assert_slice(record.queue_vmta, "");
	assert_int_equal(read_row("tq,x/a/b"), 0);
	assert_slice(record.queue_vmta, "a/b");
}

static void
the_status_is_its_first_word(void **state)
{
	(void)state;
	use_header("type,dsnStatus");
	assert_int_equal(read_row("b,5.1.1 (bad destination mailbox address)"), 0);
	assert_slice(record.dsn_status, "5.1.1");
	assert_int_equal(read_row("b,4.7.0"), 0);
	assert_slice(record.dsn_status, "4.7.0");
	assert_int_equal(read_row("b, "), 0);
	assert_slice(record.dsn_status, "");
}

static void
a_size_that_is_no_number_is_zero(void **state)
{
	static const char *const sizes[] = {"-1", "1e5", "12 ", "99999999999999999999", "x", ""};

	(void)state;
	use_header("type,dlvSize");
	assert_int_equal(read_row("d,48213"), 0);
	assert_int_equal(record.size, 48213);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		char line[64];

		snprintf(line, sizeof line, "d,%s", sizes[i]);
		assert_int_equal(read_row(line), 0);
		assert_int_equal(record.size, 0);
	}
}

static void
a_feedback_report_names_its_job_in_a_header(void **state)
{
	(void)state;
	use_header("type,header_X-Job,jobId");
	assert_int_equal(read_row("f,j1,"), 0);
	assert_slice(record.job, "j1");
	assert_int_equal(read_row("f,j1,j2"), 0);
	assert_slice(record.job, "j2");
	assert_int_equal(read_row("d,j1,"), 0);
	assert_slice(record.job, "");
}

static void
the_answering_server_and_our_address_are_read(void **state)
{
	(void)state;
	use_header("type,dlvSourceIp,dsnMta");
	assert_int_equal(read_row("t,192.0.2.130,mx.x.example (203.0.113.4)"), 0);
	assert_slice(record.dlv_source_ip, "192.0.2.130");
	assert_slice(record.dsn_mta, "mx.x.example (203.0.113.4)");
}

static void
the_latency_is_what_powermta_says_or_else_the_difference(void **state)
{
	(void)state;
	use_header("type,timeLogged,timeQueued,totalSecondsQueued");
	assert_int_equal(read_row("d,1000,900,7"), 0);
	assert_int_equal(acct_record_latency(&record), 7);
	assert_int_equal(read_row("d,1000,900,0"), 0);
	assert_int_equal(acct_record_latency(&record), 0);
	assert_int_equal(read_row("d,1000,900,"), 0);
	assert_int_equal(acct_record_latency(&record), 100);
	assert_int_equal(read_row("d,1000,900,-3"), 0);
	assert_int_equal(acct_record_latency(&record), 100);
	assert_int_equal(read_row("d,900,1000"), 0);
	assert_int_equal(acct_record_latency(&record), -100);
	assert_int_equal(read_row("d,1000,"), 0);
	assert_int_equal(acct_record_latency(&record), SNAP_NO_TIME);
}

static void
a_bounce_by_an_administrator_is_marked(void **state)
{
	(void)state;
	use_header("type,dsnStatus,dsnDiag");
	assert_int_equal(read_row("b,5.0.0,marked as Deleted by ADMINISTRATOR"), 0);
	assert_true(record.is_admin_delete);
	assert_false(record.is_suppressed);
	assert_int_equal(read_row("b,5.0.0,marked as deleted by administrato"), 0);
	assert_false(record.is_admin_delete);
	assert_int_equal(read_row("t,5.0.0,marked as deleted by administrator"), 0);
	assert_false(record.is_admin_delete);
}

static void
a_bounce_by_a_suppression_list_is_marked(void **state)
{
	(void)state;
	use_header("type,dsnStatus,dsnDiag");
	assert_int_equal(read_row("b,5.7.1 (policy),\"smtp;550 5.7.1 recipient is in "
				  "Suppression List \"\"a1\"\": <u@x.example>\""),
			 0);
	assert_true(record.is_suppressed);
	assert_false(record.is_admin_delete);
	assert_int_equal(read_row("b,5.7.0,recipient is in suppression list"), 0);
	assert_false(record.is_suppressed);
	assert_int_equal(read_row("rb,5.7.1,recipient is in suppression list"), 0);
	assert_false(record.is_suppressed);
	assert_int_equal(read_row("b,5.7.1,"), 0);
	assert_false(record.is_suppressed);
}

static void
each_field_that_is_read_is_known_by_its_name_in_any_case(void **state)
{
	static const char *const names[ACCT_COLUMNS] = {
		"TYPE",	       "timelogged", "TimeQueued",   "TOTALsecondsQUEUED",
		"rcpt",	       "dsnStatus",  "DSNDIAG",	     "dsnmta",
		"bounceCat",   "dlvType",    "DlvSourceIp",  "dlvsize",
		"vmta",	       "JOBID",	     "HEADER_x-job", "queue",
		"feedbackType"};
	static const char *const others[] = {"",
					     "t",
					     "typ",
					     "types",
					     "vmtaPool",
					     "envId",
					     "dlvDestinationIp",
					     "dsnAction",
					     "orig",
					     "header_X_job",
					     "type "};

	(void)state;
	for (size_t i = 0; i < ACCT_COLUMNS; i++)
		assert_int_equal(acct_column_find(names[i], strlen(names[i])), i);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		assert_int_equal(acct_column_find(others[i], strlen(others[i])), ACCT_COLUMNS);
}

static void
a_header_behind_a_torn_row_is_found(void **state)
{
	static const struct {
		const char *line;
		int offset; /* -1: there is none */
	} lines[] = {{"d,1795type,timeLogged,rcpt", 6},
		     {"d,x,type,vmta", 4},
		     {"d,\"bad type, thingtype,queue\r", 18},
		     {"type,timeLogged,rcpt", -1},
		     {"b,smtp;550 bad type,", -1},
		     {"b,type", -1},
		     {"b,type,", -1},
		     {"b,type,timeLoggedAt,x", -1},
		     {"", -1}};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		const char *line = lines[i].line;
		const char *found = acct_header_search(line, strlen(line));

		assert_int_equal(found ? found - line : -1, lines[i].offset);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_that_begins_with_type_is_a_header),
		cmocka_unit_test(names_are_found_in_any_case_and_with_blanks_around),
		cmocka_unit_test(of_a_repeated_name_the_first_column_counts),
		cmocka_unit_test(columns_may_come_in_any_order_and_unknown_ones_are_ignored),
		cmocka_unit_test(every_type_is_known_in_any_case),
		cmocka_unit_test(an_unknown_type_is_rejected_by_name),
		cmocka_unit_test(a_complaint_is_bounded),
		cmocka_unit_test(rows_may_be_shorter_or_longer_than_the_header),
		cmocka_unit_test(rows_and_headers_of_very_many_columns_are_read),
		cmocka_unit_test(both_forms_of_time_are_read_and_a_bad_time_is_none),
		cmocka_unit_test(a_time_without_zone_is_this_hosts),
		cmocka_unit_test(the_domain_stands_behind_the_last_at),
		cmocka_unit_test(a_queue_is_split_at_its_first_slash),
		cmocka_unit_test(the_status_is_its_first_word),
		cmocka_unit_test(a_size_that_is_no_number_is_zero),
		cmocka_unit_test(a_feedback_report_names_its_job_in_a_header),
		cmocka_unit_test(the_answering_server_and_our_address_are_read),
		cmocka_unit_test(the_latency_is_what_powermta_says_or_else_the_difference),
		cmocka_unit_test(a_bounce_by_an_administrator_is_marked),
		cmocka_unit_test(a_bounce_by_a_suppression_list_is_marked),
		cmocka_unit_test(each_field_that_is_read_is_known_by_its_name_in_any_case),
		cmocka_unit_test(a_header_behind_a_torn_row_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
