/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_acct_sample.c - whole accounting files, of each kind that PowerMTA writes, and what they
 * come to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
assert_slice(struct slice slice, const char *expected)
{
	assert_int_equal(slice.len, strlen(expected));
	if (slice.len > 0)
		assert_memory_equal(slice.ptr, expected, slice.len);
}

/* What a whole file comes to. */
struct tally {
	unsigned type[ACCT_REMOTE_STATUS + 1];
	unsigned smtp, with_rcpt, with_queue, with_category, transient_status, rejected;
	int64_t age_sum, age_max;
	char categories[1024];
};

static void
add_record(struct tally *tally)
{
	tally->type[record.type]++;
	tally->with_rcpt += record.rcpt_domain.len > 0;
	tally->with_queue += record.queue.len > 0;
	tally->with_category += record.bounce_cat.len > 0;
	tally->transient_status += record.dsn_status.len > 0 && record.dsn_status.ptr[0] == '4';
	if (record.type == ACCT_DELIVERY && record.dlv_type.len == 4)
		tally->smtp += memcmp(record.dlv_type.ptr, "smtp", 4) == 0;
	if (record.time_queued != SNAP_NO_TIME) {
		int64_t age = record.time_logged - record.time_queued;

		tally->age_sum += age;
		tally->age_max = age > tally->age_max ? age : tally->age_max;
	}
	if (record.bounce_cat.len > 0)
		strncat(tally->categories, record.bounce_cat.ptr, record.bounce_cat.len);
	strcat(tally->categories, " ");
}

static struct tally
tally_file(const char *name)
{
	struct tally tally = {0};
	char path[512];
	size_t len, at = 0, used;
	FILE *in;

	snprintf(path, sizeof path, "%s/acct/%s", SAMPLES_DIR, name);
	in = fopen(path, "r");
	assert_non_null(in);
	len = fread(buffer, 1, sizeof buffer, in);
	fclose(in);
	for (; at < len; at += used) {
		assert_int_equal(csv_next(buffer + at, len - at, &row, &used), CSV_ROW);
		if (acct_row_is_header(&row)) {
			acct_header_free(header);
			header = acct_header_new(&row);
			continue;
		}
		tally.rejected += acct_record_read(header, &row, &record, error, sizeof error) < 0;
		add_record(&tally);
	}
	assert_int_equal(tally.rejected, 0);
	return tally;
}

static void
the_stock_file_of_deliveries_and_bounces_is_understood(void **state)
{
	struct tally tally = tally_file("acct-2026-03-14-0000.csv");

	(void)state;
	assert_int_equal(tally.type[ACCT_DELIVERY], 15);
	assert_int_equal(tally.smtp, 13);
	assert_int_equal(tally.type[ACCT_BOUNCE], 22);
	assert_int_equal(tally.with_category, 21);
	assert_int_equal(tally.transient_status, 3);
	/* The deliveries waited 7874 s together, each of the 22 bounces one. */
	assert_int_equal(tally.age_sum, 7874 + 22);
	assert_int_equal(tally.age_max, 7200);
	assert_non_null(strstr(tally.categories, " house-rule  "));
}

static void
a_file_of_deferrals_and_queue_errors_is_understood(void **state)
{
	struct tally tally = tally_file("diag-2026-03-14-0000.csv");

	(void)state;
	assert_int_equal(tally.type[ACCT_TRANSIENT], 6);
	assert_int_equal(tally.type[ACCT_TRANSIENT_QUEUE], 2);
	assert_int_equal(tally.with_rcpt, 6);
	assert_int_equal(tally.with_queue, 8);
	assert_int_equal(tally.age_sum, 10 + 11 + 12 + 4000 + 13 + 20000);
	assert_string_equal(tally.categories, "quota-issues spam-related spam-related "
					      "policy-related other bad-connection   ");
}

static void
a_file_of_queue_errors_with_crlf_is_understood(void **state)
{
	struct tally tally = tally_file("queue-2026-03-14-0000.csv");

	(void)state;
	assert_int_equal(tally.type[ACCT_TRANSIENT_QUEUE], 2);
	assert_slice(record.queue_domain, "post.rollup");
	assert_slice(record.queue_vmta, "out-a");
	assert_slice(record.dsn_diag, "smtp;421 4.7.0 deferred; \"again\" later, please");
}

static void
a_file_of_remote_bounces_is_understood(void **state)
{
	struct tally tally = tally_file("bounces-2026-03-14-0000.csv");

	(void)state;
	assert_int_equal(tally.type[ACCT_REMOTE_BOUNCE], 2);
	assert_string_equal(tally.categories, "bad-mailbox quota-issues ");
	assert_int_equal(tally.with_queue, 0);
}

static void
a_file_of_feedback_reports_is_understood(void **state)
{
	struct tally tally = tally_file("fbl-2026-03-14-0000.csv");

	(void)state;
	assert_int_equal(tally.type[ACCT_FEEDBACK], 2);
	assert_slice(record.rcpt_domain, "box.example");
	assert_slice(record.job, "spring-9");
	assert_slice(record.feedback_type, "");
}

static void
a_file_of_all_types_under_one_header_is_understood(void **state)
{
	struct tally tally = tally_file("all-2026-03-14-0000.csv");

	(void)state;
	assert_int_equal(tally.type[ACCT_DELIVERY], 4);
	assert_int_equal(tally.type[ACCT_BOUNCE], 3);
	assert_int_equal(tally.type[ACCT_TRANSIENT], 2);
	assert_int_equal(tally.type[ACCT_TRANSIENT_QUEUE], 1);
	assert_int_equal(tally.type[ACCT_FEEDBACK], 1);
	assert_int_equal(tally.type[ACCT_RECEIPT], 1);
	assert_int_equal(tally.type[ACCT_REMOTE_BOUNCE], 1);
	assert_int_equal(tally.with_rcpt, 12);
}

static void
a_file_of_version_4_0_is_understood(void **state)
{
	struct tally tally = tally_file("old-2013-10-21-0000.csv");

	(void)state;
	assert_true(acct_header_has(header, "timeImprinted"));
	assert_int_equal(tally.type[ACCT_DELIVERY], 1);
	assert_int_equal(tally.type[ACCT_BOUNCE], 1);
	assert_int_equal(tally.with_queue, 0);
	assert_int_equal(tally.age_sum, 2 * 88);
	assert_slice(record.vmta, "out-a");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_stock_file_of_deliveries_and_bounces_is_understood),
		cmocka_unit_test(a_file_of_deferrals_and_queue_errors_is_understood),
		cmocka_unit_test(a_file_of_queue_errors_with_crlf_is_understood),
		cmocka_unit_test(a_file_of_remote_bounces_is_understood),
		cmocka_unit_test(a_file_of_feedback_reports_is_understood),
		cmocka_unit_test(a_file_of_all_types_under_one_header_is_understood),
		cmocka_unit_test(a_file_of_version_4_0_is_understood),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
