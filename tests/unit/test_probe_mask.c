/* SPDX-License-Identifier: BSD-2-Clause */
/* Which parts of saved replies are masked, and that all else stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "probe_mask.h"

static void
assert_masked(const char *text, const char *expected)
{
	size_t len = strlen(text);
	char *bytes = malloc(len + 1);

	assert_non_null(bytes);
	memcpy(bytes, text, len);
	bytes = realloc(bytes, len > 0 ? len : 1);
	assert_non_null(bytes);
	len = probe_mask(bytes, len);
	if (len != strlen(expected) || memcmp(bytes, expected, len) != 0)
		fail_msg("\"%s\" became \"%.*s\"", text, (int)len, bytes);
	free(bytes);
}

static void
local_parts_become_x(void **state)
{
	(void)state;
	assert_masked("jane.doe+tag@example.com", "x@example.com");
	assert_masked("<jane@example.com>,<o'neil@b.example>", "<x@example.com>,<x@b.example>");
	assert_masked("a@a.example b@b.example", "x@a.example x@b.example");
	assert_masked("bounce+u=gmail.com@news.example", "x@news.example");
	assert_masked("j\xC3\xB6rg@b\xC3\xBC"
		      "cher.example",
		      "x@b\xC3\xBC"
		      "cher.example");
	assert_masked("u@[192.0.2.1]", "x@[192.0.2.1]");
}

static void
all_else_stays(void **state)
{
	(void)state;
	assert_masked("", "");
	assert_masked("no address, 192.0.2.1 and v5_0r5", "no address, 192.0.2.1 and v5_0r5");
	assert_masked("user@ nowhere", "user@ nowhere");
	assert_masked("@example.com", "@example.com");
	assert_masked("{\"rcpt\":\"h@example.com\",\"n\":1}",
		      "{\"rcpt\":\"x@example.com\",\"n\":1}");
}

static void
json_stays_json(void **state)
{
	(void)state;
	assert_masked("\"\\u003cjane@example.com\\u003e\"", "\"\\u003cx@example.com\\u003e\"");
	assert_masked("\"to:\\njane@example.com\"", "\"to:\\nx@example.com\"");
	assert_masked("\"a\\\\jane@example.com\"", "\"a\\\\x@example.com\"");
	assert_masked("{\"rcpt\":\"\\\"jane doe\\\"@example.com\"}",
		      "{\"rcpt\":\"\\\"x\\\"@example.com\"}");
}

static void
quoted_local_parts_are_masked(void **state)
{
	(void)state;
	assert_masked("RCPT \"jane doe\"@example.com", "RCPT \"x\"@example.com");
	assert_masked("<rcpt>&quot;jane doe&quot;@example.com</rcpt>",
		      "<rcpt>&quot;x&quot;@example.com</rcpt>");
	assert_masked("jane\"@example.com", "jane\"@example.com");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(local_parts_become_x),
		cmocka_unit_test(all_else_stays),
		cmocka_unit_test(json_stays_json),
		cmocka_unit_test(quoted_local_parts_are_masked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
