/* SPDX-License-Identifier: BSD-2-Clause */
/* --alive: the agent and its servers. */
#include <inttypes.h>
#include <string.h>

#include "check_report.h"

/* What --alive found so far. */
struct tally {
	size_t servers, running;
	int64_t oldest; /* seconds */
};

void
check_alive_plan(const struct check_options *options, struct check_alive *out)
{
	struct check_place state;

	check_plan_make(options->value.table, options->value.column, options, &out->plan);
	out->state = CHECK_NO_COLUMN;
	if (check_mib_find(options->value.table, "State", &state) == 0)
		out->state = check_plan_add(&out->plan, state.column);
}

/* A server that runs is good; one that is on its way up or down will soon be one or the other. */
static enum check_status
state_status(const char *state)
{
	if (state == NULL)
		return CHECK_UNKNOWN;
	if (strcmp(state, "running") == 0)
		return CHECK_OK;
	if (strcmp(state, "starting") == 0 || strcmp(state, "shuttingDown") == 0)
		return CHECK_WARNING;
	return CHECK_CRITICAL;
}

static const char *
state_name(const struct check_alive *alive, const struct check_row *row)
{
	if (alive->state == CHECK_NO_COLUMN || row->cell[alive->state] == NULL)
		return NULL;
	return check_mib_value_name(alive->plan.columns[alive->state],
				    row->cell[alive->state]->number);
}

static void
report_server(const struct check_options *options, const struct check_alive *alive,
	      const struct check_row *row, struct tally *tally, struct check_result *result)
{
	const struct check_cell *age = row->cell[alive->plan.value];
	const char *state = state_name(alive, row);
	enum check_status status = state_status(state);
	char label[CHECK_LABEL_SIZE];

	check_row_label(&alive->plan, row, label);
	tally->servers++;
	tally->running += state != NULL && status != CHECK_CRITICAL;
	if (age != NULL) {
		if (age->number > tally->oldest)
			tally->oldest = age->number;
		status = check_status_worse(status, check_value_status(options, age->number));
		check_result_perfdata(result, label, options, check_unit_of("seconds"),
				      age->number);
	}
	result->status = check_status_worse(result->status, status);
	if (status == CHECK_OK)
		return;
	fprintf(result->more_file, "%s %s: %s", check_status_word(status), label,
		state == NULL ? "not asked yet" : state);
	if (age != NULL)
		fprintf(result->more_file, ", last good reply %" PRId64 " s ago\n", age->number);
	else
		fprintf(result->more_file, ", no good reply yet\n");
}

void
check_alive_report(const struct check_options *options, const struct check_alive *alive,
		   int64_t agent_uptime, const struct check_row *rows, size_t count,
		   struct check_result *result)
{
	struct tally tally = {0};

	for (size_t i = 0; i < count; i++)
		if (check_row_is_chosen(options, &alive->plan, &rows[i]))
			report_server(options, alive, &rows[i], &tally, result);
	fprintf(result->line_file, "pmta-monitord up %" PRId64 " s; ", agent_uptime);
	if (tally.servers == 0) {
		result->status = options->absent;
		fprintf(result->line_file, "none of its %zu servers is one of those named", count);
		return;
	}
	fprintf(result->line_file, "%zu of %zu servers up, oldest data %" PRId64 " s",
		tally.running, tally.servers, tally.oldest);
}
