/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Length of the sequence that a byte begins (RFC 3629, 4), or 0 if none begins with it. */
static size_t
sequence_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 0;
}

/* True for what a longer form than necessary, a surrogate or a number beyond Unicode decodes to. */
static bool
is_forbidden(uint32_t code, size_t length)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

	return code < least[length] || (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff;
}

/* Decodes one character. Returns its length, or 0 if the bytes are not UTF-8. */
static size_t
decode(const unsigned char *src, size_t len, uint32_t *code)
{
	static const unsigned char lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	size_t length = sequence_length(src[0]);

	if (length == 0 || length > len)
		return 0;
	*code = src[0] & lead_bits[length];
	for (size_t i = 1; i < length; i++) {
		if ((src[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (src[i] & 0x3fU);
	}
	return is_forbidden(*code, length) ? 0 : length;
}

/* Controls, line and paragraph separators, and the marks that reverse what a reader sees: a remote
 * host's reply must neither break a line nor disguise one. */
static bool
is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x2028 || code == 0x2029 ||
	       (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

size_t
text_clean(char *dst, size_t size, const char *src, size_t len)
{
	const unsigned char *from = (const unsigned char *)src;
	size_t out = 0;

	for (size_t in = 0; in < len;) {
		uint32_t code = 0;
		size_t length = decode(from + in, len - in, &code);
		bool plain = length > 0 && !is_control(code);
		size_t width = plain ? length : 1;

		if (width > size - 1 - out)
			break;
		if (plain)
			memcpy(dst + out, from + in, length);
		else
			dst[out] = length > 0 ? ' ' : '?';
		out += width;
		in += length > 0 ? length : 1;
	}
	dst[out] = '\0';
	return out;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

int
text_glob(const char *pattern, const char *text)
{
	const char *star = NULL;
	const char *retry = NULL;

	/* Only the last '*' needs to be tried again: an earlier one that took more would leave less
	 * text for the same rest of the pattern. */
	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			retry = text;
		} else if (*pattern && (*pattern == '?' || lower(*pattern) == lower(*text))) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			text = ++retry;
		} else {
			return 0;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

/* Eight bytes a step: names are hashed for each accounting record. */
uint32_t
text_hash(const char *text, size_t len, uint32_t begin)
{
	uint64_t hash = len * UINT64_C(0x9e3779b97f4a7c15) ^ begin, word;

	for (; len >= sizeof word; text += sizeof word, len -= sizeof word) {
		memcpy(&word, text, sizeof word);
		hash = (hash ^ word) * UINT64_C(0xd6e8feb86659fd93);
		hash ^= hash >> 32;
	}
	word = 0;
	memcpy(&word, text, len);
	hash = (hash ^ word) * UINT64_C(0xd6e8feb86659fd93);
	return (uint32_t)(hash >> 32 ^ hash);
}
