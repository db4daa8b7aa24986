/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf_action.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "arena.h"
#include "conf.h"
#include "conf_key.h"
#include "conf_rule.h"

#define ACTIONS_MAX 16
#define SECRET_SIZE 2048
#define PAGERDUTY_URL "https://events.pagerduty.com/v2/enqueue"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIELD(member) .offset = offsetof(struct conf_action, member)

static int
check_webhook(const char *text, struct conf_why *why)
{
	if (strncasecmp(text, "https://", 8) == 0 || strncasecmp(text, "http://", 7) == 0)
		return conf_check_text(text, why);
	strcpy(why->text, "https://HOST/PATH or http://HOST/PATH is expected");
	return -1;
}

/* The program's path and its arguments: of these any text may be right. */
static int
check_argument(const char *text, struct conf_why *why)
{
	return text[0] == '\0' ? 0 : conf_check_text(text, why);
}

static const struct conf_word format_words[] = {{"json", CONF_ACTION_JSON},
						{"slack", CONF_ACTION_SLACK},
						{"pagerduty", CONF_ACTION_PAGERDUTY},
						{NULL, 0}};

#define SECRET_HINT                                                                              \
	"the absolute path of a file that holds the secret is expected; the secret itself does " \
	"not belong here"

static const struct conf_key keys[] = {
	{"exec", CONF_KEY_LIST, FIELD(exec), offsetof(struct conf_action, exec_count),
	 .check = check_argument},
	{"webhook", CONF_KEY_TEXT, FIELD(webhook), .check = check_webhook},
	{"url-file", CONF_KEY_TEXT, FIELD(url_file), .check = conf_check_path,
	 .secret = SECRET_HINT},
	{"authorization-file", CONF_KEY_TEXT, FIELD(authorization_file), .check = conf_check_path,
	 .secret = SECRET_HINT},
	{"key-file", CONF_KEY_TEXT, FIELD(key_file), .check = conf_check_path,
	 .secret = SECRET_HINT},
	{"ca-file", CONF_KEY_TEXT, FIELD(ca_file), .check = conf_check_readable},
	{"format", CONF_KEY_WORD, FIELD(format), .preset = CONF_ACTION_JSON, .words = format_words},
	{"timeout", CONF_KEY_SECONDS, FIELD(timeout_s), 0, 1, 600, 10},
	{"retries", CONF_KEY_COUNT, FIELD(retries), 0, 0, 20, 5},
	{"rate", CONF_KEY_COUNT, FIELD(rate), 0, 1, 6000, 10},
	{"severity", CONF_KEY_WORD, FIELD(severity), .preset = SNAP_SEVERITY_WARNING,
	 .words = conf_rule_severities},
	{"news", CONF_KEY_TRUTH, FIELD(news)},
	{"scope", CONF_KEY_WORD, FIELD(scope), .words = conf_rule_scopes},
	{"match", CONF_KEY_TEXT, FIELD(match), .check = conf_check_text},
	{"server", CONF_KEY_TEXT, FIELD(server), .check = conf_check_text},
};

struct cfg_opt_t *
conf_action_options(void)
{
	static cfg_opt_t options[COUNT(keys) + 1];
	const cfg_opt_t last = CFG_END();

	*conf_key_declare(keys, COUNT(keys), options) = last;
	return options;
}

/* The secret in a file, owned by the arena; NULL without a file, or after a complaint. */
static const char *
read_secret(struct conf_reader *reader, cfg_t *section, const char *key, const char *file)
{
	char secret[SECRET_SIZE], why[256];
	const char *copy = NULL;

	if (file == NULL)
		return NULL;
	if (conf_read_secret(file, secret, sizeof secret, why, sizeof why) < 0) {
		conf_complain(reader, conf_key_line(section, key), "%s %s %s", key, file, why);
		return NULL;
	}
	copy = arena_strndup(reader->conf->arena, secret, strlen(secret));
	explicit_bzero(secret, sizeof secret);
	if (copy == NULL)
		conf_complain(reader, 0, "out of memory");
	return copy;
}

static void
check_exec(struct conf_reader *reader, cfg_t *section, const struct conf_action *action)
{
	const unsigned line = conf_key_line(section, "exec");

	if (action->exec[0] == NULL)
		return;
	if (action->exec[0][0] != '/')
		conf_complain(reader, line,
			      "exec: \"%.256s\": the absolute path of a program is expected; no "
			      "shell looks for it",
			      action->exec[0]);
	else if (access(action->exec[0], X_OK) != 0)
		conf_complain(reader, line, "exec: %s cannot be executed", action->exec[0]);
}

static void
read_webhook(struct conf_reader *reader, cfg_t *section, struct conf_action *action)
{
	struct conf_why why;

	if (action->url_file != NULL) {
		action->webhook = read_secret(reader, section, "url-file", action->url_file);
		/* What is wrong is said without the URL. */
		if (action->webhook != NULL && check_webhook(action->webhook, &why) < 0)
			conf_complain(reader, conf_key_line(section, "url-file"),
				      "url-file %s holds no URL; https://HOST/PATH is expected",
				      action->url_file);
	}
	action->authorization =
		read_secret(reader, section, "authorization-file", action->authorization_file);
	action->key = read_secret(reader, section, "key-file", action->key_file);
	if (action->format == CONF_ACTION_PAGERDUTY && action->webhook == NULL &&
	    action->url_file == NULL)
		action->webhook = PAGERDUTY_URL;
	if ((action->format == CONF_ACTION_PAGERDUTY) != (action->key_file != NULL))
		conf_complain(reader, (unsigned)section->line,
			      "action \"%s\": key-file, a file with the routing key, goes with "
			      "format = pagerduty; set both or none",
			      cfg_title(section));
	if (action->format == CONF_ACTION_PAGERDUTY && action->news)
		conf_complain(
			reader, conf_key_line(section, "news"),
			"news = yes: with format = pagerduty no is expected; an incident of what "
			"belongs to no alarm would never be resolved");
}

/* Which keys go together. */
static void
check_action(struct conf_reader *reader, cfg_t *section, struct conf_action *action)
{
	const bool hook = action->webhook != NULL || action->url_file != NULL ||
			  action->format == CONF_ACTION_PAGERDUTY;

	if (action->match == NULL)
		action->match = "*";
	if (action->server == NULL)
		action->server = "*";
	if ((action->exec_count > 0) == hook ||
	    (action->webhook != NULL && action->url_file != NULL)) {
		conf_complain(reader, (unsigned)section->line,
			      "action \"%s\": one of exec, webhook and url-file is expected",
			      cfg_title(section));
		return;
	}
	if (action->exec_count > 0)
		check_exec(reader, section, action);
	else
		read_webhook(reader, section, action);
}

static void
read_one(struct conf_reader *reader, cfg_t *section, struct conf_action *action)
{
	const char *title = cfg_title(section);
	struct conf_why why;

	if (conf_check_text(title, &why) < 0) {
		conf_complain(reader, (unsigned)section->line,
			      "the name \"%.256s\" of this action %s", title, why.text);
		return;
	}
	action->name = arena_strndup(reader->conf->arena, title, strlen(title));
	if (action->name == NULL)
		conf_complain(reader, 0, "out of memory");
	conf_key_read(reader, section, keys, COUNT(keys), action);
	check_action(reader, section, action);
}

void
conf_action_read(struct conf_reader *reader, struct cfg_t *tree)
{
	struct conf *conf = reader->conf;
	const unsigned count = cfg_size(tree, "action");

	if (count == 0)
		return;
	if (count > ACTIONS_MAX) {
		conf_complain(reader, 0, "there are %u actions; at most %d are expected", count,
			      ACTIONS_MAX);
		return;
	}
	conf->actions = arena_alloc(conf->arena, count * sizeof *conf->actions);
	for (unsigned i = 0; conf->actions != NULL && i < count; i++)
		read_one(reader, cfg_getnsec(tree, "action", i),
			 &conf->actions[conf->action_count++]);
	if (conf->actions == NULL)
		conf_complain(reader, 0, "out of memory");
}

/* Copies a text that may be NULL. Returns false without memory. */
static bool
copy_text(struct arena *arena, const char **text)
{
	if (*text == NULL)
		return true;
	*text = arena_strndup(arena, *text, strlen(*text));
	return *text != NULL;
}

static bool
copy_all(struct arena *arena, struct conf_action *copy, const struct conf_action *action)
{
	const char **exec;

	*copy = *action;
	copy->arena = arena;
	copy->url_file = copy->authorization_file = copy->key_file = NULL;
	exec = arena_alloc(arena, (action->exec_count + 1) * sizeof *exec);
	copy->exec = exec;
	for (size_t i = 0; exec != NULL && i < action->exec_count; i++) {
		exec[i] = action->exec[i];
		if (!copy_text(arena, &exec[i]))
			return false;
	}
	return exec != NULL && copy_text(arena, &copy->name) && copy_text(arena, &copy->webhook) &&
	       copy_text(arena, &copy->authorization) && copy_text(arena, &copy->key) &&
	       copy_text(arena, &copy->ca_file) && copy_text(arena, &copy->match) &&
	       copy_text(arena, &copy->server);
}

struct conf_action *
conf_action_copy(const struct conf_action *action)
{
	struct arena *arena = arena_new();
	struct conf_action *copy = arena != NULL ? arena_alloc(arena, sizeof *copy) : NULL;

	if (copy != NULL && copy_all(arena, copy, action))
		return copy;
	arena_free(arena);
	return NULL;
}

void
conf_action_free(struct conf_action *copy)
{
	if (copy != NULL)
		arena_free(copy->arena);
}
