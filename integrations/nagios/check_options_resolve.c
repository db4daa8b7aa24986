/* SPDX-License-Identifier: BSD-2-Clause */
/* The second half of the command line: columns, limits and conditions, which depend on one another.
 */
#include <string.h>

#include "check_options_private.h"

/* Finds a column for an option; with a table, names may leave out what they begin with. */
static bool
find_column(struct check_parser *parser, const char *option, const char *name,
	    const struct check_table *table, struct check_place *out)
{
	char like[256];

	if (check_mib_find(table, name, out) == 0)
		return true;
	check_mib_suggest(name, like, sizeof like);
	check_complain(parser, "%s \"%s\": no such column%s%s%s%s; --list shows all", option, name,
		       table == NULL ? "" : " of ", table == NULL ? "" : table->name,
		       like[0] == '\0' ? "" : "; there is ", like);
	return false;
}

/* Only levels can be judged: says what to take instead of another column. */
static void
check_kind(struct check_parser *parser, const char *option, const struct check_place *place)
{
	const struct check_column *column = place->column, *window;

	if (column->kind == CHECK_GAUGE || column->kind == CHECK_ENUM)
		return;
	if (column->kind == CHECK_COUNTER) {
		window = check_mib_window_of(place);
		check_complain(
			parser,
			"%s \"%s\": a total, which only grows; check what happened lately: %s",
			option, column->name,
			window == NULL ? "a column of one of the window tables" : window->name);
	} else if (column->kind == CHECK_TIME) {
		check_complain(parser, "%s \"%s\": a time; check the column of its age in seconds",
			       option, column->name);
	} else {
		check_complain(parser, "%s \"%s\": a text; --show adds it to the output", option,
			       column->name);
	}
}

static void
read_range(struct check_parser *parser, const char *option, const char *text,
	   const struct check_column *column, struct check_range *out)
{
	/* Of a sum or a number of rows, names make no sense. */
	static const struct check_column rows = {0, "", CHECK_GAUGE, "rows", NULL, 0};
	char error[512];

	if (text == NULL)
		return;
	if (parser->out->mode == CHECK_COUNT && *option == '-' && option[1] != '-')
		column = &rows;
	if (check_range_parse(text, column, out, error, sizeof error) != 0)
		check_complain(parser, "%s \"%s\": %s", option, text, error);
}

/* "COLUMN=RANGE" */
static void
read_where(struct check_parser *parser, const char *text)
{
	struct check_where *where = &parser->out->where[parser->out->where_count];
	struct check_place place;
	const char *equals = strchr(text, '=');
	char name[64];

	if (equals == NULL || equals == text || (size_t)(equals - text) >= sizeof name) {
		check_complain(parser, "--where \"%s\": expected COLUMN=RANGE", text);
		return;
	}
	snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
	if (!find_column(parser, "--where", name, parser->out->value.table, &place))
		return;
	check_kind(parser, "--where", &place);
	read_range(parser, "--where", equals + 1, place.column, &where->range);
	where->column = place.column;
	parser->out->where_count++;
}

/* A column of the same table, or by its full name of one that the row leads to. */
static void
read_show(struct check_parser *parser, const char *text)
{
	struct check_place *show = &parser->out->show[parser->out->show_count];
	const struct check_table *table = parser->out->value.table;

	if (check_mib_find(table, text, show) != 0 &&
	    !find_column(parser, "--show", text, NULL, show))
		return;
	if (show->column->kind == CHECK_TIME || show->column->kind == CHECK_OTHER)
		check_complain(parser,
			       "--show \"%s\": expected a column of numbers, names or texts", text);
	else if (!check_mib_leads_to(table, show->table))
		check_complain(
			parser,
			"--show \"%s\": no column of %s, nor of a table its index begins with",
			text, table->name);
	else
		parser->out->show_count++;
}

static void
finish_column(struct check_parser *parser)
{
	struct check_options *out = parser->out;

	if (parser->column == NULL) {
		check_complain(parser,
			       "what to check is missing: --column NAME, --alive or --list");
		return;
	}
	if (!find_column(parser, "--column", parser->column, out->table, &out->value))
		return;
	check_kind(parser, "--column", &out->value);
	if (parser->bad)
		return;
	if (out->mode == CHECK_SUM && out->value.column->kind == CHECK_ENUM)
		check_complain(parser, "--mode sum: \"%s\" has names, which have no sum",
			       out->value.column->name);
	read_range(parser, "-w", parser->warning, out->value.column, &out->warning);
	read_range(parser, "-c", parser->critical, out->value.column, &out->critical);
	for (size_t i = 0; i < parser->where_count; i++)
		read_where(parser, parser->where[i]);
	for (size_t i = 0; i < parser->show_count; i++)
		read_show(parser, parser->show[i]);
}

/* -w and -c are the age of a server's data. */
static void
finish_alive(struct check_parser *parser)
{
	struct check_options *out = parser->out;

	if (check_mib_find(NULL, "pmtaServerPollAge", &out->value) != 0)
		check_complain(parser, "--alive: this plugin was built without pmtaServerPollAge");
	else {
		read_range(parser, "-w", parser->warning == NULL ? "120" : parser->warning,
			   out->value.column, &out->warning);
		read_range(parser, "-c", parser->critical == NULL ? "300" : parser->critical,
			   out->value.column, &out->critical);
	}
}

/* The alarms that are active now, by their severity (ITU-T X.733: critical is 3, warning 6). */
static void
finish_alarms(struct check_parser *parser)
{
	struct check_options *out = parser->out;

	parser->column = "pmtaAlarmSeverity";
	if (parser->warning == NULL)
		parser->warning = "warning,minor,indeterminate";
	if (parser->critical == NULL)
		parser->critical = "critical,major";
	if (parser->show_count == 0)
		parser->show[parser->show_count++] = "pmtaAlarmText";
	out->table = NULL;
	out->mode = CHECK_WORST;
	out->alarms = true;
	out->absent = CHECK_OK;
	finish_column(parser);
}

void
check_options_resolve(struct check_parser *parser)
{
	struct check_options *out = parser->out;

	if (parser->table != NULL) {
		out->table = check_mib_table(parser->table);
		if (out->table == NULL)
			check_complain(parser, "-T \"%s\": no such table; --list shows all",
				       parser->table);
	}
	if (parser->bad)
		return;
	if (parser->action == CHECK_COLUMN)
		finish_column(parser);
	if (parser->action == CHECK_ALARMS)
		finish_alarms(parser);
	if (parser->action == CHECK_ALIVE)
		finish_alive(parser);
	if (out->target.host == NULL && parser->action != CHECK_LIST)
		check_complain(parser, "-H HOST is missing");
}
