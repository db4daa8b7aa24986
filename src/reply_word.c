/* SPDX-License-Identifier: BSD-2-Clause */
#include "reply_word.h"

#include <string.h>
#include <strings.h>

#include "reply.h"
#include "reply_token.h"

/* Pages of help are named by numbers up to this length, which are worth more than one group. */
#define PAGE_DIGITS 7U

static struct slice
span(const char *begin, const char *end)
{
	return (struct slice){begin, (size_t)(end - begin)};
}

static struct slice
skip(struct slice text, size_t count)
{
	return (struct slice){text.ptr + count, text.len - count};
}

/* How much of the text fits: continuation bytes of UTF-8 never begin a character. */
static size_t
fitting(struct slice text, size_t room)
{
	if (text.len <= room)
		return text.len;
	while (room > 0 && ((unsigned char)text.ptr[room] & 0xc0) == 0x80)
		room--;
	return room;
}

void
reply_word_put(struct reply_writer *writer, struct slice text)
{
	const size_t gap = writer->blank && writer->len > 0;
	const size_t room = writer->room - writer->len;
	size_t fit;

	if (writer->full || text.len == 0)
		return;
	fit = room > gap ? fitting(text, room - gap) : 0;
	writer->full = fit < text.len;
	if (fit == 0)
		return;
	if (gap)
		writer->dst[writer->len++] = ' ';
	memcpy(writer->dst + writer->len, text.ptr, fit);
	writer->len += fit;
	writer->blank = false;
}

void
reply_word_mark(struct reply_writer *writer, const char *mark)
{
	const size_t gap = writer->blank && writer->len > 0;
	const size_t len = strlen(mark);

	if (gap + len > writer->room - writer->len)
		writer->full = true;
	reply_word_put(writer, (struct slice){mark, len});
}

static bool
is_status(struct slice word)
{
	struct reply_enhanced ignored;

	return word.len > 0 && reply_read_enhanced(word.ptr, word.len, &ignored) == word.len;
}

/* A part of a URL's path. */
static void
write_segment(struct reply_writer *writer, struct slice part)
{
	const bool page = reply_token_is_digits(part) && part.len <= PAGE_DIGITS;

	if (reply_token_is_address(part) || reply_token_is_verp(part))
		reply_word_mark(writer, "<address>");
	else if (reply_token_is_ip(part))
		reply_word_mark(writer, "<ip>");
	else if (!page && (reply_token_is_number(part) || reply_token_is_id(part)))
		reply_word_mark(writer, "<id>");
	else
		reply_word_put(writer, part);
}

/* Host and path, up to a query; of that only that there is one. */
static void
write_path(struct reply_writer *writer, struct slice path)
{
	const char *const end = path.ptr + path.len;

	for (const char *at = path.ptr; at < end;) {
		const size_t len = (size_t)(end - at);
		const char *stop = memchr(at, '/', len);
		const struct slice part = span(at, stop ? stop : end);

		write_segment(writer, part);
		if (stop)
			reply_word_put(writer, span(stop, stop + 1));
		at += part.len + (stop != NULL);
	}
}

static void
write_url(struct reply_writer *writer, struct slice url)
{
	const size_t scheme =
		(size_t)((const char *)memmem(url.ptr, url.len, "//", 2) - url.ptr) + 2;
	size_t path = scheme;

	while (path < url.len && url.ptr[path] != '?' && url.ptr[path] != '#')
		path++;
	reply_word_put(writer, span(url.ptr, url.ptr + scheme));
	write_path(writer, span(url.ptr + scheme, url.ptr + path));
	if (path < url.len)
		reply_word_mark(writer, "?<query>");
}

/* True for "anna.schmidt" and "bob42", but not for "unknown", "over-quota" or "5.1.1". */
static bool
names_person(struct slice word)
{
	bool letter = false, sign = false;

	for (size_t i = 0; i < word.len; i++) {
		const char c = word.ptr[i];
		const bool digit = c >= '0' && c <= '9';

		sign |= digit || strchr("._+", c) != NULL;
		letter |= !digit && strchr("._+-", c) == NULL;
	}
	return letter && sign;
}

static bool
has_digit(struct slice word)
{
	for (size_t i = 0; i < word.len; i++) {
		if (word.ptr[i] >= '0' && word.ptr[i] <= '9')
			return true;
	}
	return false;
}

/* True if the word alone is in quotes. */
static bool
is_quoted(const struct reply_writer *writer, struct slice word)
{
	return word.ptr > writer->begin && word.ptr + word.len < writer->end &&
	       strchr("\"'`", word.ptr[-1]) && strchr("\"'", word.ptr[word.len]);
}

/* The mark of a word that only the one before it gives away, or NULL. */
static const char *
mark_hinted(const struct reply_writer *writer, struct slice word, bool assigned)
{
	const enum reply_hint hint = reply_token_hint(writer->hint);

	if (hint == REPLY_HINT_PERSON &&
	    (assigned || is_quoted(writer, word) || names_person(word)))
		return "<address>";
	if (hint == REPLY_HINT_ID && has_digit(word))
		return "<id>";
	if (hint == REPLY_HINT_QUEUE && memchr(word.ptr, '/', word.len))
		return "<queue>";
	return NULL;
}

/* The mark of a word as a whole, or NULL. Status codes are what a reply is about: they stay. */
static const char *
mark_of(const struct reply_writer *writer, struct slice word, bool assigned)
{
	const char *hinted;

	if (reply_token_is_ip(word))
		return "<ip>";
	if (is_status(word))
		return NULL;
	hinted = mark_hinted(writer, word, assigned);
	if (hinted)
		return hinted;
	return reply_token_is_number(word) ? "<n>" : NULL;
}

/* True if a unit follows the word, so that it is a count. */
static bool
has_unit(const struct reply_writer *writer, struct slice word)
{
	const char *at = word.ptr + word.len, *stop;

	while (at < writer->end && *at == ' ')
		at++;
	stop = at;
	while (stop < writer->end && (*stop | 0x20) >= 'a' && (*stop | 0x20) <= 'z')
		stop++;
	return reply_token_is_unit(span(at, stop));
}

static void
write_plain(struct reply_writer *writer, struct slice word, bool behind_ip)
{
	const bool host = reply_token_is_host(word);
	const size_t own = host ? reply_token_host_own(word) : 0;

	if (own > 0) {
		reply_word_mark(writer, "<host>");
		word = skip(word, own);
	} else if (!host && reply_token_is_id(word)) {
		reply_word_mark(writer, "<id>");
		return;
	} else if (reply_token_is_digits(word) && (behind_ip || has_unit(writer, word))) {
		reply_word_mark(writer, "<n>");
		return;
	}
	reply_word_put(writer, word);
}

/* A word without separators, or one that its separators belong to. */
static void
write_piece(struct reply_writer *writer, struct slice word, bool assigned)
{
	const char *mark = mark_of(writer, word, assigned);
	const bool behind_ip = writer->behind_ip;

	writer->behind_ip = reply_token_is_ip(word);
	if (mark)
		reply_word_mark(writer, mark);
	else
		write_plain(writer, word, behind_ip);
	writer->hint = word;
}

/* "ip=192.0.2.1&user=anna": each piece with the one before it as its name. */
static void
write_pieces(struct reply_writer *writer, struct slice word)
{
	const char *const end = word.ptr + word.len;
	bool assigned = false;

	if (reply_token_is_ip(word) || reply_token_is_number(word)) {
		write_piece(writer, word, false);
		return;
	}
	for (const char *at = word.ptr; at < end;) {
		const char *stop = at;

		while (stop < end && !strchr(":=&", *stop))
			stop++;
		if (assigned && reply_token_is_ip(span(at, end)))
			stop = end; /* "IPv6:2001:db8::1" */
		if (stop > at)
			write_piece(writer, span(at, stop), assigned);
		if (stop < end)
			reply_word_put(writer, span(stop, stop + 1));
		assigned = stop < end && *stop != '&';
		at = stop + 1;
	}
}

size_t
reply_word_trim(struct slice word)
{
	while (word.len > 0 && strchr(".:!?'`*", word.ptr[word.len - 1]))
		word.len--;
	return word.len;
}

/* Sendmail repeats the local part alone: "anna... User unknown". */
static bool
is_sendmail_user(const struct reply_writer *writer, const char *behind)
{
	static const char known[] = "... User unknown";
	const size_t len = sizeof known - 1;

	return writer->len == 0 && (size_t)(writer->end - behind) >= len &&
	       strncasecmp(behind, known, len) == 0;
}

/* The word without punctuation around it. */
static void
write_body(struct reply_writer *writer, struct slice word)
{
	const char *const end = word.ptr + word.len;
	const char *query = memchr(word.ptr, '?', word.len);

	if (reply_token_is_address(word) || reply_token_is_verp(word) ||
	    is_sendmail_user(writer, end)) {
		reply_word_put(writer, span(word.ptr, word.ptr + reply_token_name(word)));
		reply_word_mark(writer, "<address>");
		writer->hint = (struct slice){0};
	} else if (query && memchr(query, '=', (size_t)(end - query))) {
		write_path(writer, span(word.ptr, query));
		reply_word_mark(writer, "?<query>");
	} else {
		write_pieces(writer, word);
	}
}

void
reply_word_write(struct reply_writer *writer, struct slice word)
{
	const size_t quote = word.ptr[0] == '\'' || word.ptr[0] == '`';
	const struct slice body = {word.ptr + quote, reply_word_trim(skip(word, quote))};
	const char *const end = word.ptr + word.len;

	reply_word_put(writer, span(word.ptr, body.ptr));
	if (reply_token_is_url(body))
		write_url(writer, body);
	else if (body.len > 0)
		write_body(writer, body);
	reply_word_put(writer, span(body.ptr + body.len, end));
}
