/* SPDX-License-Identifier: BSD-2-Clause */
#include "check_options_private.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_TIMEOUT 10
#define DEFAULT_RETRIES 2
#define DEFAULT_WINDOW 600
#define DEFAULT_PERFDATA 50
#define DEFAULT_LINES 10

enum long_option {
	LONG_NAME = 256, /* above every character */
	LONG_SERVER,
	LONG_MODE,
	LONG_WINDOW,
	LONG_WHERE,
	LONG_SHOW,
	LONG_ABSENT,
	LONG_MAX_PERFDATA,
	LONG_MAX_LINES,
	LONG_ALIVE,
	LONG_ALARMS,
	LONG_LIST
};

static const char short_options[] = ":H:p:C:P:l:L:U:a:A:x:X:N:t:e:T:o:w:c:hV";

static const struct option long_options[] = {
	{"hostname", required_argument, NULL, 'H'},
	{"port", required_argument, NULL, 'p'},
	{"community", required_argument, NULL, 'C'},
	{"protocol", required_argument, NULL, 'P'},
	{"seclevel", required_argument, NULL, 'L'},
	{"secname", required_argument, NULL, 'U'},
	{"authproto", required_argument, NULL, 'a'},
	{"authpasswd", required_argument, NULL, 'A'},
	{"privproto", required_argument, NULL, 'x'},
	{"privpasswd", required_argument, NULL, 'X'},
	{"context", required_argument, NULL, 'N'},
	{"timeout", required_argument, NULL, 't'},
	{"retries", required_argument, NULL, 'e'},
	{"table", required_argument, NULL, 'T'},
	{"column", required_argument, NULL, 'o'},
	{"warning", required_argument, NULL, 'w'},
	{"critical", required_argument, NULL, 'c'},
	{"name", required_argument, NULL, LONG_NAME},
	{"server", required_argument, NULL, LONG_SERVER},
	{"mode", required_argument, NULL, LONG_MODE},
	{"window", required_argument, NULL, LONG_WINDOW},
	{"where", required_argument, NULL, LONG_WHERE},
	{"show", required_argument, NULL, LONG_SHOW},
	{"absent", required_argument, NULL, LONG_ABSENT},
	{"max-perfdata", required_argument, NULL, LONG_MAX_PERFDATA},
	{"max-lines", required_argument, NULL, LONG_MAX_LINES},
	{"alive", no_argument, NULL, LONG_ALIVE},
	{"alarms", no_argument, NULL, LONG_ALARMS},
	{"list", no_argument, NULL, LONG_LIST},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

void
check_complain(struct check_parser *parser, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(parser->err, format, arguments);
	va_end(arguments);
	fputc('\n', parser->err);
	parser->bad = true;
}

static unsigned long
read_number(struct check_parser *parser, const char *option, const char *text, unsigned long low,
	    unsigned long high)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || number < low || number > high)
		check_complain(parser, "%s \"%s\": expected a whole number from %lu to %lu", option,
			       text, low, high);
	return number;
}

/* The place of a word in a list that ends with NULL. */
static int
read_word(struct check_parser *parser, const char *option, const char *text,
	  const char *const *words)
{
	for (int i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], text) == 0)
			return i;
	fprintf(parser->err, "%s \"%s\": expected", option, text);
	for (int i = 0; words[i] != NULL; i++)
		fprintf(parser->err, "%s %s", i > 0 ? "," : "", words[i]);
	check_complain(parser, "%s", "");
	return 0;
}

static bool
read_regex(struct check_parser *parser, const char *option, const char *text, regex_t *out)
{
	char reason[128];
	int error = regcomp(out, text, REG_EXTENDED | REG_NOSUB);

	if (error == 0)
		return true;
	regerror(error, NULL, reason, sizeof reason);
	check_complain(parser, "%s \"%s\": %s; expected an extended regular expression", option,
		       text, reason);
	return false;
}

static void
read_window(struct check_parser *parser, const char *text)
{
	const struct check_unit *seconds = check_unit_of("seconds");
	const char *at = text;
	int64_t window;

	if (check_unit_read(seconds, &at, &window) != 0 || *at != '\0' || window < 10 ||
	    window > 604800)
		check_complain(parser, "--window \"%s\": expected a time such as 60, 10m or 24h",
			       text);
	else
		parser->out->window = (uint32_t)window;
}

static void
keep(struct check_parser *parser, const char *option, const char **list, size_t *count, size_t max)
{
	if (*count == max)
		check_complain(parser, "%s: at most %zu of them", option, max);
	else
		list[(*count)++] = optarg;
}

/* The options that say how to reach the agent; true if it was one of them. */
static bool
take_target(struct check_parser *parser, int option)
{
	static const char *const versions[] = {"1", "2c", "3", NULL};
	static const char *const levels[] = {"noAuthNoPriv", "authNoPriv", "authPriv", NULL};
	struct check_target *target = &parser->out->target;

	switch (option) {
	case 'H':
		target->host = optarg;
		return true;
	case 'p':
		read_number(parser, "-p", optarg, 1, 65535);
		target->port = optarg;
		return true;
	case 'C':
		target->community = optarg;
		return true;
	case 'P':
		target->version = 1 + read_word(parser, "-P", optarg, versions);
		return true;
	case 'l':
	case 'L':
		read_word(parser, "-L", optarg, levels);
		target->level = optarg;
		return true;
	case 'U':
		target->user = optarg;
		return true;
	case 'a':
		target->auth_protocol = optarg;
		return true;
	case 'A':
		target->auth_phrase = optarg;
		return true;
	case 'x':
		target->priv_protocol = optarg;
		return true;
	case 'X':
		target->priv_phrase = optarg;
		return true;
	case 'N':
		target->context = optarg;
		return true;
	case 't':
		target->timeout = (unsigned)read_number(parser, "-t", optarg, 1, 600);
		return true;
	case 'e':
		target->retries = (int)read_number(parser, "-e", optarg, 0, 20);
		return true;
	default:
		return false;
	}
}

/* The options that say which rows are meant; true if it was one of them. */
static bool
take_rows(struct check_parser *parser, int option)
{
	struct check_options *out = parser->out;

	switch (option) {
	case LONG_NAME:
		if (!out->has_name)
			out->has_name = read_regex(parser, "--name", optarg, &out->name);
		return true;
	case LONG_SERVER:
		if (!out->has_server)
			out->has_server = read_regex(parser, "--server", optarg, &out->server);
		return true;
	case LONG_WINDOW:
		read_window(parser, optarg);
		return true;
	case LONG_WHERE:
		keep(parser, "--where", parser->where, &parser->where_count, CHECK_WHERE_MAX);
		return true;
	case LONG_SHOW:
		keep(parser, "--show", parser->show, &parser->show_count, CHECK_SHOW_MAX);
		return true;
	default:
		return false;
	}
}

static void
take_option(struct check_parser *parser, int option)
{
	static const char *const modes[] = {"worst", "sum", "count", NULL};
	static const char *const absents[] = {"ok", "warning", "critical", "unknown", NULL};
	struct check_options *out = parser->out;

	switch (option) {
	case 'T':
		parser->table = optarg;
		break;
	case 'o':
		parser->column = optarg;
		break;
	case 'w':
		parser->warning = optarg;
		break;
	case 'c':
		parser->critical = optarg;
		break;
	case LONG_MODE:
		out->mode = (enum check_mode)read_word(parser, "--mode", optarg, modes);
		break;
	case LONG_ABSENT:
		out->absent = (enum check_status)read_word(parser, "--absent", optarg, absents);
		break;
	case LONG_MAX_PERFDATA:
		out->max_perfdata = read_number(parser, "--max-perfdata", optarg, 0, 10000);
		break;
	case LONG_MAX_LINES:
		out->max_lines = read_number(parser, "--max-lines", optarg, 0, 1000);
		break;
	case LONG_ALIVE:
		parser->action = CHECK_ALIVE;
		break;
	case LONG_ALARMS:
		parser->action = CHECK_ALARMS;
		break;
	case LONG_LIST:
		parser->action = CHECK_LIST;
		break;
	case 'h':
		parser->action = CHECK_HELP;
		break;
	case 'V':
		parser->action = CHECK_VERSION;
		break;
	case ':':
		check_complain(parser, "the option -%c needs a value", optopt);
		break;
	default:
		check_complain(parser, "unknown option: see --help");
		break;
	}
}

enum check_action
check_options_parse(int argc, char **argv, struct check_options *out, FILE *err)
{
	struct check_parser parser = {.out = out, .err = err, .action = CHECK_COLUMN};
	int option;

	memset(out, 0, sizeof *out);
	out->target = (struct check_target){.port = "161",
					    .version = 2,
					    .timeout = DEFAULT_TIMEOUT,
					    .retries = DEFAULT_RETRIES};
	out->absent = CHECK_UNKNOWN;
	out->window = DEFAULT_WINDOW;
	out->max_perfdata = DEFAULT_PERFDATA;
	out->max_lines = DEFAULT_LINES;
	optind = 0; /* net-snmp's way and glibc's to begin anew */
	opterr = 0;
	while ((option = getopt_long(argc, argv, short_options, long_options, NULL)) != -1)
		if (!take_target(&parser, option) && !take_rows(&parser, option))
			take_option(&parser, option);
	if (optind < argc)
		check_complain(&parser, "\"%s\": expected options only", argv[optind]);
	if (!parser.bad && parser.action != CHECK_HELP && parser.action != CHECK_VERSION)
		check_options_resolve(&parser);
	return parser.bad ? CHECK_BAD : parser.action;
}

void
check_options_free(struct check_options *options)
{
	if (options->has_name)
		regfree(&options->name);
	if (options->has_server)
		regfree(&options->server);
}
