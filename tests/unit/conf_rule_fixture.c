/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf_rule_fixture.h"

static void
note_complaint(void *ctx, const char *message)
{
	struct conf_rule_fixture *f = ctx;
	size_t len = strlen(f->complaints);

	f->complaint_count++;
	snprintf(f->complaints + len, sizeof f->complaints - len, "%s\n", message);
}

int
conf_rule_set_up(void **state)
{
	struct conf_rule_fixture *f = calloc(1, sizeof *f);
	int fd;

	assert_non_null(f);
	strcpy(f->file, "/tmp/test_conf_rule.XXXXXX");
	fd = mkstemp(f->file);
	assert_true(fd >= 0);
	close(fd);
	*state = f;
	return 0;
}

int
conf_rule_tear_down(void **state)
{
	struct conf_rule_fixture *f = *state;

	conf_free(f->conf);
	unlink(f->file);
	free(f);
	return 0;
}

struct conf *
read_text(struct conf_rule_fixture *f, const char *text)
{
	FILE *file = fopen(f->file, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	f->complaints[0] = '\0';
	f->complaint_count = 0;
	return conf_read(f->file, note_complaint, f);
}

const struct rule *
read_rules(struct conf_rule_fixture *f, const char *text)
{
	conf_free(f->conf);
	f->conf = read_text(f, text);
	assert_string_equal(f->complaints, "");
	assert_non_null(f->conf);
	return f->conf->thresholds;
}

void
assert_refused(struct conf_rule_fixture *f, const char *text, unsigned line, const char *words)
{
	char where[64];

	assert_null(read_text(f, text));
	snprintf(where, sizeof where, "%s:%u: ", f->file, line);
	if (f->complaint_count != 1 || strncmp(f->complaints, where, strlen(where)) != 0 ||
	    !strstr(f->complaints, words))
		fail_msg("expected \"%s... %s...\", got %u: %s", where, words, f->complaint_count,
			 f->complaints);
}

void
assert_limit(const struct rule_limit *limit, enum rule_limit_kind kind, double number)
{
	assert_int_equal(limit->kind, kind);
	assert_true(limit->number > number - 1e-9 && limit->number < number + 1e-9);
}
