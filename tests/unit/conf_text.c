/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "temp_dir.h"

char conf_text_complaints[2048];

static void
note(void *ctx, const char *message)
{
	const size_t len = strlen(conf_text_complaints);

	(void)ctx;
	snprintf(conf_text_complaints + len, sizeof conf_text_complaints - len, "%s\n", message);
}

struct conf *
conf_text_read(const char *before, const char *text, const char *behind)
{
	char dir[TEMP_DIR_MAX];
	struct conf *conf;

	conf_text_complaints[0] = '\0';
	temp_dir_make(dir);
	temp_dir_write(dir, "test.conf", before);
	temp_dir_append(dir, "test.conf", text);
	temp_dir_append(dir, "test.conf", behind);
	conf = conf_read(temp_dir_file(dir, "test.conf"), note, NULL);
	temp_dir_remove(dir);
	return conf;
}

void
conf_text_assert_refused(const struct conf *conf, const char *where, const char *words)
{
	assert_null(conf);
	if (strstr(conf_text_complaints, where) == NULL ||
	    strstr(conf_text_complaints, words) == NULL)
		fail_msg("expected \"%s\" and \"%s\", got: %s", where, words, conf_text_complaints);
}
