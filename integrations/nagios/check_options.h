/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_options.h - the plugin's command line: check_pmta_snmp(1).
 */
#ifndef PMTA_CHECK_OPTIONS_H
#define PMTA_CHECK_OPTIONS_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "check_mib.h"
#include "check_range.h"

#define CHECK_WHERE_MAX 4
#define CHECK_SHOW_MAX 4

/* The exit status of a plugin. */
enum check_status { CHECK_OK = 0, CHECK_WARNING = 1, CHECK_CRITICAL = 2, CHECK_UNKNOWN = 3 };

enum check_action {
	CHECK_COLUMN, /* judge a column */
	CHECK_ALIVE,  /* judge the agent and its servers */
	CHECK_ALARMS, /* judge the agent's own alarms: a column, with words and limits of its own */
	CHECK_LIST,
	CHECK_HELP,
	CHECK_VERSION,
	CHECK_BAD /* not understood; the reason was printed */
};

enum check_mode {
	CHECK_WORST, /* each row by itself */
	CHECK_SUM,
	CHECK_COUNT
};

/* How to reach the agent. A text that is NULL is taken from net-snmp's snmp.conf, or its default.
 */
struct check_target {
	const char *host;
	const char *port;
	int version; /* 1, 2 or 3 */
	const char *community;
	const char *user, *level;
	const char *auth_protocol, *auth_phrase;
	const char *priv_protocol, *priv_phrase;
	const char *context;
	unsigned timeout; /* seconds for everything together */
	int retries;
};

/* Rows count only where this column's value lies in the range. */
struct check_where {
	const struct check_column *column;
	struct check_range range;
};

struct check_options {
	struct check_target target;
	const struct check_table *table; /* NULL if none was named */
	struct check_place value;	 /* of CHECK_COLUMN */
	enum check_mode mode;
	struct check_range warning, critical;
	regex_t name, server;
	bool has_name, has_server;
	uint32_t window; /* seconds */
	enum check_status absent;
	bool alarms; /* of --alarms: a small number is a grave one, and no row is good news */
	size_t max_perfdata, max_lines;
	struct check_where where[CHECK_WHERE_MAX];
	size_t where_count;
	struct check_place show[CHECK_SHOW_MAX];
	size_t show_count;
};

/* Reads the command line. Complaints go to err, one line each. check_options_free() releases what
 * was allocated, whatever is returned; texts point into argv. May be called again. */
enum check_action check_options_parse(int argc, char **argv, struct check_options *out, FILE *err);
void check_options_free(struct check_options *options);

/* Prints what --help does. */
void check_options_print_help(FILE *out);

#endif
