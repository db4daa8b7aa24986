/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf_rule.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "conf_limit.h"
#include "conf_rule_private.h"
#include "rule_quiet.h"
#include "text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DAY 86400
#define MINIMUM 100 /* attempts; one deferral of three attempts tells nothing */

#define DRAFT(member) .offset = offsetof(struct conf_rule_draft, member)
#define RULE(member) DRAFT(rule.member)

const struct conf_word conf_rule_scopes[] = {{"server", SNAP_SCOPE_SERVER},
					     {"vmta", SNAP_SCOPE_VMTA},
					     {"domain-queue", SNAP_SCOPE_DOMAIN_QUEUE},
					     {"provider", SNAP_SCOPE_PROVIDER},
					     {"bounce-class", SNAP_SCOPE_BOUNCE_CLASS},
					     {"source", SNAP_SCOPE_SOURCE},
					     {"job", SNAP_SCOPE_JOB},
					     {"domain", SNAP_SCOPE_DOMAIN},
					     {NULL, 0}};

static const struct conf_word whens[] = {{"above", RULE_ABOVE}, {"below", RULE_BELOW}, {NULL, 0}};

const struct conf_word conf_rule_severities[] = {{"critical", SNAP_SEVERITY_CRITICAL},
						 {"major", SNAP_SEVERITY_MAJOR},
						 {"minor", SNAP_SEVERITY_MINOR},
						 {"warning", SNAP_SEVERITY_WARNING},
						 {NULL, 0}};

_Static_assert(sizeof(enum rule_when) == sizeof(unsigned), "enumerations are stored as unsigned");

static const struct conf_key keys[] = {
	{"scope", CONF_KEY_WORD, RULE(scope), .words = conf_rule_scopes},
	{"match", CONF_KEY_TEXT, RULE(match), .check = conf_check_text},
	{"server", CONF_KEY_TEXT, RULE(server), .check = conf_check_text},
	{"metric", CONF_KEY_TEXT, DRAFT(metric), .check = conf_check_text},
	{"window", CONF_KEY_SECONDS, RULE(window_s), 0, 10, DAY, 0},
	{"when", CONF_KEY_WORD, RULE(when), .words = whens},
	{"raise", CONF_KEY_LIST, DRAFT(raise), offsetof(struct conf_rule_draft, raise_count),
	 .check = conf_check_text},
	{"clear", CONF_KEY_TEXT, DRAFT(clear), .check = conf_check_text},
	{"floor", CONF_KEY_TEXT, DRAFT(floor), .check = conf_check_text},
	{"history", CONF_KEY_SECONDS, RULE(history_s), 0, 0, 28 * DAY, 14 * DAY},
	{"minimum", CONF_KEY_COUNT, RULE(minimum), 0, 0, UINT32_MAX - 1, MINIMUM},
	{"hold", CONF_KEY_SECONDS, RULE(hold_s), 0, 0, DAY, 0},
	{"calm", CONF_KEY_SECONDS, RULE(calm_s), 0, 0, DAY, 0},
	{"severity", CONF_KEY_WORD, RULE(severity), .preset = SNAP_SEVERITY_MAJOR,
	 .words = conf_rule_severities},
	{"remind", CONF_KEY_SECONDS, RULE(remind_s), 0, 0, 30 * DAY, 0},
	{"quiet", CONF_KEY_LIST, DRAFT(quiet), offsetof(struct conf_rule_draft, rule.quiet_count),
	 .check = conf_check_text},
	{"quiet-unless", CONF_KEY_TEXT, DRAFT(quiet_unless), .check = conf_check_text},
	{"advice", CONF_KEY_TEXT, RULE(advice), .check = conf_check_text},
	{"dry-run", CONF_KEY_TRUTH, RULE(dry_run)},
};

_Static_assert(COUNT(keys) < CONF_RULE_OPTIONS, "room for the options and the end");

cfg_opt_t *
conf_rule_declare(cfg_opt_t options[CONF_RULE_OPTIONS])
{
	return conf_key_declare(keys, COUNT(keys), options);
}

bool
conf_rule_has(const struct conf_rule_draft *draft, const char *key)
{
	return conf_parse_value(draft->section, key, 0) != NULL;
}

void
conf_rule_complain(const struct conf_rule_draft *draft, const char *key, const char *fmt, ...)
{
	const struct conf_raw *raw = conf_parse_value(draft->section, key, 0);
	char why[640];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	if (raw != NULL)
		conf_complain(draft->reader, raw->line, "%s = \"%.256s\": %s", key, raw->text, why);
	else
		conf_complain(draft->reader, draft->rule.line, "threshold \"%s\" has no %s; %s",
			      cfg_title(draft->section), key, why);
}

static bool
names_a_server(const struct conf *conf, const char *pattern)
{
	for (size_t i = 0; i < conf->server_count; i++) {
		/* A server without a name was complained of already. */
		if (conf->servers[i].name == NULL || text_glob(pattern, conf->servers[i].name))
			return true;
	}
	return conf->server_count == 0;
}

static bool
has_jobs(const struct conf *conf, const char *pattern)
{
	for (size_t i = 0; i < conf->server_count; i++) {
		const struct conf_server *server = &conf->servers[i];

		if (server->jobs && (server->name == NULL || text_glob(pattern, server->name)))
			return true;
	}
	return false;
}

/* A rule about nothing would be silent for ever, and nobody would know. */
static void
check_objects(struct conf_rule_draft *draft)
{
	const struct conf *conf = draft->reader->conf;
	struct rule *rule = &draft->rule;

	if (rule->match == NULL)
		rule->match = "*";
	if (rule->server == NULL)
		rule->server = "*";
	if (!names_a_server(conf, rule->server))
		conf_rule_complain(draft, "server", "no server of this file has such a name");
	else if (rule->scope == SNAP_SCOPE_SERVER && !names_a_server(conf, rule->match))
		conf_rule_complain(draft, "match", "no server of this file has such a name");
	else if (rule->scope == SNAP_SCOPE_JOB && !has_jobs(conf, rule->server))
		conf_rule_complain(draft, "scope",
				   "none of its servers has jobs = yes, without which there are "
				   "no jobs to judge");
}

static void
read_quiet(struct conf_rule_draft *draft)
{
	struct conf_reader *reader = draft->reader;
	struct rule *rule = &draft->rule;
	struct rule_quiet *quiet;

	if (rule->quiet_count == 0)
		return;
	quiet = arena_alloc(reader->conf->arena, rule->quiet_count * sizeof *quiet);
	if (quiet == NULL) {
		conf_complain(reader, rule->line, "out of memory");
		return;
	}
	for (unsigned i = 0; i < rule->quiet_count; i++) {
		const struct conf_raw *raw = conf_parse_value(draft->section, "quiet", i);

		/* One that is no text was complained of already. */
		if (draft->quiet[i] != NULL && rule_quiet_parse(raw->text, &quiet[i]) != 0)
			conf_complain(reader, raw->line, "quiet = \"%.256s\": " RULE_QUIET_EXPECTED,
				      raw->text);
	}
	rule->quiet = quiet;
}

static void
read_quiet_unless(struct conf_rule_draft *draft)
{
	/* Recipients, whatever the rule judges. */
	static const struct metric recipients = {.form = METRIC_GAUGE, .unit = METRIC_PLAIN};
	struct conf_why why;
	int64_t number;

	draft->rule.quiet_unless = SNAP_NONE32;
	if (draft->quiet_unless == NULL)
		return;
	if (conf_limit_number(draft->quiet_unless, &recipients, &number, &why) != 0)
		conf_rule_complain(draft, "quiet-unless", "recipients queued: %s", why.text);
	else if (draft->rule.quiet_count == 0)
		conf_rule_complain(draft, "quiet-unless",
				   "there is nothing to except from; it goes with quiet");
	else
		draft->rule.quiet_unless = (uint32_t)number;
}

static void
check_title(struct conf_rule_draft *draft)
{
	const struct rule *rule = &draft->rule;

	if (rule->name != NULL && rule->name[0] == '(')
		conf_complain(draft->reader, rule->line,
			      "threshold \"%s\": names with '(' in front are kept for built-in "
			      "rules; leave it out",
			      rule->name);
}

static void
list_scopes(char *buf, size_t size)
{
	size_t len = 0;

	for (const struct conf_word *scope = conf_rule_scopes; scope->text && len < size; scope++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s", len > 0 ? ", " : "",
					scope->text);
}

static void
read_rule(struct conf_rule_draft *draft)
{
	struct rule *rule = &draft->rule;
	char scopes[128];

	rule->line = (unsigned)draft->section->line;
	rule->name = conf_key_title(draft->reader, draft->section);
	check_title(draft);
	conf_key_read(draft->reader, draft->section, keys, COUNT(keys), draft);
	read_quiet(draft);
	read_quiet_unless(draft);
	if (!conf_rule_has(draft, "scope")) {
		list_scopes(scopes, sizeof scopes);
		conf_rule_complain(draft, "scope", "one of these is expected: %s", scopes);
	}
	/* Without a scope nothing more can be said. */
	if (rule->scope == 0)
		return;
	check_objects(draft);
	conf_rule_read_metric(draft);
	if (rule->metric != NULL && conf_rule_read_limits(draft) == 0)
		conf_rule_read_window(draft);
}

void
conf_rule_read(struct conf_reader *reader, cfg_t *tree)
{
	struct conf *conf = reader->conf;
	unsigned count = cfg_size(tree, "threshold");

	if (count == 0)
		return;
	conf->thresholds = arena_alloc(conf->arena, count * sizeof *conf->thresholds);
	if (conf->thresholds == NULL) {
		conf_complain(reader, 0, "out of memory");
		return;
	}
	for (unsigned i = 0; i < count; i++) {
		struct conf_rule_draft draft = {
			.reader = reader,
			.section = cfg_getnsec(tree, "threshold", i),
		};

		read_rule(&draft);
		conf->thresholds[conf->threshold_count++] = draft.rule;
	}
}
