/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reply_token.h - tells what a word of a reply is: an address, a number, a host, an identifier, or
 * just a word. Pure; each is linear in the word's length.
 */
#ifndef PMTA_REPLY_TOKEN_H
#define PMTA_REPLY_TOKEN_H

#include <stdbool.h>

#include "text.h"

/* What a word says of the one behind it. */
enum reply_hint {
	REPLY_HINT_NONE,
	REPLY_HINT_PERSON, /* "user", "rcpt" */
	REPLY_HINT_ID,	   /* "id", "session" */
	REPLY_HINT_QUEUE   /* "queue" */
};

enum reply_hint reply_token_hint(struct slice word);

/* True if a mailbox address may be in it: an '@', plain or as URLs write it. */
bool reply_token_is_address(struct slice word);

/* True for a sender made of a recipient without '@': "bounce-anna=acme.example". Settings that name
 * a domain ("header.from=acme.example") are none. */
bool reply_token_is_verp(struct slice word);

/* Length of a setting's name with its '=' or ':' at the begin ("rcpt=", "mailto:"), or 0. */
size_t reply_token_name(struct slice word);

/* True if it begins with "http://", "https://" or "ftp://". */
bool reply_token_is_url(struct slice word);

/* IPv4 or IPv6, without port. */
bool reply_token_is_ip(struct slice word);

/* True for digits that are no code or small count: five of them, or six with the signs that dates,
 * times and versions have between them. */
bool reply_token_is_number(struct slice word);

/* True if nothing but digits. */
bool reply_token_is_digits(struct slice word);

/* True for queue, message and session identifiers: letters and digits as no word or policy code
 * ("S3150", "BL000001") mixes them. */
bool reply_token_is_id(struct slice word);

/* True for a unit of time or size, whose count differs from reply to reply ("seconds"). */
bool reply_token_is_unit(struct slice word);

/* True for two labels or more, the last of letters. */
bool reply_token_is_host(struct slice word);

/*
 * Length of a host name's begin that is of one host only: up to its last label with a digit, not
 * counting the last two labels. 0 if there is none: "zen.dnsbl.example", "163.com".
 */
size_t reply_token_host_own(struct slice host);

#endif
