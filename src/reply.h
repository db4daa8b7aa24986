/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reply.h - reads what a receiving server said: reply code, enhanced status code, and a text that
 * shows the reason but no person. Pure.
 *
 * Sources: RFC 5321 4.2 (reply codes), RFC 3463 (enhanced status codes).
 */
#ifndef PMTA_REPLY_H
#define PMTA_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

/* Longest normalised text in bytes, without its NUL. */
#define REPLY_TEXT_MAX 200
/* Room for "5.999.999" and a NUL. */
#define REPLY_ENHANCED_SIZE 12

/* An enhanced status code; class is 0 if there is none. */
struct reply_enhanced {
	uint8_t class;		  /* 2, 4 or 5 */
	uint16_t subject, detail; /* 0-999 */
};

/* A reply as it came: the slices are not cleaned and point into what was read. */
struct reply {
	uint16_t code;	/* 200-599, 0 if there is none */
	bool multiline; /* of several lines: the code may be repeated inside the text */
	struct reply_enhanced enhanced;
	struct slice line; /* with the codes: "421 4.7.28 Our system ..." */
	struct slice text; /* behind them */
};

/*
 * Reads an accounting row's dsnDiag ("smtp;421 4.7.28 Our system ...") and dsnStatus ("4.7.28
 * (reason)"). The enhanced code is the one the server gave; PowerMTA's own from dsnStatus if it
 * gave none. Either slice may be empty. Any bytes are a reply, if only one without codes.
 */
void reply_read(struct slice diag, struct slice status, struct reply *out);

/* Reads an error text of /queues or /domains: the reply that is quoted in it, or if it quotes none
 * the whole text, without codes. */
void reply_read_error(struct slice error, struct reply *out);

/* Reads an enhanced status code at the begin of len bytes; what follows must not go on with it.
 * Returns its length, or 0 with *out zeroed. */
size_t reply_read_enhanced(const char *text, size_t len, struct reply_enhanced *out);

/* Writes "4.7.28", or "" if there is none. Returns buf. */
const char *reply_format_enhanced(struct reply_enhanced enhanced, char buf[REPLY_ENHANCED_SIZE]);

/* Puts a reply together: "421 4.7.28 words", of what there is; the enhanced code as
 * reply_enhanced_number() gives it. Returns buf. */
const char *reply_put_together(uint32_t code, uint32_t enhanced, const char *words, char *buf,
			       size_t size);

/*
 * Writes the reason of a reply into dst (size bytes, size > 0): one clean line of at most
 * REPLY_TEXT_MAX bytes without the codes, in which <address> stands for what may name a person, and
 * <ip>, <host>, <id>, <n>, <query> and <queue> for what differs from one reply to the next. The
 * same reason gives the same bytes, whoever the recipient was. Only the first 2048 bytes are
 * looked at. Returns the length, 0 if the reply has only codes.
 */
size_t reply_normalise(const struct reply *reply, char *dst, size_t size);

#endif
