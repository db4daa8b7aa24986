/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf_scan.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct scanner {
	char *at;
	const char *end;
	unsigned line;
	bool after_equals; /* then a brace opens a list, not a section */
	conf_scan_section_fn section;
	void *ctx;
	struct conf_scan_error *error;
};

__attribute__((format(printf, 3, 4))) static int
scan_fail(struct scanner *s, unsigned line, const char *fmt, ...)
{
	va_list ap;

	s->error->line = line;
	va_start(ap, fmt);
	vsnprintf(s->error->text, sizeof s->error->text, fmt, ap);
	va_end(ap);
	return -1;
}

static bool
scan_starts(const struct scanner *s, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(s->end - s->at) >= len && memcmp(s->at, word, len) == 0;
}

static int
scan_line_comment(struct scanner *s)
{
	while (s->at < s->end && *s->at != '\n')
		*s->at++ = ' ';
	return 0;
}

static int
scan_block_comment(struct scanner *s)
{
	unsigned begin = s->line;

	while (!scan_starts(s, "*/")) {
		if (s->at == s->end)
			return scan_fail(s, begin, "this comment has no end: '*/' is missing");
		if (*s->at == '\n')
			s->line++;
		else
			*s->at = ' ';
		s->at++;
	}
	*s->at++ = ' ';
	*s->at++ = ' ';
	return 0;
}

static int
scan_environment(struct scanner *s)
{
	return scan_fail(s, s->line,
			 "the environment is not put into the configuration: write a "
			 "literal '${' in 'single quotes'");
}

static int
scan_quoted(struct scanner *s, char quote)
{
	unsigned begin = s->line;

	for (s->at++; s->at < s->end && *s->at != quote; s->at++) {
		if (quote == '"' && scan_starts(s, "${"))
			return scan_environment(s);
		if (*s->at == '\\' && s->at + 1 < s->end)
			s->at++;
		if (*s->at == '\n')
			s->line++;
	}
	if (s->at == s->end)
		return scan_fail(s, begin, "the text that begins here has no closing %s",
				 quote == '"' ? "double quote (\")" : "single quote (')");
	s->at++;
	s->after_equals = false;
	return 0;
}

static int
scan_mark(struct scanner *s)
{
	char c = *s->at;

	if (c == '{' && !s->after_equals && s->section)
		s->section(s->ctx, s->line);
	if (c == '+' && !scan_starts(s, "+="))
		return scan_fail(s, s->line, "stray '+': a value with it needs \"quotes\"");
	if (c != '+')
		s->after_equals = c == '=';
	s->at++;
	return 0;
}

/* A word runs on over '/', so that a URL needs no quotes although "//" begins a comment. */
static int
scan_word(struct scanner *s)
{
	while (s->at < s->end && !strchr(" #\"'\t\r\n={}()+,*", *s->at)) {
		if (scan_starts(s, "${"))
			return scan_environment(s);
		if ((unsigned char)*s->at < ' ' || *s->at == 0x7f)
			return scan_fail(s, s->line, "control character 0x%02x",
					 (unsigned)(unsigned char)*s->at);
		s->at++;
	}
	s->after_equals = false;
	return 0;
}

static int
scan_token(struct scanner *s)
{
	char c = *s->at;

	if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
		s->line += c == '\n';
		s->at++;
		return 0;
	}
	if (c == '#' || scan_starts(s, "//"))
		return scan_line_comment(s);
	if (scan_starts(s, "/*"))
		return scan_block_comment(s);
	if (c == '"' || c == '\'')
		return scan_quoted(s, c);
	if (c == '*')
		return scan_fail(s, s->line, "stray '*': a pattern needs \"quotes\"");
	if (strchr("={}()+,", c))
		return scan_mark(s);
	return scan_word(s);
}

int
conf_scan(char *text, size_t len, conf_scan_section_fn section, void *ctx,
	  struct conf_scan_error *error)
{
	struct scanner s = {
		.at = text,
		.end = text + len,
		.line = 1,
		.section = section,
		.ctx = ctx,
		.error = error,
	};
	const char *nul = memchr(text, '\0', len);

	for (const char *p = text; nul && p < nul; p++)
		s.line += *p == '\n';
	if (nul)
		return scan_fail(&s, s.line, "a NUL byte: this is no text file");
	/* Editors elsewhere begin a UTF-8 file with a byte order mark. */
	if (scan_starts(&s, "\xef\xbb\xbf"))
		memset(text, ' ', 3);
	while (s.at < s.end) {
		if (scan_token(&s) < 0)
			return -1;
	}
	return 0;
}
