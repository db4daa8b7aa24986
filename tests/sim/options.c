/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* 2026-11-22 10:00:00 UTC: a manual clock starts there, so that runs can be compared. */
enum { MANUAL_START = 1795341600 };

enum option_kind { FLAG, FLAG_OFF, SIZE, REAL, TEXT, SPECIAL };

#define AT(member) offsetof(struct sim_options, member)

/* One option: its help, and how and where its value is stored. */
struct option_form {
	const char *name, *argument, *help;
	enum option_kind kind;
	size_t offset;
	uint64_t min, max; /* of a SIZE */
};

static const struct option_form forms[] = {
	{"port", "N", "port on 127.0.0.1; 0, the default: any free one", SPECIAL, 0, 0, 0},
	{"smtp-port", "N", "take SMTP connections there; 0: any free port", SPECIAL, 0, 0, 0},
	{"api-key", "KEY", "answer 403 without this X-API-Key", TEXT, AT(api_key), 0, 0},
	{"tls-cert", "FILE", "serve HTTPS with this certificate (PEM)", TEXT, AT(tls_cert), 0, 0},
	{"tls-key", "FILE", "and this key (PEM)", TEXT, AT(tls_key), 0, 0},
	{"max-items", "N", "items in a list (10), as http-default-max-items", SIZE, AT(max_items),
	 1, 10000000},
	{"query-limit", NULL, "let maxitems=N in a request say it", FLAG, AT(query_limit), 0, 0},
	{"documents", "DIR", "serve DIR/status.json and so on, not the model", TEXT, AT(documents),
	 0, 0},
	{"verbose", NULL, "log requests to stderr", FLAG, AT(verbose), 0, 0},
	{"accounting", "PATH:TYPES",
	 "write an accounting file, as in /tmp/acct.csv:d,b; repeatable", SPECIAL, 0, 0, 0},
	{"eol", "lf|crlf", "line ends of accounting files (lf)", SPECIAL, 0, 0, 0},
	{"unix-times", NULL, "accounting times in seconds since 1970", FLAG, AT(acct.unix_times), 0,
	 0},
	{"iso-times", NULL, "accounting times in words, the default", FLAG_OFF, AT(acct.unix_times),
	 0, 0},
	{"zone", "+HHMM", "local zone of all times (+0000)", SPECIAL, 0, 0, 0},
	{"max-size", "BYTES", "size that completes an accounting file", SIZE, AT(acct.max_size), 1,
	 UINT64_MAX},
	{"move-to", "DIR", "move completed accounting files there", TEXT, AT(acct.move_to), 0, 0},
	{"torn", NULL, "leave half a row at the end of each step", FLAG, AT(acct.torn), 0, 0},
	{"speed", "X", "simulated seconds in a real one (1)", REAL, AT(clock.speed), 0, 0},
	{"start", "TIME", "begin at \"YYYY-MM-DD HH:MM:SS\", local time", SPECIAL, 0, 0, 0},
	{"manual", NULL, "let only /control/step move the time", FLAG, AT(clock.manual), 0, 0},
	{"seed", "N", "seed of the dice (1)", SIZE, AT(world.seed), 0, UINT64_MAX},
	{"host", "NAME", "fullHostName (mta1.example.net)", TEXT, AT(world.host), 0, 0},
	{"domains", "N", "domains (10)", SIZE, AT(world.domains), 1, 1000000},
	{"vmtas", "N", "VirtualMTAs (3)", SIZE, AT(world.vmtas), 1, 10000},
	{"jobs", "N", "jobs (3)", SIZE, AT(world.jobs), 0, 1000},
	{"rate", "X", "recipients a second that come in (50)", REAL, AT(world.rate), 0, 0},
	{"out-rate", "X", "recipients a second that are tried (1.25 times rate)", REAL,
	 AT(world.out_rate), 0, 0},
	{"bounces", "N", "of 10000 attempts, those refused for good (200)", SIZE, AT(world.bounces),
	 0, 10000},
	{"deferrals", "N", "of 10000 attempts, those refused for now (300)", SIZE,
	 AT(world.deferrals), 0, 10000},
	{"complaints", "N", "of 10000 deliveries, those complained of (15)", SIZE,
	 AT(world.complaints), 0, 10000},
	{"load-queues", "N", "recipients in each queue at the start (0)", SIZE,
	 AT(world.load_queues), 0, 1000000},
	{"full", NULL, "no queue is ever without mail", FLAG, AT(world.full), 0, 0},
	{"spool-max", "N", "recipients the spool takes (1000000)", SIZE, AT(world.spool_max), 1,
	 UINT64_MAX},
	{"story", NULL, "a provider begins to throttle, and one queue grows", FLAG, AT(story), 0,
	 0},
	{"story-after", "S", "simulated seconds until it does (120)", SIZE, AT(story_after), 0,
	 1000000},
	{"story-lasts", "S", "and until it stops again; 0, the default: never", SIZE,
	 AT(story_lasts), 0, 1000000},
	{"help", NULL, "this text", SPECIAL, 0, 0, 0},
};

enum { FORMS = sizeof(forms) / sizeof(forms[0]) };

static int
bad(const struct option_form *form, const char *value, const char *expected)
{
	fprintf(stderr, "pmta-sim: --%s %s: expected %s\n", form->name, value, expected);
	return -1;
}

/* Numbers are decimal and whole: strtoull() alone would take "-1" and " 5". */
static int
read_size(const struct option_form *form, const char *value, uint64_t *out)
{
	char expected[96], *end;

	snprintf(expected, sizeof(expected), "a number from %llu to %llu",
		 (unsigned long long)form->min, (unsigned long long)form->max);
	errno = 0;
	*out = strtoull(value, &end, 10);
	if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 || *out < form->min ||
	    *out > form->max)
		return bad(form, value, expected);
	return 0;
}

static int
read_real(const struct option_form *form, const char *value, double *out)
{
	char *end;

	*out = strtod(value, &end);
	if (end == value || *end != '\0' || !isfinite(*out) || *out < 0 || *out > 1e6)
		return bad(form, value, "a number from 0 to 1000000");
	return 0;
}

static int
read_port(const struct option_form *form, const char *value, uint16_t *out)
{
	const struct option_form port = {.name = form->name, .max = 65535};
	uint64_t number;

	if (read_size(&port, value, &number) != 0)
		return -1;
	*out = (uint16_t)number;
	return 0;
}

/* Options that are more than a value in its place. The start is read last: it depends on the zone.
 */
static int
read_special(struct sim_options *options, const struct option_form *form, const char *value,
	     const char **start)
{
	if (strcmp(form->name, "port") == 0)
		return read_port(form, value, &options->port);
	if (strcmp(form->name, "smtp-port") == 0) {
		options->smtp = true;
		return read_port(form, value, &options->smtp_port);
	}
	if (strcmp(form->name, "accounting") == 0) {
		if (options->accounting_count == OPTION_FILES_MAX)
			return bad(form, value, "no more than 16 of them");
		options->accounting[options->accounting_count++] = value;
	} else if (strcmp(form->name, "eol") == 0) {
		options->acct.crlf = strcmp(value, "crlf") == 0;
		if (!options->acct.crlf && strcmp(value, "lf") != 0)
			return bad(form, value, "lf or crlf");
	} else if (strcmp(form->name, "zone") == 0) {
		if (clock_parse_zone(value, &options->clock.zone) != 0)
			return bad(form, value, "a zone such as +0200");
		options->acct.zone = options->clock.zone;
	} else {
		*start = value;
	}
	return 0;
}

static int
read_one(struct sim_options *options, const struct option_form *form, const char *value,
	 const char **start)
{
	char *place = (char *)options + form->offset;

	switch (form->kind) {
	case FLAG:
	case FLAG_OFF:
		*(bool *)place = form->kind == FLAG;
		return 0;
	case SIZE:
		return read_size(form, value, (uint64_t *)place);
	case REAL:
		return read_real(form, value, (double *)place);
	case TEXT:
		*(const char **)place = value;
		return 0;
	default:
		return read_special(options, form, value, start);
	}
}

static void
print_help(void)
{
	puts("usage: pmta-sim [OPTION]...\n"
	     "Simulates the web monitor and the accounting files of a PowerMTA.\n");
	for (size_t i = 0; i < FORMS; i++) {
		char left[40];

		snprintf(left, sizeof(left), "--%s %s", forms[i].name,
			 forms[i].argument != NULL ? forms[i].argument : "");
		printf("  %-24s  %s\n", left, forms[i].help);
	}
}

/* A small, lively PowerMTA: 30 queues, 50 recipients a second, one in twenty not delivered. */
static void
set_defaults(struct sim_options *options)
{
	*options = (struct sim_options){
		.max_items = 10,
		.story_after = 120,
		.clock = {.speed = 1},
		.world = {.domains = 10,
			  .vmtas = 3,
			  .jobs = 3,
			  .rate = 50,
			  .out_rate = -1,
			  .bounces = 200,
			  .deferrals = 300,
			  .complaints = 15,
			  .spool_max = 1000000,
			  .seed = 1,
			  .host = "mta1.example.net"},
	};
}

/* What depends on several options. */
static int
finish(struct sim_options *options, const char *start)
{
	struct sim_clock *clock = &options->clock;

	clock->now = clock->manual ? MANUAL_START : (int64_t)time(NULL);
	if (start != NULL && clock_parse_time(start, clock->zone, &clock->now) != 0) {
		fprintf(stderr, "pmta-sim: --start %s: expected \"YYYY-MM-DD HH:MM:SS\"\n", start);
		return -1;
	}
	if (clock->speed <= 0) {
		fputs("pmta-sim: --speed: expected more than 0; --manual stops the clock\n",
		      stderr);
		return -1;
	}
	if ((options->tls_cert == NULL) != (options->tls_key == NULL)) {
		fputs("pmta-sim: --tls-cert and --tls-key need each other\n", stderr);
		return -1;
	}
	/* A little more than comes in: deferred mail needs a second attempt. */
	if (options->world.out_rate < 0)
		options->world.out_rate = options->world.rate * 1.25;
	return 0;
}

enum options_result
options_read(struct sim_options *options, int argc, char **argv)
{
	struct option table[FORMS + 1] = {{0}};
	const char *start = NULL;
	int at;

	set_defaults(options);
	for (int i = 0; i < FORMS; i++) {
		int has = forms[i].argument != NULL ? required_argument : no_argument;

		table[i] = (struct option){forms[i].name, has, NULL, i};
	}
	while ((at = getopt_long(argc, argv, "", table, NULL)) != -1) {
		if (at == '?')
			return OPTIONS_BAD;
		if (strcmp(forms[at].name, "help") == 0) {
			print_help();
			return OPTIONS_HELP;
		}
		if (read_one(options, &forms[at], optarg, &start) != 0)
			return OPTIONS_BAD;
	}
	if (optind < argc) {
		fprintf(stderr, "pmta-sim: unexpected argument %s; see --help\n", argv[optind]);
		return OPTIONS_BAD;
	}
	return finish(options, start) == 0 ? OPTIONS_RUN : OPTIONS_BAD;
}
