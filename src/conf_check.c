/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf_check.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>
#include <unistd.h>

#include "acct_stream.h"
#include "text.h"

#define SMTP_FORM "HOST[:PORT] or smtp://HOST[:PORT]"
#define URL_FORM "http://HOST[:PORT] or https://HOST[:PORT]"

__attribute__((format(printf, 2, 3))) static int
check_fail(struct conf_why *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why->text, sizeof why->text, fmt, ap);
	va_end(ap);
	return -1;
}

int
conf_check_text(const char *text, struct conf_why *why)
{
	char clean[TEXT_MAX];
	size_t len = strlen(text);

	if (len == 0)
		return check_fail(why, "is empty; 1 to %d bytes are allowed", TEXT_MAX - 1);
	if (len >= TEXT_MAX)
		return check_fail(why, "has %zu bytes; 1 to %d are allowed", len, TEXT_MAX - 1);
	text_clean(clean, sizeof clean, text, len);
	if (strcmp(clean, text) != 0)
		return check_fail(why, "has control characters or is not UTF-8");
	return 0;
}

int
conf_check_path(const char *text, struct conf_why *why)
{
	if (text[0] != '/')
		return check_fail(why, "an absolute path is expected, one that begins with '/'");
	if (strlen(text) >= PATH_MAX)
		return check_fail(why, "is longer than the %d bytes of a path", PATH_MAX - 1);
	for (const char *p = text; *p; p++) {
		if (iscntrl((unsigned char)*p))
			return check_fail(why, "has control characters");
	}
	return 0;
}

int
conf_check_accounting(const char *text, struct conf_why *why)
{
	if (text[0] == '|')
		return check_fail(why, "is a program that PowerMTA writes to; make a FIFO, name it "
				       "\"fifo:/PATH\" here, and let PowerMTA fill it: "
				       "<acct-file |/bin/dd bs=64k conv=nocreat of=/PATH>");
	if (strcmp(text, ACCT_STREAM_STDIN) == 0)
		return 0;
	if (strncmp(text, ACCT_STREAM_PREFIX, strlen(ACCT_STREAM_PREFIX)) == 0)
		text += strlen(ACCT_STREAM_PREFIX);
	if (conf_check_path(text, why) < 0)
		return -1;
	if (text[strlen(text) - 1] == '/')
		return check_fail(why, "is a directory; name the file as <acct-file> does, "
				       "like /var/log/pmta/acct.csv");
	if (strpbrk(text, "*?"))
		return check_fail(why, "patterns are not needed: /var/log/pmta/acct.csv stands "
				       "for all its dated files acct-YYYY-MM-DD-NNNN.csv");
	return 0;
}

int
conf_check_readable(const char *text, struct conf_why *why)
{
	int fd;

	if (conf_check_path(text, why) < 0)
		return -1;
	fd = open(text, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return check_fail(why, "cannot be read: %s", strerror(errno));
	close(fd);
	return 0;
}

/* True if the len bytes at text are ":1" to ":65535". */
static bool
check_port(const char *text, size_t len)
{
	unsigned long port;

	if (len < 2 || len > 6 || text[0] != ':' || strspn(text + 1, "0123456789") < len - 1)
		return false;
	port = strtoul(text + 1, NULL, 10);
	return port >= 1 && port <= 65535;
}

/* Length of the host name or address that text begins with, 0 if it begins with none. */
static size_t
check_host(const char *text)
{
	size_t len = 0;

	if (text[0] != '[') {
		while (isalnum((unsigned char)text[len]) || (text[len] && strchr(".-_", text[len])))
			len++;
		return len;
	}
	len = strspn(text + 1, "0123456789abcdefABCDEF:.");
	return len > 0 && text[1 + len] == ']' ? len + 2 : 0;
}

int
conf_check_socket(const char *text, struct conf_why *why)
{
	struct sockaddr_un address;

	if (strncmp(text, "tcp:", 4) == 0) {
		size_t host = check_host(text + 4);

		if (host == 0 || host > 253 ||
		    !check_port(text + 4 + host, strlen(text + 4 + host)))
			return check_fail(why, "tcp:HOST:PORT is expected, like tcp:127.0.0.1:705");
		return 0;
	}
	if (text[0] != '/')
		return check_fail(why, "the path of a socket or tcp:HOST:PORT is expected");
	if (strlen(text) >= sizeof address.sun_path)
		return check_fail(why, "is longer than the %zu bytes of a socket's path",
				  sizeof address.sun_path - 1);
	return conf_check_path(text, why);
}

int
conf_check_url(const char *text, struct conf_why *why)
{
	const char *host;
	size_t len;

	if (strncasecmp(text, "http://", 7) == 0)
		host = text + 7;
	else if (strncasecmp(text, "https://", 8) == 0)
		host = text + 8;
	else
		return check_fail(why, URL_FORM " is expected");
	if (strchr(host, '@'))
		return check_fail(why,
				  "user and password are not allowed, the monitor knows none; "
				  "its API key goes into api-key-file; " URL_FORM " is expected");
	len = check_host(host);
	if (len == 0)
		return check_fail(why, "has no host name or address; " URL_FORM " is expected");
	host += len;
	len = strcspn(host, "/");
	if (host[len] == '/' && host[len + 1])
		return check_fail(why, "a path is not allowed; " URL_FORM " is expected");
	if (len > 0 && !check_port(host, len))
		return check_fail(why, "has no port from 1 to 65535; " URL_FORM " is expected");
	return 0;
}

int
conf_check_smtp(const char *text, struct conf_why *why)
{
	const char *host = text;
	size_t len;

	if (strncasecmp(host, "smtp://", 7) == 0)
		host += 7;
	len = check_host(host);
	if (len == 0)
		return check_fail(why, "has no host name or address; " SMTP_FORM " is expected");
	host += len;
	if (*host && !check_port(host, strlen(host)))
		return check_fail(why, SMTP_FORM " is expected, with a PORT from 1 to 65535");
	return 0;
}

/* One "sha256//" and the 44 characters of base64 that 32 bytes make. */
static bool
check_pin(const char *text, size_t len)
{
	const char *hash = text + 8;

	if (len != 8 + 44 || strncmp(text, "sha256//", 8) != 0)
		return false;
	for (size_t i = 0; i < 43; i++) {
		if (!isalnum((unsigned char)hash[i]) && hash[i] != '+' && hash[i] != '/')
			return false;
	}
	return hash[43] == '=';
}

int
conf_check_pinned_key(const char *text, struct conf_why *why)
{
	const char *p = text;

	for (;;) {
		size_t len = strcspn(p, ";");

		if (!check_pin(p, len))
			return check_fail(why, "sha256// and 44 characters of base64 are expected, "
					       "several of them parted by ';'");
		if (!p[len])
			return 0;
		p += len + 1;
	}
}

int
conf_check_query(const char *text, struct conf_why *why)
{
	if (conf_check_text(text, why) < 0)
		return -1;
	if (text[0] == '?' || text[0] == '&')
		return check_fail(why, "leave out the '%c' at the begin: \"maxitems=1000\"",
				  text[0]);
	for (const char *p = text; *p; p++) {
		if (!isgraph((unsigned char)*p) || strchr("#\"<>", *p))
			return check_fail(why, "blanks and characters other than visible ASCII are "
					       "written as %%XX");
		if ((p == text || p[-1] == '&') && strncmp(p, "format=", 7) == 0)
			return check_fail(why, "the format is always JSON; leave out format=");
	}
	return 0;
}
