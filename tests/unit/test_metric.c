/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What rules can judge against what the MIB shows: the same columns, with the same values.
 * TOP_SRCDIR is the directory that has mibs/.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "column.h"
#include "fixture.h"
#include "metric.h"
#include "mib.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The tables that rules judge, and by which scope. */
static const struct {
	const struct table *table;
	enum snap_scope scope;
} judged[] = {
	{&mib_server_table, SNAP_SCOPE_SERVER},
	{&mib_traffic_table, SNAP_SCOPE_SERVER},
	{&mib_server_window_table, SNAP_SCOPE_SERVER},
	{&mib_vmta_table, SNAP_SCOPE_VMTA},
	{&mib_vmta_window_table, SNAP_SCOPE_VMTA},
	{&mib_queue_table, SNAP_SCOPE_DOMAIN_QUEUE},
	{&mib_queue_window_table, SNAP_SCOPE_DOMAIN_QUEUE},
	{&mib_provider_table, SNAP_SCOPE_PROVIDER},
	{&mib_provider_window_table, SNAP_SCOPE_PROVIDER},
	{&mib_class_table, SNAP_SCOPE_BOUNCE_CLASS},
	{&mib_class_window_table, SNAP_SCOPE_BOUNCE_CLASS},
	{&mib_source_table, SNAP_SCOPE_SOURCE},
	{&mib_job_table, SNAP_SCOPE_JOB},
	{&mib_domain_table, SNAP_SCOPE_DOMAIN},
};

/* Columns that say something about other columns of the row, and nothing about PowerMTA. */
static const char *const no_metrics[] = {
	"pmtaServerDiscontinuityAge",
	"vmtaDiscontinuityAge",
	"domainQueueDiscontinuityAge",
	"providerDiscontinuityAge",
	"bounceClassDiscontinuityAge",
	"pmtaJobDiscontinuityAge",
	"domainDiscontinuityAge",
	/* What rules themselves say. */
	"pmtaServerActiveAlarms",
};

static bool
is_exception(const char *name)
{
	for (size_t i = 0; i < COUNT(no_metrics); i++) {
		if (strcmp(no_metrics[i], name) == 0)
			return true;
	}
	return false;
}

/* Texts, times and indexes are no numbers to judge. */
static bool
is_number(const struct table_column *column)
{
	static const char *const syntaxes[] = {"Gauge32",   "Counter32",  "Counter64", "INTEGER",
					       "Integer32", "TruthValue", "Unsigned32"};

	for (size_t i = 0; i < COUNT(syntaxes); i++) {
		if (strcmp(syntaxes[i], column->syntax) == 0)
			return true;
	}
	return false;
}

static const struct metric *
metric_of(enum snap_scope scope, const char *name)
{
	const struct metric *metric;

	for (size_t i = 0; (metric = metric_at(i)) != NULL; i++) {
		if (metric->scope == scope && strcmp(metric->name, name) == 0)
			return metric;
	}
	return NULL;
}

static void
every_number_and_state_of_the_mib_is_a_metric_and_no_other(void **state)
{
	size_t columns = 0, metrics = 0;

	(void)state;
	for (size_t t = 0; t < COUNT(judged); t++) {
		for (size_t c = 0; c < judged[t].table->column_count; c++) {
			const struct table_column *column = &judged[t].table->columns[c];
			const struct metric *metric = metric_of(judged[t].scope, column->name);

			if (is_number(column) && !is_exception(column->name)) {
				columns++;
				if (metric == NULL)
					fail_msg("%s is no metric", column->name);
				assert_int_equal(metric->table, judged[t].table->part);
			} else if (metric != NULL) {
				fail_msg("%s should be no metric", column->name);
			}
		}
	}
	while (metric_at(metrics) != NULL)
		metrics++;
	assert_int_equal(metrics, columns);
}

static int64_t
number_of(const struct value *value)
{
	switch (value->type) {
	case VALUE_INTEGER:
		return value->n.integer;
	case VALUE_COUNTER64:
		return (int64_t)value->n.u64;
	default:
		return value->n.u32;
	}
}

static void
assert_same_value(const struct table *table, const struct table_column *column,
		  const struct metric *metric, uint32_t index)
{
	const struct snap_server_parts *server = snapshot_server(&fixture_snapshot, index);
	const struct table_cell cell = {
		.snap = &fixture_snapshot,
		.server = server,
		.row = snap_part_row(server->part[table->part], 0, NULL),
		.now = fixture_now,
	};
	struct value value;
	int64_t number;
	const bool shown = column->get(&cell, column, &value);

	if (metric_read(metric, cell.row, fixture_now, &number) != shown)
		fail_msg("%s of server %u: the MIB has %s value", column->name, index,
			 shown ? "a" : "no");
	if (shown && number != number_of(&value))
		fail_msg("%s: %lld, the MIB has %lld", column->name, (long long)number,
			 (long long)number_of(&value));
}

static void
a_metric_reads_what_the_column_shows(void **state)
{
	(void)state;
	for (size_t t = 0; t < COUNT(judged); t++) {
		for (size_t c = 0; c < judged[t].table->column_count; c++) {
			const struct table_column *column = &judged[t].table->columns[c];
			const struct metric *metric = metric_of(judged[t].scope, column->name);

			if (metric == NULL)
				continue;
			assert_same_value(judged[t].table, column, metric, FIXTURE_FULL);
			assert_same_value(judged[t].table, column, metric, FIXTURE_ABSENT);
		}
	}
}

/* So that clocks that differ raise nothing, and a very long age is none of a few seconds. */
static void
ages_end_at_zero_and_at_the_end_of_their_range(void **state)
{
	struct snap_queue row = {.last_delivery = 2000, .next_retry = 900};
	const struct moment now = {.wall_ms = 1000000, .mono_ms = 0};
	int64_t number;

	(void)state;
	assert_true(metric_read(metric_find(SNAP_SCOPE_DOMAIN_QUEUE, "last-delivery-age"), &row,
				now, &number));
	assert_int_equal(number, 0);
	assert_true(metric_read(metric_find(SNAP_SCOPE_DOMAIN_QUEUE, "retry-wait"), &row, now,
				&number));
	assert_int_equal(number, 0);
	row.last_delivery = -INT64_C(9000000000);
	assert_true(metric_read(metric_find(SNAP_SCOPE_DOMAIN_QUEUE, "last-delivery-age"), &row,
				now, &number));
	assert_int_equal(number, UINT32_MAX);
}

/* Every word means one metric of its scope, and is none of the names. */
static void
words_are_unique_within_a_scope(void **state)
{
	const struct metric *metric;

	(void)state;
	for (size_t i = 0; (metric = metric_at(i)) != NULL; i++) {
		assert_ptr_equal(metric_find(metric->scope, metric->name), metric);
		if (metric->word != NULL && metric_find(metric->scope, metric->word) != metric)
			fail_msg("%s: the word %s means another metric", metric->name,
				 metric->word);
	}
}

static void
the_same_word_means_the_same_in_every_scope(void **state)
{
	const struct metric *metric, *other;

	(void)state;
	for (size_t i = 0; (metric = metric_at(i)) != NULL; i++) {
		for (size_t j = 0; metric->word != NULL && (other = metric_at(j)) != NULL; j++) {
			if (other->word == NULL || strcmp(metric->word, other->word) != 0)
				continue;
			if (metric->unit != other->unit)
				fail_msg("%s has another unit than %s", metric->name, other->name);
		}
	}
}

static void
every_metric_can_be_told_of(void **state)
{
	const struct metric *metric;

	(void)state;
	for (size_t i = 0; (metric = metric_at(i)) != NULL; i++) {
		if (metric->noun == NULL)
			fail_msg("%s has no noun", metric->name);
		assert_int_equal(metric->words != NULL, metric->unit == METRIC_WORDS);
		assert_int_equal(metric->sample != 0, metric->sample_noun != NULL);
		if (metric->note_states != 0)
			assert_true(metric->raise_note != 0);
	}
}

static void
a_share_tells_what_it_is_a_share_of(void **state)
{
	const struct snap_window row = {.attempts = 5120, .delivered = 4000};
	const struct metric *metric = metric_find(SNAP_SCOPE_PROVIDER, "deferral-share");
	uint32_t sample;

	(void)state;
	memcpy(&sample, (const char *)&row + metric->sample, sizeof sample);
	assert_int_equal(sample, 5120);
	metric = metric_find(SNAP_SCOPE_VMTA, "complaint-share");
	memcpy(&sample, (const char *)&row + metric->sample, sizeof sample);
	assert_int_equal(sample, 4000);
}

static void
sums_and_totals_need_a_window_and_levels_do_not(void **state)
{
	(void)state;
	assert_true(metric_needs_window(metric_find(SNAP_SCOPE_PROVIDER, "deferral-share")));
	assert_true(metric_needs_window(metric_find(SNAP_SCOPE_DOMAIN, "delivered")));
	assert_true(metric_needs_window(metric_find(SNAP_SCOPE_SERVER, "restarts")));
	assert_true(metric_needs_window(metric_find(SNAP_SCOPE_JOB, "delivered-size")));
	assert_false(metric_needs_window(metric_find(SNAP_SCOPE_SERVER, "spool-usage")));
	assert_false(metric_needs_window(metric_find(SNAP_SCOPE_DOMAIN_QUEUE, "mode")));
	assert_false(metric_needs_window(metric_find(SNAP_SCOPE_SOURCE, "backlog")));
}

static char *
read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 1 << 20);

	assert_non_null(file);
	assert_non_null(text);
	assert_true(fread(text, 1, (1 << 20) - 1, file) > 10000);
	fclose(file);
	return text;
}

/* The word and number of an enumeration that text begins with; moves behind it. */
static bool
next_label(const char **text, char word[64], uint32_t *value)
{
	int used = 0;

	*text += strspn(*text, " ,\n\t");
	if (sscanf(*text, "%63[a-zA-Z0-9](%u)%n", word, value, &used) != 2)
		return false;
	*text += used;
	return true;
}

static void
assert_words_of_the_mib(const char *mib, const struct metric *metric)
{
	const struct metric_word *known = metric->words;
	char begin[96], word[64];
	const char *object, *text;
	uint32_t value;

	snprintf(begin, sizeof begin, "\n%s OBJECT-TYPE", metric->name);
	object = strstr(mib, begin);
	assert_non_null(object);
	if (known == metric_find(SNAP_SCOPE_DOMAIN_QUEUE, "paused")->words) {
		assert_int_equal(strncmp(strstr(object, "SYNTAX") + 6, "      TruthValue", 16), 0);
		return;
	}
	text = strchr(object, '{') + 1;
	for (; next_label(&text, word, &value); known++) {
		assert_non_null(known->text);
		assert_string_equal(known->text, word);
		assert_int_equal(known->value, value);
	}
	assert_null(known->text);
}

static void
states_have_the_words_of_the_mib(void **state)
{
	char *mib = read_file(TOP_SRCDIR "/mibs/PMTA-MONITOR-MIB.in");
	const struct metric *metric;
	unsigned count = 0;

	(void)state;
	for (size_t i = 0; (metric = metric_at(i)) != NULL; i++) {
		if (metric->unit != METRIC_WORDS)
			continue;
		assert_words_of_the_mib(mib, metric);
		count++;
	}
	assert_true(count >= 8);
	free(mib);
}

static void
the_manual_lists_every_word_with_its_scopes(void **state)
{
	static const char *const scopes[] = {
		[SNAP_SCOPE_SERVER] = "server",
		[SNAP_SCOPE_VMTA] = "vmta",
		[SNAP_SCOPE_DOMAIN_QUEUE] = "domain-queue",
		[SNAP_SCOPE_PROVIDER] = "provider",
		[SNAP_SCOPE_BOUNCE_CLASS] = "bounce-class",
		[SNAP_SCOPE_SOURCE] = "source",
		[SNAP_SCOPE_JOB] = "job",
		[SNAP_SCOPE_DOMAIN] = "domain",
	};
	char *manual = read_file(TOP_SRCDIR "/man/pmta-monitord.conf.5.in"), item[96], line[256];
	const struct metric *metric;
	const char *found;

	(void)state;
	for (size_t i = 0; (metric = metric_at(i)) != NULL; i++) {
		if (metric->word == NULL)
			continue;
		snprintf(item, sizeof item, "\n.It Li %s Ta ", metric->word);
		found = strstr(manual, item);
		if (found == NULL)
			fail_msg("the manual does not list %s", metric->word);
		snprintf(line, sizeof line, "%.*s ", (int)strcspn(found + 1, "\n"), found + 1);
		snprintf(item, sizeof item, " %s ", scopes[metric->scope]);
		if (strstr(line, item) == NULL)
			fail_msg("the manual does not list %s for scope%s", metric->word, item);
	}
	free(manual);
}

static void
assert_formatted(enum snap_scope scope, const char *name, int64_t value, const char *expected)
{
	char text[64];

	assert_string_equal(metric_format(metric_find(scope, name), value, text, sizeof text),
			    expected);
}

static void
values_are_written_as_a_person_reads_them(void **state)
{
	(void)state;
	assert_formatted(SNAP_SCOPE_PROVIDER, "deferral-share", 3820, "38.2 %");
	assert_formatted(SNAP_SCOPE_PROVIDER, "deferral-share", 1500, "15 %");
	assert_formatted(SNAP_SCOPE_PROVIDER, "complaint-share", 5, "0.05 %");
	assert_formatted(SNAP_SCOPE_PROVIDER, "age", 15000, "4 h 10 min");
	assert_formatted(SNAP_SCOPE_PROVIDER, "age", 7200, "2 h");
	assert_formatted(SNAP_SCOPE_PROVIDER, "age", 90061, "1 d 1 h");
	assert_formatted(SNAP_SCOPE_PROVIDER, "age", 86459, "1 d");
	assert_formatted(SNAP_SCOPE_PROVIDER, "age", 0, "0 s");
	assert_formatted(SNAP_SCOPE_PROVIDER, "latency-mean", 350, "350 ms");
	assert_formatted(SNAP_SCOPE_PROVIDER, "latency-mean", 1500, "1.5 s");
	assert_formatted(SNAP_SCOPE_PROVIDER, "latency-mean", 150000, "2 min 30 s");
	assert_formatted(SNAP_SCOPE_PROVIDER, "queued-size", 500, "500 KB");
	assert_formatted(SNAP_SCOPE_PROVIDER, "queued-size", 65536, "64 MB");
	assert_formatted(SNAP_SCOPE_PROVIDER, "queued-size", 1572864, "1.5 GB");
	assert_formatted(SNAP_SCOPE_PROVIDER, "queued-recipients", 50000, "50000");
	assert_formatted(SNAP_SCOPE_DOMAIN_QUEUE, "mode", SNAP_MODE_BACKOFF, "backoff");
	assert_formatted(SNAP_SCOPE_DOMAIN_QUEUE, "paused", 1, "true");
	assert_formatted(SNAP_SCOPE_DOMAIN_QUEUE, "mode", 17, "17");
}

static void
a_title_is_the_word_in_words_or_else_the_name(void **state)
{
	char text[64];

	(void)state;
	assert_string_equal(
		metric_title(metric_find(SNAP_SCOPE_PROVIDER, "latency-p95"), text, sizeof text),
		"latency p95");
	assert_string_equal(
		metric_title(metric_find(SNAP_SCOPE_VMTA, "vmtaDelivered"), text, sizeof text),
		"vmtaDelivered");
}

static void
a_metric_belongs_to_its_scope(void **state)
{
	(void)state;
	assert_string_equal(metric_find(SNAP_SCOPE_VMTA, "queued-recipients")->name,
			    "vmtaRecipients");
	assert_string_equal(metric_find(SNAP_SCOPE_JOB, "queued-recipients")->name,
			    "pmtaJobRecipients");
	assert_null(metric_find(SNAP_SCOPE_VMTA, "domainQueueRecipients"));
	assert_null(metric_find(SNAP_SCOPE_VMTA, ""));
	assert_null(metric_find((enum snap_scope)0, "queued-recipients"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_and_state_of_the_mib_is_a_metric_and_no_other),
		cmocka_unit_test(a_metric_reads_what_the_column_shows),
		cmocka_unit_test(ages_end_at_zero_and_at_the_end_of_their_range),
		cmocka_unit_test(words_are_unique_within_a_scope),
		cmocka_unit_test(the_same_word_means_the_same_in_every_scope),
		cmocka_unit_test(every_metric_can_be_told_of),
		cmocka_unit_test(a_share_tells_what_it_is_a_share_of),
		cmocka_unit_test(sums_and_totals_need_a_window_and_levels_do_not),
		cmocka_unit_test(states_have_the_words_of_the_mib),
		cmocka_unit_test(the_manual_lists_every_word_with_its_scopes),
		cmocka_unit_test(values_are_written_as_a_person_reads_them),
		cmocka_unit_test(a_title_is_the_word_in_words_or_else_the_name),
		cmocka_unit_test(a_metric_belongs_to_its_scope),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
