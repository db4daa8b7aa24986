/* SPDX-License-Identifier: BSD-2-Clause */
#include "reply.h"

#include <stdio.h>
#include <string.h>

/* Longest type that is looked for before the ';' of a diagnostic code ("smtp", "x-powermta"). */
#define TYPE_MAX 32U

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Controls count as blanks: replies of several lines keep their line ends in some documents. */
static struct slice
skip_blanks(struct slice text)
{
	while (text.len > 0 && (unsigned char)text.ptr[0] <= ' ') {
		text.ptr++;
		text.len--;
	}
	return text;
}

static struct slice
skip(struct slice text, size_t count)
{
	return (struct slice){text.ptr + count, text.len - count};
}

/* One to three digits; 0 if there are none, or more. */
static size_t
read_number(const char *text, size_t len, uint16_t *out)
{
	size_t digits = 0;
	unsigned number = 0;

	for (; digits < len && is_digit(text[digits]); digits++) {
		if (digits == 3)
			return 0;
		number = number * 10 + (unsigned)(text[digits] - '0');
	}
	*out = (uint16_t)number;
	return digits;
}

size_t
reply_read_enhanced(const char *text, size_t len, struct reply_enhanced *out)
{
	uint16_t subject = 0, detail = 0;
	size_t at = 2, digits;

	*out = (struct reply_enhanced){0};
	if (len < 5 || (text[0] != '2' && text[0] != '4' && text[0] != '5') || text[1] != '.')
		return 0;
	digits = read_number(text + at, len - at, &subject);
	at += digits;
	if (digits == 0 || at == len || text[at++] != '.')
		return 0;
	digits = read_number(text + at, len - at, &detail);
	at += digits;
	if (digits == 0 || (at < len && is_alnum(text[at])))
		return 0;
	/* An address of a host that begins with 5 is no status code. */
	if (at + 1 < len && text[at] == '.' && is_digit(text[at + 1]))
		return 0;
	*out = (struct reply_enhanced){(uint8_t)(text[0] - '0'), subject, detail};
	return at;
}

const char *
reply_format_enhanced(struct reply_enhanced enhanced, char buf[REPLY_ENHANCED_SIZE])
{
	buf[0] = '\0';
	if (enhanced.class != 0)
		snprintf(buf, REPLY_ENHANCED_SIZE, "%u.%u.%u", enhanced.class % 10U,
			 enhanced.subject % 1000U, enhanced.detail % 1000U);
	return buf;
}

/* Length of the reply code at the begin, 0 if there is none. */
static size_t
read_code(struct slice line, uint16_t *code)
{
	uint16_t number = 0;

	if (read_number(line.ptr, line.len, &number) != 3 || number < 200 || number > 599)
		return 0;
	if (line.len > 3 && (is_alnum(line.ptr[3]) || line.ptr[3] == '.'))
		return 0;
	*code = number;
	return 3;
}

/* Takes the enhanced code off the text. Some servers write "#5.1.0", others "(#5.1.0)". */
static struct slice
take_enhanced(struct slice text, struct reply_enhanced *out)
{
	struct slice rest = text;
	bool open = false;
	size_t len;

	if (rest.len > 0 && rest.ptr[0] == '(') {
		open = true;
		rest = skip(rest, 1);
	}
	if (rest.len > 0 && rest.ptr[0] == '#')
		rest = skip(rest, 1);
	len = reply_read_enhanced(rest.ptr, rest.len, out);
	if (len == 0)
		return text;
	rest = skip(rest, len);
	if (open && rest.len > 0 && rest.ptr[0] == ')')
		rest = skip(rest, 1);
	return rest;
}

/* Reads a reply that begins with its code; one without code is text only. */
static void
read_line(struct slice line, struct reply *out)
{
	struct slice text = skip_blanks(line);
	size_t len;

	out->line = text;
	out->text = text;
	len = read_code(text, &out->code);
	if (len == 0)
		return;
	text = skip(text, len);
	out->multiline = text.len > 0 && text.ptr[0] == '-';
	if (out->multiline)
		text = skip(text, 1);
	text = take_enhanced(skip_blanks(text), &out->enhanced);
	out->text = skip_blanks(text);
}

/* "smtp;" and its like (RFC 3464, 2.3.6). */
static struct slice
skip_type(struct slice diag)
{
	size_t len = 0;

	while (len < diag.len && len < TYPE_MAX &&
	       (is_alnum(diag.ptr[len]) || diag.ptr[len] == '-'))
		len++;
	return len > 0 && len < diag.len && diag.ptr[len] == ';' ? skip(diag, len + 1) : diag;
}

void
reply_read(struct slice diag, struct slice status, struct reply *out)
{
	*out = (struct reply){0};
	read_line(skip_type(skip_blanks(diag)), out);
	if (out->enhanced.class == 0) {
		status = skip_blanks(status);
		reply_read_enhanced(status.ptr, status.len, &out->enhanced);
	}
}

/* How PowerMTA goes on behind the quote: the quoted text itself may hold quotes. */
static const char *
find_quote_end(struct slice quoted)
{
	static const char *const endings[] = {"\" received from ", "\" while connected "};

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		const char *at = memmem(quoted.ptr, quoted.len, endings[i], strlen(endings[i]));

		if (at)
			return at;
	}
	return memrchr(quoted.ptr, '"', quoted.len);
}

void
reply_read_error(struct slice error, struct reply *out)
{
	const char *open = error.len > 0 ? memchr(error.ptr, '"', error.len) : NULL;

	*out = (struct reply){0};
	if (open) {
		struct slice quoted = skip(error, (size_t)(open + 1 - error.ptr));
		const char *close = quoted.len > 0 ? find_quote_end(quoted) : NULL;

		if (close)
			quoted.len = (size_t)(close - quoted.ptr);
		read_line(quoted, out);
	}
	/* Words in quotes without a code are PowerMTA's own, and so is all around them. */
	if (out->code == 0) {
		out->line = skip_blanks(error);
		out->text = out->line;
	}
}

const char *
reply_put_together(uint32_t reply_code, uint32_t status, const char *words, char *buf, size_t size)
{
	char code[8] = "", enhanced[REPLY_ENHANCED_SIZE + 1] = "";
	size_t len;

	if (reply_code != 0)
		snprintf(code, sizeof code, "%u ", reply_code % 1000);
	if (status != 0)
		snprintf(enhanced, sizeof enhanced, "%u.%u.%u ", status / 1000000 % 10,
			 status / 1000 % 1000, status % 1000);
	snprintf(buf, size, "%s%s%s", code, enhanced, words);
	len = strlen(buf);
	if (words[0] == '\0' && len > 0)
		buf[len - 1] = '\0';
	return buf;
}
