/* SPDX-License-Identifier: BSD-2-Clause */
#include "acct_json.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

/* Longest key and value quoted in a complaint. */
#define QUOTED_MAX 40

#define REPLACEMENT 0xfffdU

struct scan {
	char *at;
	char *end;
	struct slice key; /* whose value is being read */
	char *error;
	size_t error_size;
};

static int
complain(struct scan *scan, const char *at, const char *expected)
{
	char key[QUOTED_MAX], found[QUOTED_MAX];

	text_clean(key, sizeof key, scan->key.ptr, scan->key.len);
	text_clean(found, sizeof found, at, (size_t)(scan->end - at));
	snprintf(scan->error, scan->error_size, "%s%s%s\"%s\"; expected %s",
		 scan->key.len > 0 ? "key " : "", key, scan->key.len > 0 ? ": " : "", found,
		 expected);
	return -1;
}

static void
skip_blanks(struct scan *scan)
{
	while (scan->at < scan->end &&
	       (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\r' || *scan->at == '\n'))
		scan->at++;
}

static bool
take_char(struct scan *scan, char c)
{
	skip_blanks(scan);
	if (scan->at == scan->end || *scan->at != c)
		return false;
	scan->at++;
	return true;
}

/* The quote that ends a string: the first one that an even number of backslashes stands before. */
static char *
closing_quote(char *begin, const char *end)
{
	char *at = begin;

	while ((at = memchr(at, '"', (size_t)(end - at))) != NULL) {
		const char *back = at;

		while (back > begin && back[-1] == '\\')
			back--;
		if ((at - back) % 2 == 0)
			return at;
		at++;
	}
	return NULL;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The number of four hexadecimal digits, or -1. */
static int
take_hex(const char *at, const char *end)
{
	int number = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(at[i]);

		if (digit < 0)
			return -1;
		number = number << 4 | digit;
	}
	return number;
}

/* UTF-8 (RFC 3629, 3). Never longer than the escape that it stands for. */
static char *
put_character(char *to, unsigned code)
{
	if (code < 0x80) {
		*to++ = (char)code;
		return to;
	}
	if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
	} else if (code < 0x10000) {
		*to++ = (char)(0xe0 | code >> 12);
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
	} else {
		*to++ = (char)(0xf0 | code >> 18);
		*to++ = (char)(0x80 | (code >> 12 & 0x3f));
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
	}
	*to++ = (char)(0x80 | (code & 0x3f));
	return to;
}

/* Undoes "\uXXXX" (RFC 8259, 7), where characters beyond 16 bits are two of them. Returns what
 * stands behind it, or NULL. */
static const char *
undo_unicode(const char *from, const char *end, char **to)
{
	int high = take_hex(from + 2, end);
	int low = -1;
	unsigned code;

	if (high < 0)
		return NULL;
	code = (unsigned)high;
	from += 6;
	if (high >= 0xd800 && high < 0xdc00 && end - from >= 6 && from[0] == '\\' && from[1] == 'u')
		low = take_hex(from + 2, end);
	if (low >= 0xdc00 && low < 0xe000) {
		code = 0x10000 + (((unsigned)high & 0x3ff) << 10 | ((unsigned)low & 0x3ff));
		from += 6;
	} else if (high == 0 || (high >= 0xd800 && high < 0xe000)) {
		code = REPLACEMENT;
	}
	*to = put_character(*to, code);
	return from;
}

/* Undoes the escape at from. Returns what stands behind it, or NULL. */
static const char *
undo_escape(const char *from, const char *end, char **to)
{
	static const char escaped[] = "\"\\/bfnrt";
	static const char meant[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (from[1] == 'u')
		return undo_unicode(from, end, to);
	found = from[1] != '\0' ? strchr(escaped, from[1]) : NULL;
	if (!found)
		return NULL;
	*(*to)++ = meant[found - escaped];
	return from + 2;
}

/* Undoes all escapes between begin and end, from the first one on. */
static int
undo_escapes(struct scan *scan, char *first, const char *end, char **to)
{
	const char *from = first;

	*to = first;
	while (from < end) {
		const char *next = memchr(from, '\\', (size_t)(end - from));
		size_t plain = (size_t)((next ? next : end) - from);

		memmove(*to, from, plain);
		*to += plain;
		from += plain;
		if (!next)
			break;
		from = undo_escape(next, end, to);
		if (!from)
			return complain(scan, next, "an escape such as \\n, \\\" or \\u00e9");
	}
	return 0;
}

/* A string whose opening quote has been taken; out is NULL if nobody wants it. */
static int
take_string(struct scan *scan, struct slice *out)
{
	char *begin = scan->at;
	char *quote = closing_quote(begin, scan->end);
	char *end = quote;
	char *escape;

	if (!quote)
		return complain(scan, begin, "a closing quote");
	scan->at = quote + 1;
	if (!out)
		return 0;
	escape = memchr(begin, '\\', (size_t)(quote - begin));
	if (escape && undo_escapes(scan, escape, quote, &end) < 0)
		return -1;
	*out = (struct slice){begin, (size_t)(end - begin)};
	return 0;
}

/* Passes over an object or array. Which of them is open at each depth is a bit. */
static int
skip_nested(struct scan *scan)
{
	const char *begin = scan->at;
	uint64_t objects = 0;
	unsigned depth = 0;

	do {
		char c = *scan->at++;

		if (c == '"') {
			if (take_string(scan, NULL) < 0)
				return -1;
		} else if (c == '{' || c == '[') {
			if (depth++ == ACCT_JSON_DEPTH_MAX)
				return complain(scan, begin, "a value less deeply nested");
			objects = objects << 1 | (c == '{');
		} else if (c == '}' || c == ']') {
			if ((objects & 1) != (c == '}'))
				return complain(scan, scan->at - 1, "brackets in pairs");
			objects >>= 1;
			depth--;
		}
	} while (depth > 0 && scan->at < scan->end);
	return depth == 0 ? 0 : complain(scan, begin, "brackets in pairs");
}

static size_t
skip_digits(struct slice word, size_t at)
{
	while (at < word.len && word.ptr[at] >= '0' && word.ptr[at] <= '9')
		at++;
	return at;
}

/* RFC 8259, 6; but leading zeros, which do no harm, are taken. */
static bool
is_number(struct slice word)
{
	size_t at = word.ptr[0] == '-';
	size_t end = skip_digits(word, at);

	if (end == at)
		return false;
	if (end < word.len && word.ptr[end] == '.') {
		at = end + 1;
		end = skip_digits(word, at);
		if (end == at)
			return false;
	}
	if (end < word.len && (word.ptr[end] | 0x20) == 'e') {
		at = end + 1;
		at += at < word.len && (word.ptr[at] == '+' || word.ptr[at] == '-');
		end = skip_digits(word, at);
		if (end == at)
			return false;
	}
	return end == word.len;
}

static bool
is_word(struct slice word, const char *text)
{
	return word.len == strlen(text) && memcmp(word.ptr, text, word.len) == 0;
}

/* A number, true, false or null. */
static int
take_word(struct scan *scan, struct slice *out)
{
	struct slice word = {scan->at, 0};

	while (scan->at < scan->end && !strchr(",}] \t\r\n", *scan->at))
		scan->at++;
	word.len = (size_t)(scan->at - word.ptr);
	if (word.len == 0 || (!is_number(word) && !is_word(word, "true") &&
			      !is_word(word, "false") && !is_word(word, "null")))
		return complain(scan, word.ptr, "a value: \"text\", a number, true, false or null");
	if (word.ptr[0] == 'n')
		word.len = 0;
	if (out)
		*out = word;
	return 0;
}

static int
take_value(struct scan *scan, struct slice *out)
{
	skip_blanks(scan);
	if (scan->at < scan->end && *scan->at == '"') {
		scan->at++;
		return take_string(scan, out);
	}
	if (scan->at == scan->end || (*scan->at != '{' && *scan->at != '['))
		return take_word(scan, out);
	if (out)
		*out = (struct slice){scan->at, 0};
	return skip_nested(scan);
}

/* "key": value. A value that is there has a place, even an empty one: so a second one is seen. */
static int
take_member(struct scan *scan, struct slice values[ACCT_COLUMNS])
{
	struct slice key = {NULL, 0};
	enum acct_column column;

	scan->key = key;
	if (!take_char(scan, '"'))
		return complain(scan, scan->at, "a key in quotes");
	if (take_string(scan, &key) < 0)
		return -1;
	scan->key = key;
	if (!take_char(scan, ':'))
		return complain(scan, scan->at, "a colon");
	column = acct_column_find(key.ptr, key.len);
	if (column == ACCT_COLUMNS || values[column].ptr)
		return take_value(scan, NULL);
	return take_value(scan, &values[column]);
}

static int
take_object(struct scan *scan, struct slice values[ACCT_COLUMNS])
{
	if (!take_char(scan, '{'))
		return complain(scan, scan->at, "an object: {\"type\":...}");
	if (!take_char(scan, '}')) {
		do {
			if (take_member(scan, values) < 0)
				return -1;
		} while (take_char(scan, ','));
		if (!take_char(scan, '}'))
			return complain(scan, scan->at, "a comma or a closing brace");
	}
	scan->key = (struct slice){NULL, 0};
	skip_blanks(scan);
	return scan->at == scan->end ? 0 : complain(scan, scan->at, "the end of the line");
}

int
acct_json_read(char *line, size_t len, struct acct_record *out, char *error, size_t error_size)
{
	struct scan scan = {line, line + len, {NULL, 0}, error, error_size};
	struct slice values[ACCT_COLUMNS] = {{NULL, 0}};

	/* Tools that rewrite a file put a BOM before its first line. */
	if (len >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0)
		scan.at += 3;
	if (take_object(&scan, values) < 0)
		return -1;
	return acct_record_from(values, "key", out, error, error_size);
}
