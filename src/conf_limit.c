/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf_limit.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "conf_value.h"

#define LIMIT_MAX (UINT32_MAX - 1) /* UINT32_MAX stands for "no value" in a snapshot */
#define BASELINE_FORMS "baseline + 3 sigma, baseline - 2 sigma or baseline * 2 is expected"

__attribute__((format(printf, 2, 3))) static int
fail(struct conf_why *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why->text, sizeof why->text, fmt, ap);
	va_end(ap);
	return -1;
}

/* Digits with at most two behind a point, as hundredths; moves behind them. Returns 0 or -1. */
static int
take_hundredths(const char **text, int64_t *out)
{
	const char *p = *text;
	int digits = 0;

	for (*out = 0; isdigit((unsigned char)*p) && digits < 9; p++, digits++)
		*out = *out * 10 + (*p - '0');
	*out *= 100;
	if (digits == 0)
		return -1;
	if (*p == '.') {
		if (!isdigit((unsigned char)*++p))
			return -1;
		*out += 10 * (*p++ - '0');
		if (isdigit((unsigned char)*p))
			*out += *p++ - '0';
	}
	*text = p;
	return isdigit((unsigned char)*p) || *p == '.' ? -1 : 0;
}

static int
read_share(const char *text, int64_t *out, struct conf_why *why)
{
	if (take_hundredths(&text, out) == 0) {
		text += strspn(text, " ");
		if (strcmp(text, "%") == 0)
			return 0;
	}
	return fail(why, "a percentage with up to two decimals is expected, like 15%% or 0.25%%");
}

/* Suffixes of a thousand each: recipients are no bytes. */
static int
read_plain(const char *text, int64_t *out, struct conf_why *why)
{
	static const char suffixes[] = "kMG";
	char digits[24];
	size_t len = strspn(text, "0123456789");
	const char *suffix = text[len] != '\0' ? strchr(suffixes, text[len]) : NULL;
	uint64_t number;

	if (len < sizeof digits && (text[len] == '\0' || (suffix != NULL && !text[len + 1]))) {
		memcpy(digits, text, len);
		digits[len] = '\0';
		if (conf_value_number(digits, CONF_UNIT_NONE, &number) == 0 &&
		    number <= LIMIT_MAX) {
			*out = (int64_t)number;
			for (const char *p = suffixes; suffix != NULL && p <= suffix; p++)
				*out *= 1000;
			return 0;
		}
	}
	return fail(why, "a whole number is expected, or with k, M or G (of 1000), like 50000 "
			 "or 50k");
}

static int
read_unit(const char *text, enum conf_unit unit, uint64_t scale, int64_t *out, struct conf_why *why,
	  const char *expected)
{
	uint64_t number;

	if (conf_value_number(text, unit, &number) != 0 || number % scale != 0 ||
	    number / scale > LIMIT_MAX)
		return fail(why, "%s", expected);
	*out = (int64_t)(number / scale);
	return 0;
}

int
conf_limit_number(const char *text, const struct metric *metric, int64_t *out, struct conf_why *why)
{
	const bool negative = metric->form == METRIC_SIGNED && text[0] == '-';
	int result = -1;

	text += negative;
	switch (metric->unit) {
	case METRIC_SHARE:
		result = read_share(text, out, why);
		break;
	case METRIC_SECONDS:
		result = read_unit(text, CONF_UNIT_DURATION, 1000, out, why,
				   "a duration of whole seconds is expected, like 4h or 90s");
		break;
	case METRIC_MS:
		result = read_unit(text, CONF_UNIT_DURATION, 1, out, why,
				   "a duration is expected, like 500ms or 2m");
		break;
	case METRIC_KB:
		result = read_unit(text, CONF_UNIT_SIZE, 1024, out, why,
				   "a size of whole kilobytes is expected, like 64M or 500k");
		break;
	case METRIC_PLAIN:
		result = read_plain(text, out, why);
		break;
	case METRIC_WORDS:
		return fail(why, "a state has no number");
	}
	if (result == 0 && *out > LIMIT_MAX)
		return fail(why, "no more than %u is expected", LIMIT_MAX);
	if (result == 0 && negative)
		*out = -*out;
	return result;
}

/* What stands behind "baseline": an operator, a number, and "sigma" unless the operator is '*'. */
static int
read_baseline(const char *text, struct rule_limit *out, struct conf_why *why)
{
	int64_t hundredths;
	char operator;

	text += strspn(text, " ");
	operator= * text;
	if (operator== '\0' || strchr("+-*", operator) == NULL)
		return fail(why, BASELINE_FORMS);
	text += 1 + strspn(text + 1, " ");
	if (take_hundredths(&text, &hundredths) != 0 || hundredths == 0)
		return fail(why, BASELINE_FORMS);
	text += strspn(text, " ");
	if (strcmp(text, operator== '*' ? "" : "sigma") != 0)
		return fail(why, BASELINE_FORMS);
	out->kind = operator== '*' ? RULE_FACTOR : RULE_SIGMA;
	out->number = (double)(operator== '-' ? -hundredths : hundredths) / 100;
	if (out->kind == RULE_FACTOR && hundredths == 100)
		return fail(why, "a factor other than 1 is expected");
	return 0;
}

int
conf_limit_read(const char *text, const struct metric *metric, struct rule_limit *out,
		struct conf_why *why)
{
	static const char word[] = "baseline";
	int64_t number;

	if (strncmp(text, word, strlen(word)) == 0)
		return read_baseline(text + strlen(word), out, why);
	if (conf_limit_number(text, metric, &number, why) != 0)
		return -1;
	*out = (struct rule_limit){RULE_FIXED, (double)number};
	return 0;
}

struct rule_limit
conf_limit_clear(const struct rule_limit *raise, enum rule_when when)
{
	struct rule_limit clear = *raise;

	switch (raise->kind) {
	case RULE_FIXED:
		/* At least by one: else the alarm would flap. */
		if (when == RULE_BELOW)
			clear.number += fmax(ceil(fabs(raise->number) / 4), 1);
		else
			clear.number -= fmax(ceil(fabs(raise->number) / 5), 1);
		break;
	case RULE_SIGMA:
		clear.number *= 0.8;
		break;
	case RULE_FACTOR:
		clear.number = 1 + (raise->number - 1) * 0.8;
		break;
	}
	return clear;
}
