/* SPDX-License-Identifier: BSD-2-Clause */
/* check_pmta_snmp: a plugin for Nagios, Icinga and their like; check_pmta_snmp(1). */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_list.h"
#include "check_options.h"
#include "check_report.h"
#include "check_session.h"

/* Longer than any timeout by this many seconds, a resolver may hold us up, not more. */
#define RESOLVER_GRACE 2

/* Everything a check needs while it runs. */
struct check {
	struct check_options options;
	struct check_session *session;
	struct check_rows *rows;
	struct check_result result;
};

/* Why a check could not be made, as its answer. */
static void
fail(struct check *check, const char *reason)
{
	char *text = strdup(reason);

	check->result.status = CHECK_UNKNOWN;
	if (text != NULL)
		check_text_clean(text);
	fputs(text == NULL ? "no memory" : text, check->result.line_file);
	free(text);
}

/* Adds the seconds the agent has been running to out. Returns 0 if it answers, 1 if snmpd does
 * without it, -1 on errors. */
static int
read_uptime(struct check *check, int64_t *out)
{
	static const uint32_t scalar = 0;
	struct check_rows *rows = check_rows_new();
	const struct check_row *made;
	struct check_place place;
	size_t count = 0;
	int result = -1;

	if (rows != NULL && check_mib_find(NULL, "pmtaAgentUpTime", &place) == 0 &&
	    check_session_get(check->session, place.table, place.column, &scalar, 1, 0, rows) ==
		    0 &&
	    check_rows_make(rows, &made, &count) == 0) {
		result = count == 0 ? 1 : 0;
		if (count > 0)
			*out = made[0].cell[0]->number;
	}
	check_rows_free(rows);
	return result;
}

/* Reads the columns of a plan, and makes rows of them. */
static int
read_rows(struct check *check, const struct check_table *table, const struct check_plan *plan,
	  const struct check_row **rows, size_t *count)
{
	static const uint32_t scalar = 0;

	if (table->index_len > 0) {
		if (check_session_walk(check->session, table, plan->columns, plan->count,
				       check->options.window, check->rows) != 0)
			return -1;
	} else {
		for (size_t i = 0; i < plan->count; i++)
			if (check_session_get(check->session, table, plan->columns[i], &scalar, 1,
					      i, check->rows) != 0)
				return -1;
	}
	return check_rows_make(check->rows, rows, count);
}

/* True if rows were read. Else says why there is none: that nobody serves the table must not look
 * like an empty table. */
static bool
is_served(struct check *check, int read)
{
	int64_t uptime;
	int silent = 0;

	if (read == 0 && check_rows_cell_count(check->rows) == 0)
		silent = read_uptime(check, &uptime);
	if (read != 0 || silent < 0) {
		fail(check, check_session_error(check->session));
		return false;
	}
	if (silent > 0)
		fail(check,
		     "snmpd answers, but not for pmta-monitord (not running, not connected, or "
		     "hidden by snmpd's view)");
	return silent == 0;
}

/* Reads one column for --show. It comes from the row's own table, or from one that the beginning of
 * the row's index leads to. */
static void
show_column(struct check *check, const struct check_place *place, const struct check_row *row,
	    FILE *out)
{
	struct check_rows *rows = check_rows_new();
	const struct check_row *made;
	size_t count = 0;

	if (rows != NULL &&
	    check_session_get(check->session, place->table, place->column, row->index,
			      place->table->index_len, 0, rows) == 0 &&
	    check_rows_make(rows, &made, &count) == 0 && count > 0) {
		fprintf(out, "; %s: ", place->column->name);
		if (made[0].cell[0]->text != NULL)
			fputs(made[0].cell[0]->text, out);
		else
			check_value_print(place->column, made[0].cell[0]->number, out);
	}
	check_rows_free(rows);
}

static void
show(void *context, const struct check_row *row, FILE *out)
{
	struct check *check = context;

	for (size_t i = 0; i < check->options.show_count; i++)
		show_column(check, &check->options.show[i], row, out);
}

static void
check_column(struct check *check)
{
	const struct check_options *options = &check->options;
	struct check_judgement judgement;
	const struct check_row *rows;
	struct check_plan plan;
	size_t count;

	check_plan_make(options->value.table, options->value.column, options, &plan);
	if (!is_served(check, read_rows(check, options->value.table, &plan, &rows, &count)))
		return;
	if (check_judge(options, &plan, rows, count, &judgement) == 0)
		check_report(options, &plan, &judgement, show, check, &check->result);
	else
		fail(check, "no memory");
	free(judgement.findings);
}

static void
check_alive(struct check *check)
{
	const struct check_row *rows;
	struct check_alive alive;
	int64_t uptime = 0;
	size_t count;
	int agent;

	check_alive_plan(&check->options, &alive);
	agent = read_uptime(check, &uptime);
	if (agent < 0) {
		fail(check, check_session_error(check->session));
	} else if (agent > 0) {
		check->result.status = CHECK_CRITICAL;
		fputs("snmpd answers, but not for pmta-monitord (not running, not connected, or "
		      "hidden "
		      "by snmpd's view)",
		      check->result.line_file);
	} else if (is_served(check, read_rows(check, check->options.value.table, &alive.plan, &rows,
					      &count))) {
		check_alive_report(&check->options, &alive, uptime, rows, count, &check->result);
	}
}

/* Lists rows; without a host or a table, what could be listed. */
static int
list(struct check *check)
{
	const struct check_table *table = check->options.table;
	const struct check_row *rows;
	struct check_plan plan;
	size_t count;

	if (table == NULL || check->options.target.host == NULL || table->index_len == 0) {
		if (table == NULL)
			check_list_tables(stdout);
		else
			check_list_columns(table, stdout);
		return CHECK_OK;
	}
	check_plan_make(table, NULL, &check->options, &plan);
	if (is_served(check, read_rows(check, table, &plan, &rows, &count))) {
		check_list_rows(&check->options, &plan, rows, count, stdout);
		return CHECK_OK;
	}
	return check_result_print(&check->result, stdout);
}

static int
open_and_run(struct check *check, enum check_action action)
{
	const struct check_target *target = &check->options.target;
	char error[512];

	alarm(target->timeout + RESOLVER_GRACE);
	if (target->host != NULL) {
		check->session = check_session_open(target, error, sizeof error);
		if (check->session == NULL) {
			fail(check, error);
			return check_result_print(&check->result, stdout);
		}
	}
	if (action == CHECK_LIST)
		return list(check);
	if (action == CHECK_ALIVE)
		check_alive(check);
	else
		check_column(check);
	return check_result_print(&check->result, stdout);
}

static int
run(enum check_action action, struct check *check)
{
	switch (action) {
	case CHECK_HELP:
		check_options_print_help(stdout);
		return CHECK_OK;
	case CHECK_VERSION:
		printf("check_pmta_snmp (pmta-monitor) %s\n", VERSION);
		return CHECK_OK;
	case CHECK_BAD:
		return CHECK_UNKNOWN;
	default:
		break;
	}
	check->rows = check_rows_new();
	if (check_result_init(&check->result) != 0 || check->rows == NULL) {
		puts("PMTA UNKNOWN - no memory");
		return CHECK_UNKNOWN;
	}
	return open_and_run(check, action);
}

/* The last way out: only what may be called in a signal handler. */
static void
give_up(int number)
{
	static const char text[] =
		"PMTA UNKNOWN - no answer in time: is the name's resolver slow?\n";
	ssize_t written = write(STDOUT_FILENO, text, sizeof text - 1);

	(void)number;
	/* If nobody reads, there is nobody to tell that. */
	(void)written;
	_exit(CHECK_UNKNOWN);
}

int
main(int argc, char **argv)
{
	struct check check = {0};
	int status;

	signal(SIGALRM, give_up);
	/* Nagios shows what is on the standard output only: complaints too. */
	status = run(check_options_parse(argc, argv, &check.options, stdout), &check);
	check_session_close(check.session);
	check_rows_free(check.rows);
	check_result_free(&check.result);
	check_options_free(&check.options);
	return status;
}
