/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "check_options.h"

static struct check_options options;
static char *complaint;

/* Reads a command line given with blanks between its words; complaint gets what was said of it. */
static enum check_action
parse(const char *line)
{
	static char words[512]; /* the options point into it */
	char *argv[32] = {(char *)"check_pmta_snmp"}, *rest = words;
	enum check_action action;
	int argc = 1;
	size_t size;
	FILE *err;

	free(complaint);
	check_options_free(&options);
	snprintf(words, sizeof words, "%s", line);
	while (argc < 31 && (argv[argc] = strtok_r(rest, " ", &rest)) != NULL)
		argc++;
	argv[argc] = NULL;
	err = open_memstream(&complaint, &size);
	action = check_options_parse(argc, argv, &options, err);
	fclose(err);
	return action;
}

static void
assert_refused(const char *line, const char *why)
{
	assert_int_equal(parse(line), CHECK_BAD);
	if (strstr(complaint, why) == NULL)
		fail_msg("%s: %s", line, complaint);
}

static void
options_are_those_of_check_snmp(void **state)
{
	(void)state;
	assert_int_equal(
		parse("-H mta1 -p 1161 -P 3 -L authPriv -U me -a SHA -A authphrase -x AES -X "
		      "privphrase -N ctx -t 5 -e 1 -o vmtaRecipients"),
		CHECK_COLUMN);
	assert_string_equal(options.target.host, "mta1");
	assert_string_equal(options.target.port, "1161");
	assert_int_equal(options.target.version, 3);
	assert_string_equal(options.target.level, "authPriv");
	assert_string_equal(options.target.priv_phrase, "privphrase");
	assert_int_equal(options.target.timeout, 5);
	assert_int_equal(options.target.retries, 1);
}

static void
a_column_goes_by_its_name_or_by_its_end_with_a_table(void **state)
{
	(void)state;
	assert_int_equal(parse("-H x -o vmtaRecipients"), CHECK_COLUMN);
	assert_string_equal(options.value.table->name, "vmtaTable");
	assert_int_equal(parse("-H x -o Recipients -T vmtaTable -w 5"), CHECK_COLUMN);
	assert_string_equal(options.value.column->name, "vmtaRecipients");
	assert_refused("-H x -o Recipients", "there is ");
	assert_refused("-H x -T vmtaTable -o Nonsense", "no such column of vmtaTable; --list");
	assert_refused("-H x -T vmta -o Recipients", "no such table");
}

static void
what_cannot_be_judged_is_refused_with_what_can(void **state)
{
	(void)state;
	assert_refused("-H x -o vmtaDelivered", "vmtaWindowDelivered");
	assert_refused("-H x -o pmtaTrafficDelivered", "pmtaServerWindowDelivered");
	assert_refused("-H x -o pmtaSourceFailures", "window tables");
	assert_refused("-H x -o vmtaLastErrorTime", "age");
	assert_refused("-H x -o vmtaLastError", "--show");
	assert_refused("-H x -o domainQueueMode --mode sum", "no sum");
}

static void
conditions_and_shown_columns_are_of_the_row(void **state)
{
	(void)state;
	assert_int_equal(parse("-H x -o providerWindowBounceShare --where Attempts=100: "
			       "--show providerTopReason --show pmtaServerHost"),
			 CHECK_COLUMN);
	assert_string_equal(options.where[0].column->name, "providerWindowAttempts");
	assert_string_equal(options.show[1].column->name, "pmtaServerHost");
	assert_refused("-H x -o vmtaRecipients --show providerTopReason", "no column of vmtaTable");
	assert_refused("-H x -o vmtaRecipients --where Recipients", "COLUMN=RANGE");
	assert_refused("-H x -o vmtaRecipients --where Recipients=many", "expected a range");
	assert_refused(
		"-H x -o vmtaRecipients --show Name --show Name --show Name --show Name --show "
		"Name",
		"at most 4");
}

static void
wrong_values_are_refused_with_what_was_expected(void **state)
{
	(void)state;
	assert_refused("-o vmtaRecipients", "-H HOST is missing");
	assert_refused("-H x", "--column NAME, --alive or --list");
	assert_refused("-H x -o vmtaRecipients -P 2", "expected 1, 2c, 3");
	assert_refused("-H x -o vmtaRecipients -p 70000", "1 to 65535");
	assert_refused("-H x -o vmtaRecipients -t 0", "1 to 600");
	assert_refused("-H x -o vmtaRecipients -L private", "authPriv");
	assert_refused("-H x -o vmtaRecipients --name (", "regular expression");
	assert_refused("-H x -o vmtaRecipients --window 5", "10m");
	assert_refused("-H x -o vmtaRecipients --mode mean", "worst, sum, count");
	assert_refused("-H x -o vmtaRecipients --absent never", "unknown");
	assert_refused("-H x -o vmtaRecipients extra", "options only");
	assert_refused("-H x -o vmtaRecipients --nonsense", "unknown option");
	assert_refused("-H x -o", "needs a value");
}

static void
alive_has_limits_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(parse("-H x --alive"), CHECK_ALIVE);
	assert_int_equal(options.warning.high, 120);
	assert_int_equal(options.critical.high, 300);
	assert_int_equal(parse("-H x --alive -c 1h"), CHECK_ALIVE);
	assert_int_equal(options.critical.high, 3600);
	assert_refused("-H x --alive -c 5%", "seconds");
}

static void
alarms_are_judged_by_their_severity(void **state)
{
	(void)state;
	assert_int_equal(parse("-H x --alarms"), CHECK_ALARMS);
	assert_string_equal(options.value.column->name, "pmtaAlarmSeverity");
	assert_string_equal(options.show[0].column->name, "pmtaAlarmText");
	assert_true(check_range_hit(&options.critical, 3) && check_range_hit(&options.critical, 4));
	assert_true(check_range_hit(&options.warning, 5) && !check_range_hit(&options.critical, 6));
	assert_refused("-H x --alarms -c fatal", "critical, major");
}

static void
a_window_is_a_time(void **state)
{
	(void)state;
	parse("-H x -o providerWindowBounceShare");
	assert_int_equal(options.window, 600);
	parse("-H x -o providerWindowBounceShare --window 24h");
	assert_int_equal(options.window, 86400);
}

/* Every table of the module has its place in the OID tree, ascending columns, and labels to name
 * rows. */
static void
the_tables_made_of_the_module_are_whole(void **state)
{
	(void)state;
	assert_true(check_table_count > 15);
	for (size_t t = 0; t < check_table_count; t++) {
		const struct check_table *table = &check_tables[t];

		assert_true(table->entry_len > 8 && table->entry_len < CHECK_OID_MAX);
		assert_int_equal(table->entry[0], 1);
		assert_true(table->index_len <= CHECK_INDEX_MAX);
		assert_int_equal(table->index_len == 0, strcmp(table->index, "") == 0);
		if (table->index_len > 0 && table->server == 0 && table->labels[0] == 0)
			fail_msg("%s: nothing names its rows", table->name);
		for (size_t c = 1; c < table->column_count; c++)
			assert_true(table->columns[c].number > table->columns[c - 1].number);
	}
}

static int
end(void **state)
{
	(void)state;
	free(complaint);
	complaint = NULL;
	check_options_free(&options);
	memset(&options, 0, sizeof options);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_those_of_check_snmp),
		cmocka_unit_test(a_column_goes_by_its_name_or_by_its_end_with_a_table),
		cmocka_unit_test(what_cannot_be_judged_is_refused_with_what_can),
		cmocka_unit_test(conditions_and_shown_columns_are_of_the_row),
		cmocka_unit_test(wrong_values_are_refused_with_what_was_expected),
		cmocka_unit_test(alive_has_limits_of_its_own),
		cmocka_unit_test(alarms_are_judged_by_their_severity),
		cmocka_unit_test(a_window_is_a_time),
		cmocka_unit_test(the_tables_made_of_the_module_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
