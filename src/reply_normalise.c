/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "reply.h"
#include "reply_token.h"
#include "reply_word.h"

/* Bytes of a reply that are looked at, and among them those where a word may still begin: one that
 * begins later might be cut in an address, which has up to 320 bytes (RFC 5321, 4.5.3.1). */
#define SEEN_MAX 2048U
#define BEGIN_MAX (SEEN_MAX - 512U)

/* The text on its way to the writer. */
struct pass {
	struct reply_writer out;
	const char *at;
	const char *stop; /* no word begins here or later */
	bool multiline;
	bool behind_code; /* the last word was the code of a further line */
	char code[4];
	char enhanced[REPLY_ENHANCED_SIZE];
};

static struct slice
span(const char *begin, const char *end)
{
	return (struct slice){begin, (size_t)(end - begin)};
}

/* What ends a word; all else may be in an address, or in an identifier. */
static bool
is_delimiter(char c)
{
	return strchr(" ()[]<>\",;\\", c) != NULL;
}

static const char *
word_end(const struct pass *pass, const char *at)
{
	while (at < pass->out.end && !is_delimiter(*at))
		at++;
	return at;
}

/* A URL goes on through commas and semicolons, for its query must not stay behind. */
static const char *
url_end(const struct pass *pass, const char *at)
{
	while (at < pass->out.end && !strchr(" <>\"()[]", *at))
		at++;
	return at;
}

/* Behind the closing quote of the string that begins at `at`, or NULL if none closes it. */
static const char *
string_end(const struct pass *pass, const char *at)
{
	for (at++; at < pass->out.end; at++) {
		if (*at == '"')
			return at + 1;
		if (*at == '\\')
			at++;
	}
	return NULL;
}

/* Takes a quoted local part (RFC 5321, 4.1.2): "kim, lee"@acme.example. */
static bool
take_quoted(struct pass *pass)
{
	const char *const end = string_end(pass, pass->at);

	if (!end || end >= pass->out.end || *end != '@')
		return false;
	reply_word_mark(&pass->out, "<address>");
	pass->at = end + reply_word_trim(span(end, word_end(pass, end)));
	return true;
}

/* The '>' that closes what begins at `at`, or NULL if that is no address. */
static const char *
angle_end(const struct pass *pass, const char *at)
{
	for (at++; at < pass->out.end; at++) {
		if (*at == '>')
			return at;
		if (*at == ' ' || *at == '<')
			return NULL;
		if (*at == '"') {
			at = string_end(pass, at);
			if (!at)
				return NULL;
			at--;
		}
	}
	return NULL;
}

/* Takes <...>: whatever it is, a path or a message identifier, it may name a person. Not so the
 * null sender and a URL. */
static bool
take_angle(struct pass *pass)
{
	const char *const end = angle_end(pass, pass->at);

	if (!end || end == pass->at + 1 || reply_token_is_url(span(pass->at + 1, end)))
		return false;
	reply_word_mark(&pass->out, "<address>");
	pass->at = end + 1;
	return true;
}

/* Takes off what the server repeats before each line: "550-5.7.26", or "550 5.7.26". */
static struct slice
skip_codes(struct pass *pass, struct slice word)
{
	const bool code = pass->multiline && word.len >= 3 &&
			  memcmp(word.ptr, pass->code, 3) == 0 &&
			  (word.len == 3 || word.ptr[3] == '-');
	const bool behind = code || pass->behind_code;

	if (code) {
		const size_t len = word.len > 3 ? 4 : 3;

		word = span(word.ptr + len, word.ptr + word.len);
	}
	if (behind && word.len == strlen(pass->enhanced) &&
	    memcmp(word.ptr, pass->enhanced, word.len) == 0)
		word.len = 0;
	pass->behind_code = behind && word.len == 0;
	return word;
}

static void
take_word(struct pass *pass)
{
	const char *const begin = pass->at;
	const bool url = reply_token_is_url(span(begin, pass->out.end));
	struct slice word;

	pass->at = url ? url_end(pass, begin) : word_end(pass, begin);
	word = skip_codes(pass, span(begin, pass->at));
	if (word.len > 0)
		reply_word_write(&pass->out, word);
}

static void
take_next(struct pass *pass)
{
	const char c = *pass->at;

	if (c == ' ') {
		pass->out.blank = true;
		pass->at++;
	} else if (!is_delimiter(c)) {
		take_word(pass);
	} else if (!(c == '"' && take_quoted(pass)) && !(c == '<' && take_angle(pass))) {
		reply_word_put(&pass->out, span(pass->at, pass->at + 1));
		pass->out.behind_ip = false;
		pass->at++;
	}
}

size_t
reply_normalise(const struct reply *reply, char *dst, size_t size)
{
	char seen[SEEN_MAX + 1];
	const size_t len = text_clean(seen, sizeof seen, reply->text.ptr, reply->text.len);
	const bool cut = reply->text.len > SEEN_MAX;
	struct pass pass = {.at = seen, .multiline = reply->multiline};

	pass.stop = seen + (cut && len > BEGIN_MAX ? BEGIN_MAX : len);
	pass.out.begin = seen;
	pass.out.end = seen + len;
	pass.out.dst = dst;
	pass.out.room = size - 1 < REPLY_TEXT_MAX ? size - 1 : REPLY_TEXT_MAX;
	for (unsigned i = 0, code = reply->code; i < 3; i++, code /= 10)
		pass.code[2 - i] = (char)('0' + code % 10);
	reply_format_enhanced(reply->enhanced, pass.enhanced);
	while (pass.at < pass.stop && !pass.out.full)
		take_next(&pass);
	dst[pass.out.len] = '\0';
	return pass.out.len;
}
