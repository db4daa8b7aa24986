/* SPDX-License-Identifier: BSD-2-Clause */
#include "throttle.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANY (-1)
#define GLOB_SEEN 1024U

/* A pattern of codes; parts that do not matter are ANY. */
struct rule {
	int code, class, subject, detail;
	bool exception;
};

struct glob {
	char text[THROTTLE_PATTERN_MAX + 3]; /* with a '*' at both ends */
	bool exception;
};

struct throttle_set {
	struct rule *rules;
	struct glob *globs;
	size_t rule_count, glob_count;
};

const char *const throttle_defaults[THROTTLE_DEFAULTS] = {"421", "4.2.1", "4.7.*"};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads a whole number of one to three digits, or "*" where that is allowed. */
static int
read_part(const char **at, bool star, int *out)
{
	int number = 0, digits = 0;

	if (star && **at == '*') {
		*out = ANY;
		(*at)++;
		return 0;
	}
	for (; is_digit(**at) && digits < 4; (*at)++, digits++)
		number = number * 10 + (**at - '0');
	*out = number;
	return digits >= 1 && digits <= 3 ? 0 : -1;
}

static int
read_status(const char *at, struct rule *rule)
{
	if (read_part(&at, false, &rule->class) != 0 || *at++ != '.' ||
	    (rule->class != 4 && rule->class != 5))
		return -1;
	if (read_part(&at, true, &rule->subject) != 0 || *at++ != '.')
		return -1;
	return read_part(&at, true, &rule->detail) == 0 && *at == '\0' ? 0 : -1;
}

/* Reads "421", "4.7.*" or both. Only replies of failure (RFC 5321, 4.2.1) can throttle. */
static int
read_rule(const char *text, struct rule *rule)
{
	const char *at = text;

	*rule = (struct rule){ANY, ANY, ANY, ANY, false};
	if (strcspn(text, " .") == 3) {
		if (read_part(&at, false, &rule->code) != 0 || rule->code < 400 || rule->code > 599)
			return -1;
		if (*at == '\0')
			return 0;
		if (*at != ' ')
			return -1;
		at += strspn(at, " ");
	}
	return read_status(at, rule);
}

static void __attribute__((format(printf, 3, 4)))
fail(char *error, size_t size, const char *format, ...)
{
	char raw[2 * TEXT_MAX];
	va_list args;

	if (size == 0)
		return;
	va_start(args, format);
	vsnprintf(raw, sizeof raw, format, args);
	va_end(args);
	text_clean(error, size, raw, strlen(raw));
}

/* What has only signs of codes was meant as one: a glob of that would never do what is wanted. */
static bool
looks_like_codes(const char *text)
{
	return text[strspn(text, "0123456789.*? ")] == '\0';
}

static void
add_glob(struct throttle_set *set, const char *text, bool exception)
{
	struct glob *glob = &set->globs[set->glob_count++];
	const bool wild = strpbrk(text, "*?") != NULL;

	snprintf(glob->text, sizeof glob->text, wild ? "%s" : "*%s*", text);
	glob->exception = exception;
}

/* Takes one pattern, without blanks around it. */
static int
add_pattern(struct throttle_set *set, const char *pattern, char *error, size_t size)
{
	char text[THROTTLE_PATTERN_MAX + 1];
	bool exception;
	size_t len;

	pattern += strspn(pattern, " \t");
	exception = *pattern == '!';
	pattern += exception;
	pattern += strspn(pattern, " \t");
	for (len = strlen(pattern); len > 0 && strchr(" \t", pattern[len - 1]);)
		len--;
	if (len == 0 || len > THROTTLE_PATTERN_MAX) {
		fail(error, size, "throttle pattern \"%.64s\": expected 1 to %d bytes", pattern,
		     THROTTLE_PATTERN_MAX);
		return -1;
	}
	memcpy(text, pattern, len);
	text[len] = '\0';
	if (!looks_like_codes(text)) {
		add_glob(set, text, exception);
		return 0;
	}
	if (read_rule(text, &set->rules[set->rule_count]) != 0) {
		fail(error, size,
		     "throttle pattern \"%s\": expected a reply code 400-599 (\"421\"), a status "
		     "code (\"4.7.*\"), both (\"451 4.7.1\"), or a pattern with words",
		     text);
		return -1;
	}
	set->rules[set->rule_count++].exception = exception;
	return 0;
}

/* Exceptions alone would match nothing, while their author thought of the defaults. */
static bool
only_exceptions(const struct throttle_set *set)
{
	for (size_t i = 0; i < set->rule_count; i++) {
		if (!set->rules[i].exception)
			return false;
	}
	for (size_t i = 0; i < set->glob_count; i++) {
		if (!set->globs[i].exception)
			return false;
	}
	return true;
}

struct throttle_set *
throttle_set_new(const char *const *patterns, size_t count, char *error, size_t error_size)
{
	struct throttle_set *set = NULL;

	if (count > THROTTLE_PATTERNS_MAX) {
		fail(error, error_size, "%zu throttle patterns: expected at most %d", count,
		     THROTTLE_PATTERNS_MAX);
		return NULL;
	}
	set = calloc(1, sizeof *set);
	if (set) {
		set->rules = calloc(count + 1, sizeof *set->rules);
		set->globs = calloc(count + 1, sizeof *set->globs);
	}
	if (!set || !set->rules || !set->globs) {
		fail(error, error_size, "out of memory");
		goto out;
	}
	for (size_t i = 0; i < count; i++) {
		if (add_pattern(set, patterns[i], error, error_size) != 0)
			goto out;
	}
	if (count == 0 || !only_exceptions(set))
		return set;
	fail(error, error_size,
	     "throttle patterns: only exceptions; expected what they are exceptions of (the "
	     "defaults are 421, 4.2.1 and 4.7.*)");
out:
	throttle_set_free(set);
	return NULL;
}

void
throttle_set_free(struct throttle_set *set)
{
	if (!set)
		return;
	free(set->rules);
	free(set->globs);
	free(set);
}

static bool
part_fits(int part, int value)
{
	return part == ANY || part == value;
}

static bool
rule_fits(const struct rule *rule, const struct reply *reply)
{
	return part_fits(rule->code, reply->code) &&
	       part_fits(rule->class, reply->enhanced.class) &&
	       part_fits(rule->subject, reply->enhanced.subject) &&
	       part_fits(rule->detail, reply->enhanced.detail);
}

/* Goes on from what the codes gave. */
static bool
match_globs(const struct throttle_set *set, const struct reply *reply, bool matched)
{
	char line[GLOB_SEEN];

	text_clean(line, sizeof line, reply->line.ptr, reply->line.len);
	for (size_t i = 0; i < set->glob_count; i++) {
		const struct glob *glob = &set->globs[i];

		/* Only an exception can still change what has matched. */
		if ((matched && !glob->exception) || !text_glob(glob->text, line))
			continue;
		if (glob->exception)
			return false;
		matched = true;
	}
	return matched;
}

bool
throttle_matches(const struct throttle_set *set, const struct reply *reply)
{
	bool matched = false;

	if (reply->code != 0 && reply->code < 400)
		return false;
	for (size_t i = 0; i < set->rule_count; i++) {
		const struct rule *rule = &set->rules[i];

		if (!rule_fits(rule, reply))
			continue;
		if (rule->exception)
			return false;
		matched = true;
	}
	return set->glob_count > 0 ? match_globs(set, reply, matched) : matched;
}
