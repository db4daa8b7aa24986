/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_check.h - tells whether a text of the configuration is a URL, a path, a key, and if not,
 * why.
 *
 * Each check returns 0, or -1 with a reason that also says what is allowed.
 */
#ifndef PMTA_CONF_CHECK_H
#define PMTA_CONF_CHECK_H

struct conf_why {
	char text[256];
};

typedef int (*conf_check_fn)(const char *text, struct conf_why *why);

/* A name or pattern that can be shown: 1-255 bytes of UTF-8 without control characters. */
int conf_check_text(const char *text, struct conf_why *why);

/* An absolute path; nothing need be there. */
int conf_check_path(const char *text, struct conf_why *why);

/* The path of an accounting file as PowerMTA's <acct-file> names it, "fifo:" and the path of a
 * FIFO, or "-" for standard input; not one of PowerMTA's pipes, which are programs. */
int conf_check_accounting(const char *text, struct conf_why *why);

/* The path of a file that can be opened for reading now. */
int conf_check_readable(const char *text, struct conf_why *why);

/* AgentX address (RFC 2741, 8): the path of a socket, or tcp:HOST:PORT. */
int conf_check_socket(const char *text, struct conf_why *why);

/* http://HOST[:PORT] or https://HOST[:PORT], HOST a name, an IPv4 or a bracketed IPv6 address. */
int conf_check_url(const char *text, struct conf_why *why);

/* [smtp://]HOST[:PORT], HOST as in a URL; without a port it is 25. */
int conf_check_smtp(const char *text, struct conf_why *why);

/* Hashes of public keys as libcurl takes them: "sha256//BASE64", several parted by ';'. */
int conf_check_pinned_key(const char *text, struct conf_why *why);

/* Parameters to add to a monitor page's URL: "maxitems=1000&mode=backoff". */
int conf_check_query(const char *text, struct conf_why *why);

#endif
