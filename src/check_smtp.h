/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_smtp.h - what a mail server's greeting says of the port: is mail taken there, and if not,
 * why. Pure.
 *
 * The dialogue is connect, banner, EHLO and QUIT (RFC 5321, 3.1, 3.2, 4.2). Replies are read line
 * by line as they arrive; how the connection ended is told apart from what was said on it.
 */
#ifndef PMTA_CHECK_SMTP_H
#define PMTA_CHECK_SMTP_H

#include <stddef.h>
#include <stdint.h>

#include "snapshot.h"
#include "text.h"

/* How the dialogue ended, whatever was said. */
enum smtp_end {
	SMTP_END_GREETED,     /* banner and EHLO were answered with 2xx */
	SMTP_END_UNRESOLVED,  /* the host name has no address */
	SMTP_END_REFUSED,     /* nobody listens */
	SMTP_END_UNREACHABLE, /* no way to the host */
	SMTP_END_TIMEOUT,
	SMTP_END_CLOSED, /* closed or reset in the middle */
	SMTP_END_OTHER
};

/* Replies so far. Zeroed before the first line. */
struct smtp_dialogue {
	uint16_t code;		/* of the reply that arrives or arrived last; 0 none */
	uint16_t refusal;	/* of the first whole reply that was 4xx or 5xx; 0 none */
	unsigned lines;		/* of this reply */
	unsigned replies;	/* whole ones */
	uint32_t banner_ms;	/* when the first whole one was there */
	char text[TEXT_MAX];	/* of the last reply: code and words, its lines joined by blanks */
	char banner[TEXT_MAX];	/* of the first */
	char refused[TEXT_MAX]; /* of the refusal */
	char odd[TEXT_MAX];	/* the line that was no SMTP; empty: none */
};

/* What became of one probe. */
struct check_smtp {
	enum snap_probe_state state; /* 0: none was made yet */
	uint32_t banner_ms, time_ms; /* SNAP_NONE32 if it did not come that far */
	char reply[TEXT_MAX];	     /* what the server said, or why it said nothing; clean */
	int64_t probed_mono;	     /* when it ended; SNAP_NO_TIME never */
};

/* Takes one line with or without its line end, that arrived ms after the begin. Returns 0, or -1 if
 * it is none of SMTP (RFC 5321, 4.2: three digits and a blank or '-') or one too many. */
int smtp_dialogue_line(struct smtp_dialogue *dialogue, const char *line, size_t len, uint32_t ms);

/* Judges a dialogue that ended so after ms, for reasons (people's words) that are shown if the
 * server said none. Fills all of *out but probed_mono. */
void check_smtp_judge(const struct smtp_dialogue *dialogue, enum smtp_end end, const char *reason,
		      uint32_t ms, struct check_smtp *out);

/* Says in a line why a state other than accepting is one: "turned away for now: 421 ...". */
void check_smtp_say(const struct check_smtp *check, char text[TEXT_MAX]);

#endif
