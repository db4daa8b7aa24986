/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#include <getopt.h>
#include <stdarg.h>
#include <string.h>

enum long_option {
	LONG_PROBE = 256, /* above every character */
	LONG_SAVE,
	LONG_MASK,
	LONG_INSECURE_TLS,
	LONG_API_KEY_FILE,
	LONG_PRINT_MIB
};

static const char short_options[] = ":c:d:fhl:p:tV";

static const struct option long_options[] = {
	{"config", required_argument, NULL, 'c'},
	{"debug", required_argument, NULL, 'd'},
	{"foreground", no_argument, NULL, 'f'},
	{"help", no_argument, NULL, 'h'},
	{"log", required_argument, NULL, 'l'},
	{"pid-file", required_argument, NULL, 'p'},
	{"check", no_argument, NULL, 't'},
	{"version", no_argument, NULL, 'V'},
	{"probe", required_argument, NULL, LONG_PROBE},
	{"save", required_argument, NULL, LONG_SAVE},
	{"mask", no_argument, NULL, LONG_MASK},
	{"insecure-tls", no_argument, NULL, LONG_INSECURE_TLS},
	{"api-key-file", required_argument, NULL, LONG_API_KEY_FILE},
	{"print-mib", no_argument, NULL, LONG_PRINT_MIB},
	{NULL, 0, NULL, 0},
};

static const char help[] =
	"Usage: pmta-monitord [-f] [-c FILE] [-p FILE] [-l TARGET[:LEVEL]] [-d TOKEN]...\n"
	"       pmta-monitord -t [-c FILE]\n"
	"       pmta-monitord --probe URL [--save DIR [--mask]] [--insecure-tls]\n"
	"                     [--api-key-file FILE]\n"
	"       pmta-monitord --print-mib | -V | -h\n"
	"\n"
	"Makes PowerMTA observable over SNMP, as an AgentX subagent of snmpd.\n"
	"\n"
	"  -c, --config FILE        read this configuration instead of\n"
	"                           " SYSCONFDIR "/pmta-monitor/pmta-monitord.conf\n"
	"  -f, --foreground         stay in the foreground and log to stderr\n"
	"  -p, --pid-file FILE      write the process ID to FILE (not with -f)\n"
	"  -l, --log TARGET[:LEVEL] log to stderr, syslog or journal; LEVEL is error, warning,\n"
	"                           notice, info (default) or debug\n"
	"  -d, --debug TOKEN        show debug messages of one part (fetch, acct, model, store,\n"
	"                           agentx, notify, ...) or of all; may be repeated\n"
	"  -t, --check              check the configuration, say what each threshold does, and\n"
	"                           exit: 0 if it is valid, else 1\n"
	"      --probe URL          ask the monitor at URL once, print what was understood and\n"
	"                           what was not, and exit\n"
	"      --save DIR           keep every reply of the probe in DIR, as it came\n"
	"      --mask               mask addresses in what is saved\n"
	"      --insecure-tls       accept any certificate in the probe\n"
	"      --api-key-file FILE  file that holds the API key for the probe\n"
	"      --print-mib          print PMTA-MONITOR-MIB as built and exit\n"
	"  -V, --version            print the version and exit\n"
	"  -h, --help               print this and exit\n";

struct parser {
	struct options *out;
	enum options_action action;
	const char *action_name; /* the option that chose it */
	bool log_chosen;
	bool failed;
	FILE *err;
};

__attribute__((format(printf, 2, 3))) static void
complain(struct parser *p, const char *fmt, ...)
{
	va_list ap;

	fputs("pmta-monitord: ", p->err);
	va_start(ap, fmt);
	vfprintf(p->err, fmt, ap);
	va_end(ap);
	fputc('\n', p->err);
	p->failed = true;
}

/* Help and version win over all else, so that a curious "-t -h" shows the help. */
static void
choose(struct parser *p, enum options_action action, const char *name)
{
	if (p->action == OPTIONS_HELP || p->action == OPTIONS_VERSION)
		return;
	if (action != OPTIONS_HELP && action != OPTIONS_VERSION && p->action_name &&
	    p->action != action)
		complain(p, "%s and %s cannot be used together", p->action_name, name);
	p->action = action;
	p->action_name = name;
}

/* Number of the word that the len bytes at text are, or -1. */
static int
word_index(const char *const *words, size_t count, const char *text, size_t len)
{
	for (size_t i = 0; i < count; i++) {
		if (strlen(words[i]) == len && memcmp(words[i], text, len) == 0)
			return (int)i;
	}
	return -1;
}

static void
read_log(struct parser *p, const char *text)
{
	static const char *const targets[] = {"stderr", "syslog", "journal"};
	static const char *const levels[] = {"error", "warning", "notice", "info", "debug"};
	size_t len = strcspn(text, ":");
	int target = word_index(targets, 3, text, len), level = LOG_LEVEL_INFO;

	if (text[len])
		level = word_index(levels, 5, text + len + 1, strlen(text + len + 1));
	if (target < 0 || level < 0) {
		complain(p,
			 "-l %s: stderr, syslog or journal is expected, and after a ':' error, "
			 "warning, notice, info or debug",
			 text);
		return;
	}
	p->out->log_target = (enum log_target)target;
	p->out->log_level = (enum log_level)level;
	p->log_chosen = true;
}

static void
read_debug(struct parser *p, const char *token)
{
	if (p->out->debug_count == OPTIONS_DEBUG_MAX)
		complain(p, "-d %s: at most %d tokens are allowed; -d all shows every one", token,
			 OPTIONS_DEBUG_MAX);
	else
		p->out->debug[p->out->debug_count++] = token;
}

static void
read_action(struct parser *p, int option)
{
	switch (option) {
	case 't':
		choose(p, OPTIONS_CHECK, "-t");
		break;
	case 'h':
		choose(p, OPTIONS_HELP, "-h");
		break;
	case 'V':
		choose(p, OPTIONS_VERSION, "-V");
		break;
	case LONG_PRINT_MIB:
		choose(p, OPTIONS_PRINT_MIB, "--print-mib");
		break;
	case LONG_PROBE:
		choose(p, OPTIONS_PROBE, "--probe");
		p->out->probe.url = optarg;
		break;
	}
}

static void
read_option(struct parser *p, int option, char **argv)
{
	switch (option) {
	case 'c':
		p->out->conf_file = optarg;
		break;
	case 'd':
		read_debug(p, optarg);
		break;
	case 'f':
		p->out->foreground = true;
		break;
	case 'l':
		read_log(p, optarg);
		break;
	case 'p':
		p->out->pid_file = optarg;
		break;
	case LONG_SAVE:
		p->out->probe.save_dir = optarg;
		break;
	case LONG_MASK:
		p->out->probe.mask = true;
		break;
	case LONG_INSECURE_TLS:
		p->out->probe.insecure_tls = true;
		break;
	case LONG_API_KEY_FILE:
		p->out->probe.api_key_file = optarg;
		break;
	case ':':
		complain(p, "%s needs an argument", argv[optind - 1]);
		break;
	case '?':
		if (optopt > 0 && optopt < LONG_PROBE)
			complain(p, "-%c is no option or takes no argument", optopt);
		else
			complain(p, "%s is no option or takes no argument", argv[optind - 1]);
		break;
	default:
		read_action(p, option);
	}
}

static void
check_together(struct parser *p, int operands, char **argv)
{
	const struct options_probe *probe = &p->out->probe;

	if (operands > 0)
		complain(p, "%s: only options are expected", argv[optind]);
	if (p->action != OPTIONS_PROBE &&
	    (probe->save_dir || probe->mask || probe->insecure_tls || probe->api_key_file))
		complain(p, "--save, --mask, --insecure-tls and --api-key-file need --probe URL");
	if (probe->mask && !probe->save_dir)
		complain(p, "--mask needs --save DIR");
	if (p->out->foreground && p->out->pid_file)
		complain(p, "-p is of use only without -f");
	/* A daemon's stderr is /dev/null. */
	if (p->action == OPTIONS_RUN && !p->out->foreground && p->log_chosen &&
	    p->out->log_target != LOG_TO_SYSLOG)
		complain(p, "-l stderr and -l journal need -f");
}

enum options_action
options_parse(int argc, char **argv, struct options *out, FILE *err)
{
	struct parser p = {.out = out, .action = OPTIONS_RUN, .err = err};
	int option;

	*out = (struct options){
		.conf_file = SYSCONFDIR "/pmta-monitor/pmta-monitord.conf",
		.log_level = LOG_LEVEL_INFO,
	};
	optind = 0; /* glibc: begin anew */
	opterr = 0;
	while ((option = getopt_long(argc, argv, short_options, long_options, NULL)) != -1)
		read_option(&p, option, argv);
	if (p.action != OPTIONS_HELP && p.action != OPTIONS_VERSION)
		check_together(&p, argc - optind, argv);
	if (p.failed) {
		fputs("Try pmta-monitord -h.\n", err);
		return OPTIONS_BAD;
	}
	if (!p.log_chosen)
		out->log_target =
			p.action == OPTIONS_RUN && !out->foreground ? LOG_TO_SYSLOG : LOG_TO_STDERR;
	return p.action;
}

void
options_print_help(FILE *out)
{
	fputs(help, out);
}
