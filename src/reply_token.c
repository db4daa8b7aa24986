/* SPDX-License-Identifier: BSD-2-Clause */
#include "reply_token.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_one_of(struct slice word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strlen(words[i]) == word.len && strncasecmp(words[i], word.ptr, word.len) == 0)
			return true;
	}
	return false;
}

enum reply_hint
reply_token_hint(struct slice word)
{
	static const char *const persons[] = {"user", "username", "mailbox",   "account",
					      "rcpt", "rcptto",	  "recipient", "address",
					      "addr", "email",	  "login"};
	static const char *const ids[] = {"id",	       "msgid",	   "message-id",
					  "queueid",   "queue-id", "ref",
					  "reference", "session",  "transaction"};
	static const char *const queues[] = {"queue"};

	if (is_one_of(word, persons, COUNT(persons)))
		return REPLY_HINT_PERSON;
	if (is_one_of(word, ids, COUNT(ids)))
		return REPLY_HINT_ID;
	return is_one_of(word, queues, COUNT(queues)) ? REPLY_HINT_QUEUE : REPLY_HINT_NONE;
}

bool
reply_token_is_address(struct slice word)
{
	return memchr(word.ptr, '@', word.len) || memmem(word.ptr, word.len, "%40", 3);
}

/* Settings whose value is a domain or an address, and tells nothing of a person in its name. */
static bool
is_setting(struct slice name)
{
	static const char *const names[] = {
		"host",	     "hostname",    "ip",	"client",   "domain",	    "helo",
		"ehlo",	     "server",	    "mx",	"from",	    "mailfrom",	    "to",
		"rdns",	     "ptr",	    "url",	"mailto",   "sender",	    "smtp.mailfrom",
		"smtp.helo", "header.from", "header.d", "header.i", "envelope-from"};

	return is_one_of(name, names, COUNT(names));
}

size_t
reply_token_name(struct slice word)
{
	size_t len = 0;

	while (len < word.len && word.ptr[len] != '=' && word.ptr[len] != ':')
		len++;
	if (len == word.len)
		return 0;
	word.len = len;
	return is_setting(word) || reply_token_hint(word) == REPLY_HINT_PERSON ? len + 1 : 0;
}

bool
reply_token_is_verp(struct slice word)
{
	const char *equals = memchr(word.ptr, '=', word.len);
	const char *const end = word.ptr + word.len;
	struct slice name = {word.ptr, equals ? (size_t)(equals - word.ptr) : 0};

	/* Settings of a single letter are DKIM's and SPF's ("d=acme.example"). */
	if (name.len < 2 || is_setting(name))
		return false;
	while (equals) {
		const char *value = equals + 1;
		const char *next = memchr(value, '=', (size_t)(end - value));
		struct slice piece = {value, (size_t)((next ? next : end) - value)};

		if (reply_token_is_host(piece))
			return true;
		equals = next;
	}
	return false;
}

bool
reply_token_is_url(struct slice word)
{
	static const char *const schemes[] = {"http://", "https://", "ftp://"};

	for (size_t i = 0; i < COUNT(schemes); i++) {
		const size_t len = strlen(schemes[i]);

		if (word.len > len && strncasecmp(word.ptr, schemes[i], len) == 0)
			return true;
	}
	return false;
}

bool
reply_token_is_ip(struct slice word)
{
	char text[INET6_ADDRSTRLEN + 1];
	struct in6_addr address;

	/* Most words are refused here, without a copy. */
	if (word.len < 2 || word.len >= sizeof text ||
	    (!is_digit(word.ptr[0]) && !memchr(word.ptr, ':', word.len)))
		return false;
	memcpy(text, word.ptr, word.len);
	text[word.len] = '\0';
	return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
}

bool
reply_token_is_number(struct slice word)
{
	size_t digits = 0;

	if (word.len == 0 || (!is_digit(word.ptr[0]) && word.ptr[0] != '+'))
		return false;
	for (size_t i = 0; i < word.len; i++) {
		if (is_digit(word.ptr[i]))
			digits++;
		else if (!strchr("-:./+TZ", word.ptr[i]))
			return false;
	}
	return digits == word.len ? digits >= 5 : digits >= 6;
}

bool
reply_token_is_digits(struct slice word)
{
	for (size_t i = 0; i < word.len; i++) {
		if (!is_digit(word.ptr[i]))
			return false;
	}
	return word.len > 0;
}

/* What a word consists of. */
struct make_up {
	size_t digits, letters;
	size_t changes; /* from letters to digits or back */
	bool hex;	/* its letters are hexadecimal digits */
	bool lower;	/* it has lower-case letters */
	bool slash;
	bool foreign; /* it has bytes that identifiers do not have */
};

static struct make_up
look_at(struct slice word)
{
	struct make_up up = {.hex = true};
	char last = 0;

	for (size_t i = 0; i < word.len; i++) {
		const char c = word.ptr[i];
		const char kind = is_digit(c) ? 'd' : is_letter(c) ? 'l' : 0;

		if (kind == 0) {
			up.slash |= c == '/';
			up.foreign |= !strchr("-_./+=~", c);
			continue;
		}
		up.changes += last != 0 && last != kind;
		up.digits += kind == 'd';
		up.letters += kind == 'l';
		up.lower |= c >= 'a' && c <= 'z';
		up.hex &= kind == 'd' || (c | 0x20) <= 'f';
		last = kind;
	}
	return up;
}

bool
reply_token_is_id(struct slice word)
{
	const struct make_up up = look_at(word);
	const size_t len = up.digits + up.letters;

	if (up.foreign || up.digits == 0 || up.letters == 0)
		return false;
	/* "IPv4/IPv6" is none, long base64 with slashes is. */
	if (up.slash)
		return up.changes >= 5;
	if (up.hex && (len >= 8 || (!up.lower && len >= 5 && up.changes >= 2)))
		return true;
	return (up.changes >= 4 && len >= 5) || (up.changes >= 3 && len >= 8) ||
	       (up.changes >= 2 && len >= 16);
}

bool
reply_token_is_unit(struct slice word)
{
	static const char *const units[] = {
		"s",	  "sec",     "secs",  "second", "seconds", "min", "mins",
		"minute", "minutes", "h",     "hour",	"hours",   "day", "days",
		"ms",	  "byte",    "bytes", "octets", "kb",	   "mb",  "gb"};

	return is_one_of(word, units, COUNT(units));
}

/* Letters, or a label of another script in either form. */
static bool
is_top_level(struct slice label)
{
	if (label.len > 4 && strncasecmp(label.ptr, "xn--", 4) == 0)
		return true;
	for (size_t i = 0; i < label.len; i++) {
		if (!is_letter(label.ptr[i]) && (unsigned char)label.ptr[i] < 0x80)
			return false;
	}
	return label.len >= 2;
}

bool
reply_token_is_host(struct slice word)
{
	size_t start = 0, labels = 0;

	for (size_t i = 0; i < word.len; i++) {
		const char c = word.ptr[i];

		if (c == '.' && i == start)
			return false;
		if (c == '.') {
			start = i + 1;
			labels++;
		} else if (!is_digit(c) && !is_letter(c) && c != '-' && c != '_' &&
			   (unsigned char)c < 0x80) {
			return false;
		}
	}
	return labels > 0 && is_top_level((struct slice){word.ptr + start, word.len - start});
}

size_t
reply_token_host_own(struct slice host)
{
	size_t dots = 0, at = host.len;

	/* The dot before the last two labels; what is right of it names the organisation. */
	while (at > 0 && dots < 2)
		dots += host.ptr[--at] == '.';
	if (dots < 2)
		return 0;
	for (size_t end = at; at-- > 0;) {
		if (host.ptr[at] == '.')
			end = at;
		else if (is_digit(host.ptr[at]))
			return end;
	}
	return 0;
}
