/* SPDX-License-Identifier: BSD-2-Clause */
#include "fetch_error.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Words of a body that are quoted: leaves room for the hint. */
#define WORDS_MAX 140

static void __attribute__((format(printf, 2, 3))) say(char text[TEXT_MAX], const char *fmt, ...)
{
	char raw[2 * TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(raw, sizeof(raw), fmt, args);
	va_end(args);
	text_clean(text, TEXT_MAX, raw, strlen(raw));
}

static double
seconds(uint32_t ms)
{
	return (double)ms / 1000;
}

static void
say_connect(const struct fetch_trouble *trouble, char text[TEXT_MAX])
{
	long os_errno = 0;

	curl_easy_getinfo(trouble->easy, CURLINFO_OS_ERRNO, &os_errno);
	if (os_errno == ECONNREFUSED)
		say(text,
		    "connection refused (is the web monitor, pmtahttp, running on this port?)");
	else if (os_errno != 0)
		say(text, "cannot connect: %s", strerror((int)os_errno));
	else
		say(text, "cannot connect: %s", trouble->detail);
}

/* How far a transfer had come tells which of several time limits and which cause to look for. */
static void
say_timeout(const struct fetch_trouble *trouble, char text[TEXT_MAX])
{
	curl_off_t resolved = 0, connected = 0, announced = -1;

	curl_easy_getinfo(trouble->easy, CURLINFO_NAMELOOKUP_TIME_T, &resolved);
	curl_easy_getinfo(trouble->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
	curl_easy_getinfo(trouble->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
	if (resolved == 0)
		say(text, "host name was not resolved within %g s",
		    seconds(trouble->connect_timeout_ms));
	else if (connected == 0)
		say(text, "no connection within %g s", seconds(trouble->connect_timeout_ms));
	else if (strstr(trouble->detail, "too slow") != NULL)
		say(text, "stalled after %" PRIu64 " bytes", trouble->bytes);
	else if (announced > 0)
		say(text, "timed out after %g s with %" PRIu64 " of %" PRId64 " bytes",
		    seconds(trouble->timeout_ms), trouble->bytes, (int64_t)announced);
	else
		say(text, "timed out after %g s with %" PRIu64 " bytes",
		    seconds(trouble->timeout_ms), trouble->bytes);
}

static void
say_partial(const struct fetch_trouble *trouble, char text[TEXT_MAX])
{
	curl_off_t announced = -1;

	curl_easy_getinfo(trouble->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
	if (announced > 0)
		say(text, "connection closed after %" PRIu64 " of %" PRId64 " bytes",
		    trouble->bytes, (int64_t)announced);
	else
		say(text, "connection closed in the middle of the reply, after %" PRIu64 " bytes",
		    trouble->bytes);
}

/* Words that curl puts before the reason itself. */
static const char *
certificate_reason(const char *detail)
{
	static const char opening[] = "SSL certificate problem: ";

	return strncmp(detail, opening, strlen(opening)) == 0 ? detail + strlen(opening) : detail;
}

void
fetch_error_curl(const struct fetch_trouble *trouble, char text[TEXT_MAX])
{
	switch (trouble->code) {
	case CURLE_COULDNT_CONNECT:
		say_connect(trouble, text);
		break;
	case CURLE_COULDNT_RESOLVE_HOST:
		say(text, "host name is unknown: %s", trouble->detail);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		say_timeout(trouble, text);
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
		say(text, "certificate not trusted: %.150s (see ca-file, pinned-key, insecure-tls)",
		    certificate_reason(trouble->detail));
		break;
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
		say(text, "certificate has another key than the pinned one (see pinned-key)");
		break;
	case CURLE_SSL_CACERT_BADFILE:
		say(text, "ca-file cannot be used: %s", trouble->detail);
		break;
	case CURLE_SSL_CONNECT_ERROR:
		say(text, "TLS failed: %s", trouble->detail);
		break;
	case CURLE_GOT_NOTHING:
		say(text, "connection closed without a reply");
		break;
	case CURLE_PARTIAL_FILE:
		say_partial(trouble, text);
		break;
	case CURLE_FILESIZE_EXCEEDED:
		say(text, "reply is larger than %" PRIu64 " bytes (see max-reply)",
		    trouble->max_bytes);
		break;
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
		say(text, "reply is not HTTP");
		break;
	default:
		say(text, "%s", trouble->detail);
		break;
	}
}

/* The end of a tag, and for a script or style sheet the end of all it encloses. */
static const char *
skip_tag(const char *at, const char *end)
{
	bool code = end - at > 6 &&
		    (strncasecmp(at, "<script", 7) == 0 || strncasecmp(at, "<style", 6) == 0);
	const char *stop = memchr(at, '>', (size_t)(end - at));

	if (stop != NULL && code)
		stop = memmem(stop, (size_t)(end - stop), "</", 2);
	if (stop != NULL && *stop == '<')
		stop = memchr(stop, '>', (size_t)(end - stop));
	return stop != NULL ? stop + 1 : end;
}

/* Words of an HTML body, without tags and with single blanks between them. */
static void
quote_words(const char *body, size_t len, char *words, size_t size)
{
	const char *at = body, *end = body + len;
	size_t used = 0;

	while (at < end && used + 1 < size) {
		if (*at == '<' || (unsigned char)*at <= ' ') {
			at = *at == '<' ? skip_tag(at, end) : at + 1;
			if (used > 0 && words[used - 1] != ' ')
				words[used++] = ' ';
			continue;
		}
		words[used++] = *at++;
	}
	while (used > 0 && words[used - 1] == ' ')
		used--;
	words[used] = '\0';
}

static const char *
status_hint(long status)
{
	switch (status) {
	case 401:
	case 403:
		return " (does http-access in PowerMTA's configuration allow this address, or is "
		       "the API "
		       "key wrong?)";
	case 404:
		return " (is this PowerMTA's web monitor?)";
	default:
		return "";
	}
}

void
fetch_error_http(long status, const char *body, size_t len, char text[TEXT_MAX])
{
	char words[WORDS_MAX];

	quote_words(body, len, words, sizeof(words));
	say(text, "HTTP %ld%s%s%s", status, words[0] != '\0' ? ": " : "", words,
	    status_hint(status));
}
