/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"

static char buffer[4096];
static struct csv_row row;
static size_t used;

/* An exact heap copy, so that the sanitizer sees a read beyond its end. */
static enum csv_result
cut_exact(const char *text, size_t len, char **copy)
{
	*copy = malloc(len > 0 ? len : 1);
	assert_non_null(*copy);
	memcpy(*copy, text, len);
	return csv_next(*copy, len, &row, &used);
}

static enum csv_result
cut(const char *text)
{
	size_t len = strlen(text);

	assert_true(len < sizeof buffer);
	memcpy(buffer, text, len);
	return csv_next(buffer, len, &row, &used);
}

static void
assert_field(size_t i, const char *expected)
{
	assert_true(i < row.count);
	assert_int_equal(row.field[i].len, strlen(expected));
	assert_memory_equal(row.field[i].ptr, expected, row.field[i].len);
}

static void
plain_fields_are_cut_at_commas(void **state)
{
	(void)state;
	assert_int_equal(cut("d,2026,,x\nnext"), CSV_ROW);
	assert_int_equal(used, 10);
	assert_int_equal(row.count, 4);
	assert_field(0, "d");
	assert_field(1, "2026");
	assert_field(2, "");
	assert_field(3, "x");
}

static void
crlf_and_lf_end_a_row_alike(void **state)
{
	(void)state;
	assert_int_equal(cut("a,b\r\n"), CSV_ROW);
	assert_int_equal(row.count, 2);
	assert_field(1, "b");
	assert_int_equal(used, 5);
	assert_int_equal(cut("a,\"b\"\r\n"), CSV_ROW);
	assert_field(1, "b");
	assert_int_equal(used, 7);
}

static void
a_carriage_return_inside_a_row_is_text(void **state)
{
	(void)state;
	assert_int_equal(cut("a\rb,c\r\r\n"), CSV_ROW);
	assert_field(0, "a\rb");
	assert_field(1, "c\r");
}

static void
an_empty_line_has_no_fields(void **state)
{
	(void)state;
	assert_int_equal(cut("\nd"), CSV_ROW);
	assert_int_equal(row.count, 0);
	assert_int_equal(used, 1);
	assert_int_equal(cut("\r\nd"), CSV_ROW);
	assert_int_equal(row.count, 0);
	assert_int_equal(used, 2);
}

static void
a_comma_before_the_line_end_makes_an_empty_last_field(void **state)
{
	(void)state;
	assert_int_equal(cut("a,\n"), CSV_ROW);
	assert_int_equal(row.count, 2);
	assert_field(1, "");
	assert_int_equal(cut("\"a\",\n"), CSV_ROW);
	assert_int_equal(row.count, 2);
}

static void
quoted_fields_hold_commas_and_line_ends(void **state)
{
	(void)state;
	assert_int_equal(cut("a,\"b,c\r\nd\ne\",f\ng"), CSV_ROW);
	assert_int_equal(row.count, 3);
	assert_field(1, "b,c\r\nd\ne");
	assert_field(2, "f");
	assert_int_equal(row.lines, 3);
	assert_int_equal(used, 15);
}

static void
doubled_quotes_are_undone(void **state)
{
	(void)state;
	assert_int_equal(cut("\"\"\"Admin\"\" <a@x.example>\",\"\"\"\",\"\",z\n"), CSV_ROW);
	assert_int_equal(row.count, 4);
	assert_field(0, "\"Admin\" <a@x.example>");
	assert_field(1, "\"");
	assert_field(2, "");
	assert_field(3, "z");
}

static void
a_quote_inside_an_unquoted_field_is_text(void **state)
{
	(void)state;
	assert_int_equal(cut("a\"b,c\"\"d,\"e\"\"f\",g\"\n"), CSV_ROW);
	assert_int_equal(row.count, 4);
	assert_field(0, "a\"b");
	assert_field(1, "c\"\"d");
	assert_field(2, "e\"f");
	assert_field(3, "g\"");
}

static void
text_behind_a_closing_quote_is_bad_and_costs_one_line(void **state)
{
	(void)state;
	assert_int_equal(cut("a,\"b\"c,d\ne,f\n"), CSV_BAD);
	assert_int_equal(used, 9);
	assert_int_equal(cut("a,\"b\nc\"d\ne,f\n"), CSV_BAD);
	assert_int_equal(used, 5);
	assert_int_equal(cut("a,\"b\"\rc\n"), CSV_BAD);
	assert_int_equal(used, 8);
}

static void
a_row_without_its_end_is_partial_and_untouched(void **state)
{
	static const char *const parts[] = {"",		"a,b",	     "a,\"b\n",	      "\"a\"\"\n",
					    "\"a\n\"",	"\"a\n\"\r", "\"a\n\",",      "\"a\n\",b\r",
					    "\"a\"\"b", "\"\n\"\"",  "\"a\"\",\n\"\""};

	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		char *copy;

		assert_int_equal(cut_exact(parts[i], strlen(parts[i]), &copy), CSV_PARTIAL);
		assert_memory_equal(copy, parts[i], strlen(parts[i]));
		free(copy);
	}
}

static void
zero_bytes_and_bytes_that_are_no_text_survive(void **state)
{
	static const char text[] = "a\0b,\"\xff\0\xfe\",\x80\n";

	(void)state;
	memcpy(buffer, text, sizeof text - 1);
	assert_int_equal(csv_next(buffer, sizeof text - 1, &row, &used), CSV_ROW);
	assert_int_equal(row.count, 3);
	assert_int_equal(row.field[0].len, 3);
	assert_memory_equal(row.field[1].ptr, "\xff\0\xfe", 3);
	assert_memory_equal(row.field[2].ptr, "\x80", 1);
}

static void
fields_beyond_the_limit_are_counted_only(void **state)
{
	enum { FIELDS = CSV_FIELDS_MAX + 44 };

	(void)state;
	memset(buffer, ',', FIELDS - 1);
	buffer[FIELDS - 1] = '\n';
	assert_int_equal(csv_next(buffer, FIELDS, &row, &used), CSV_ROW);
	assert_int_equal(row.count, FIELDS);
	assert_int_equal(used, FIELDS);
}

/* What a byte-by-byte reader finds: an oracle that shares nothing with the scanner. */
struct oracle {
	size_t used, count, lines;
	char text[512];
	size_t begin[64], len[64];
};

static void
oracle_put(struct oracle *o, size_t *out, char c)
{
	o->text[(*out)++] = c;
	o->len[o->count - 1]++;
}

static void
oracle_field(struct oracle *o, size_t out)
{
	o->begin[o->count] = out;
	o->len[o->count] = 0;
	o->count++;
}

enum oracle_state { BEGIN, PLAIN, QUOTED, CLOSED, CLOSED_CR };

static enum csv_result
oracle_end(struct oracle *o, enum oracle_state state, size_t out)
{
	size_t *len = &o->len[o->count - 1];
	bool closed = state == CLOSED || state == CLOSED_CR;

	if (!closed && *len > 0 && o->text[out - 1] == '\r')
		--*len;
	if (!closed && o->count == 1 && *len == 0)
		o->count = 0;
	return CSV_ROW;
}

/* A field is judged only if there is a line end at or behind its begin. */
static enum csv_result
oracle_bad(struct oracle *o, const char *in, size_t len, size_t field)
{
	o->used = (size_t)((const char *)memchr(in, '\n', len) - in) + 1;
	return memchr(in + field, '\n', len - field) ? CSV_BAD : CSV_PARTIAL;
}

static enum csv_result
oracle_read(const char *in, size_t len, struct oracle *o)
{
	enum oracle_state state = BEGIN;
	size_t out = 0, field = 0;

	memset(o, 0, sizeof *o);
	if (!memchr(in, '\n', len))
		return CSV_PARTIAL;
	oracle_field(o, 0);
	for (size_t i = 0; i < len; i++) {
		char c = in[i];

		o->used = i + 1;
		o->lines += c == '\n';
		if (state == QUOTED && c == '"') {
			state = CLOSED;
		} else if (state == QUOTED || (state == CLOSED && c == '"')) {
			oracle_put(o, &out, c);
			state = QUOTED;
		} else if (c == '\n') {
			return oracle_end(o, state, out);
		} else if (state != CLOSED_CR && c == ',') {
			field = i + 1;
			oracle_field(o, out);
			state = BEGIN;
		} else if (state == CLOSED && c == '\r') {
			state = CLOSED_CR;
		} else if (state == CLOSED || state == CLOSED_CR) {
			return oracle_bad(o, in, len, field);
		} else if (state == BEGIN && c == '"') {
			state = QUOTED;
		} else {
			oracle_put(o, &out, c);
			state = PLAIN;
		}
	}
	return CSV_PARTIAL;
}

static void
assert_as_oracle(const char *text, size_t len)
{
	struct oracle o;
	char *copy;
	enum csv_result result = cut_exact(text, len, &copy);

	assert_int_equal(result, oracle_read(text, len, &o));
	if (result != CSV_PARTIAL)
		assert_int_equal(used, o.used);
	if (result == CSV_ROW) {
		assert_int_equal(row.count, o.count);
		assert_int_equal(row.lines, o.lines);
		for (size_t i = 0; i < o.count; i++) {
			assert_int_equal(row.field[i].len, o.len[i]);
			assert_memory_equal(row.field[i].ptr, o.text + o.begin[i], o.len[i]);
		}
	}
	free(copy);
}

static void
random_texts_are_cut_as_a_byte_by_byte_reader_does(void **state)
{
	static const char alphabet[] = "ab,,\"\"\n\r";
	char text[48];

	(void)state;
	srand(20261122);
	for (int round = 0; round < 300000; round++) {
		size_t len = (size_t)rand() % sizeof text;

		for (size_t i = 0; i < len; i++)
			text[i] = alphabet[(size_t)rand() % (sizeof alphabet - 1)];
		assert_as_oracle(text, len);
	}
}

static void
a_row_is_cut_the_same_however_much_of_it_is_there(void **state)
{
	static const char text[] = "a,\"b\"\"c\r\nd\",,\"\",e\r\nnext,\"row\"\n";
	const size_t first = strlen("a,\"b\"\"c\r\nd\",,\"\",e\r\n");
	char *copy;

	(void)state;
	for (size_t len = 0; len < sizeof text; len++) {
		enum csv_result result = cut_exact(text, len, &copy);

		assert_int_equal(result, len < first ? CSV_PARTIAL : CSV_ROW);
		if (result == CSV_ROW) {
			assert_int_equal(used, first);
			assert_int_equal(row.count, 5);
			assert_field(1, "b\"c\r\nd");
			assert_field(4, "e");
		}
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_fields_are_cut_at_commas),
		cmocka_unit_test(crlf_and_lf_end_a_row_alike),
		cmocka_unit_test(a_carriage_return_inside_a_row_is_text),
		cmocka_unit_test(an_empty_line_has_no_fields),
		cmocka_unit_test(a_comma_before_the_line_end_makes_an_empty_last_field),
		cmocka_unit_test(quoted_fields_hold_commas_and_line_ends),
		cmocka_unit_test(doubled_quotes_are_undone),
		cmocka_unit_test(a_quote_inside_an_unquoted_field_is_text),
		cmocka_unit_test(text_behind_a_closing_quote_is_bad_and_costs_one_line),
		cmocka_unit_test(a_row_without_its_end_is_partial_and_untouched),
		cmocka_unit_test(zero_bytes_and_bytes_that_are_no_text_survive),
		cmocka_unit_test(fields_beyond_the_limit_are_counted_only),
		cmocka_unit_test(random_texts_are_cut_as_a_byte_by_byte_reader_does),
		cmocka_unit_test(a_row_is_cut_the_same_however_much_of_it_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
