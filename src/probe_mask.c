/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe_mask.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* Longest quoted local part looked for: RFC 5321 allows 64 bytes, here with escapes. */
#define QUOTED_MAX 160U

/* Bytes of a dot-string, with those that hostile or foreign mail uses. */
static bool
in_local_part(unsigned char byte)
{
	return byte > ' ' && byte != 0x7f && strchr("<>()[],;:\"\\@", byte) == NULL;
}

static bool
begins_domain(const char *at, const char *end)
{
	return at < end &&
	       (isalnum((unsigned char)*at) || *at == '[' || (unsigned char)*at >= 0x80);
}

/* What belongs to a JSON escape before the local part ("\u003cuser@...") is no part of it. */
static char *
skip_escape(char *start, const char *begin, const char *at)
{
	size_t backslashes = 0, digits = 0;

	while (start - backslashes > begin && start[-1 - (ptrdiff_t)backslashes] == '\\')
		backslashes++;
	/* An even number of them are escaped backslashes. */
	if (backslashes % 2 == 0 || start == at)
		return start;
	if (*start++ != 'u')
		return start;
	while (digits < 4 && start < at && isxdigit((unsigned char)*start)) {
		start++;
		digits++;
	}
	return start;
}

/* Length of the quote that ends at `at`, as JSON and text or as XML write it; 0 if there is none.
 */
static size_t
quote_before(const char *begin, const char *at)
{
	static const char entity[] = "&quot;";
	const size_t len = sizeof(entity) - 1;

	if (at > begin && at[-1] == '"')
		return 1;
	return (size_t)(at - begin) >= len && memcmp(at - len, entity, len) == 0 ? len : 0;
}

/* The begin of what the quote that ends at `at` closes; `at` itself if nothing opens it. */
static char *
find_quoted(char *begin, char *at)
{
	char *stop = at - quote_before(begin, at), *start;

	for (start = stop; start > begin && (size_t)(stop - start) < QUOTED_MAX; start--) {
		if (start < stop && quote_before(begin, start) > 0)
			return start;
		if (start[-1] == '\n')
			break;
	}
	return at;
}

/* The begin of the local part that ends at `at`; `at` itself if there is none. */
static char *
find_local_part(char *begin, char *at)
{
	char *start = at;

	if (quote_before(begin, at) > 0)
		return find_quoted(begin, at);
	while (start > begin && in_local_part((unsigned char)start[-1]))
		start--;
	return skip_escape(start, begin, at);
}

/* Where the masked part ends: before the closing quote and, in JSON, before its escape. */
static char *
end_of_local_part(char *start, char *at)
{
	size_t quote = quote_before(start, at);

	if (quote == 0)
		return at;
	at -= quote;
	return at > start && at[-1] == '\\' ? at - 1 : at;
}

size_t
probe_mask(char *bytes, size_t len)
{
	char *end = bytes + len, *write = bytes, *read = bytes;
	char *at, *start, *stop;

	while ((at = memchr(read, '@', (size_t)(end - read))) != NULL) {
		start = begins_domain(at + 1, end) ? find_local_part(read, at) : at;
		stop = end_of_local_part(start, at);
		memmove(write, read, (size_t)(start - read));
		write += start - read;
		if (start < stop)
			*write++ = 'x';
		memmove(write, stop, (size_t)(at + 1 - stop));
		write += at + 1 - stop;
		read = at + 1;
	}
	memmove(write, read, (size_t)(end - read));
	return (size_t)(write - bytes) + (size_t)(end - read);
}
