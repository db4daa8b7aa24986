/* SPDX-License-Identifier: BSD-2-Clause */
#include "reply.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The guide's 17 categories (11.6) in its order, then a site's own and the empty one. */
static const struct reply bounces[] = {
	{"bad-configuration", "5.3.5 (system incorrectly configured)",
	 "smtp;554 5.3.5 Local configuration error", true, 1},
	{"bad-connection", "4.4.2 (bad connection)", "smtp;421 4.4.2 Connection lost", true, 1},
	{"bad-domain", "5.1.2 (bad destination system: no such domain)", "", false, 4},
	{"bad-mailbox", "5.1.1 (bad destination mailbox address)",
	 "smtp;550 5.1.1 <%r>: Recipient address rejected: User unknown in \"virtual mailbox "
	 "table\", goodbye",
	 true, 40},
	{"content-related", "5.6.0 (other or undefined media error)",
	 "smtp;554 5.6.0 Message content rejected, id=%n-05", true, 3},
	{"inactive-mailbox", "5.2.1 (mailbox disabled)",
	 "smtp;550-5.2.1 The account you tried to reach is disabled. Please ask 550 5.2.1 its "
	 "owner, see https://help.example/?p=Disabled&id=%n",
	 true, 8},
	{"invalid-sender", "5.1.8 (bad sender's system address)",
	 "smtp;553 5.1.8 Domain of sender address does not exist", true, 1},
	{"message-expired", "4.4.7 (delivery time expired)", "smtp;421 4.4.7 last error: no answer",
	 true, 1},
	{"no-answer-from-host", "4.4.1 (no answer from host)", "", false, 2},
	{"other", "5.0.0 (undefined status)",
	 "smtp;550 This message scored 9.9 points. Congratulations!", true, 4},
	{"policy-related", "5.7.1 (delivery not authorized)",
	 "smtp;550 5.7.1 Service unavailable, Client host [%i] refused by policy", true, 6},
	{"protocol-errors", "5.5.1 (invalid command)", "smtp;503 5.5.1 bad sequence of commands",
	 true, 1},
	{"quota-issues", "5.2.2 (mailbox full)", "smtp;552 5.2.2 Mailbox over quota, try later",
	 true, 10},
	{"relaying-issues", "5.7.1 (delivery not authorized)", "smtp;550 5.7.1 relaying denied",
	 true, 1},
	{"routing-errors", "5.4.6 (routing loop detected)", "smtp;554 5.4.6 Too many hops", true,
	 1},
	{"spam-related", "5.7.1 (delivery not authorized)",
	 "smtp;554 5.7.1 Message blocked, it looks like \"spam\"; see "
	 "https://portal.example/block?ip=%i",
	 true, 6},
	{"virus-related", "5.7.1 (delivery not authorized)",
	 "smtp;554 5.7.1 virus Eicar-Test-Signature found", true, 1},
	{"gdpr-erased", "5.7.1 (delivery not authorized)", "smtp;550 5.7.1 GDPR erased", true, 2},
	{"", "5.0.0 (undefined status)", "smtp;550 no", true, 2},
};

/* t records carry a category, too, and not always the one their code suggests. */
static const struct reply transients[] = {
	{"quota-issues", "4.2.2 (mailbox full)",
	 "smtp;452 4.2.2 The email account that you tried to reach is over quota, try again later",
	 true, 5},
	{"policy-related", "4.7.1 (delivery not authorized)",
	 "smtp;451 4.7.1 Greylisting in action, please come back later", true, 6},
	{"other", "4.7.0 (other or undefined security status)",
	 "smtp;421 4.7.0 [TSS04] Messages from %i temporarily deferred due to user complaints",
	 true, 3},
	{"bad-connection", "4.4.2 (bad connection)", "smtp;421 4.4.2 timeout exceeded", true, 2},
	{"spam-related", "4.7.0 (other or undefined security status)",
	 "smtp;450-4.7.0 Our system thinks this is \"bulk\", slow down. 450 4.7.0 See "
	 "https://help.example/bulk",
	 true, 2},
};

/* What comes back by mail, long after the recipient counted as delivered. */
static const struct reply remotes[] = {
	{"bad-mailbox", "5.1.1 (bad destination mailbox address)",
	 "smtp;550 5.1.1 no such local recipient: <%r> in \"RCPT TO:<%r>\"", true, 3},
	{"quota-issues", "5.2.2 (mailbox full)", "smtp;552 5.2.2 quota, exceeded", true, 2},
	{"spam-related", "5.7.1 (delivery not authorized)",
	 "smtp;554 5.7.1 rejected after DATA by the filter", true, 1},
};

static const struct reply throttled = {
	"spam-related", "4.7.28 (undefined status)",
	"smtp;421 4.7.28 Our system has detected an unusual rate of unsolicited mail originating "
	"from your IP address [%i], see \"help\" - gsmtp",
	true, 1};

/* Answered, for the queue knows which host it did not reach; the empty text tells that it did not.
 */
static const struct reply no_answer = {"", "4.4.1 (no answer from host)", "", true, 1};

/* PowerMTA's own words, in place of a server's. */
static const struct reply deleted = {"other", "5.0.0 (undefined status)",
				     "smtp;500 marked as deleted by administrator", false, 1};
static const struct reply suppressed = {
	"policy-related", "5.7.1 (delivery not authorized)",
	"smtp;550 5.7.1 recipient is in suppression list \"a1\": <%r>", false, 1};

/* One of them needs quotes in a CSV file. */
static const char *const successes[] = {
	"smtp;250 2.0.0 OK %n d9si%nwrf.12 - gsmtp",
	"smtp;250 2.0.0 Ok: queued as \"%n\", thanks",
	"smtp;250 2.6.0 <%n@app1.sender.example> Queued mail for delivery",
};

/* A weighted draw; the lists are too short for anything but a walk. */
static const struct reply *
pick(struct rng *rng, const struct reply *replies, size_t count)
{
	unsigned sum = 0, at;

	for (size_t i = 0; i < count; i++)
		sum += replies[i].weight;
	at = (unsigned)rng_below(rng, sum);
	for (size_t i = 0; i < count; i++) {
		if (at < replies[i].weight)
			return &replies[i];
		at -= replies[i].weight;
	}
	return &replies[0];
}

const struct reply *
reply_bounce(struct rng *rng)
{
	return pick(rng, bounces, COUNT(bounces));
}

const struct reply *
reply_transient(struct rng *rng)
{
	return pick(rng, transients, COUNT(transients));
}

const struct reply *
reply_remote(struct rng *rng)
{
	return pick(rng, remotes, COUNT(remotes));
}

const struct reply *
reply_of_category(const char *category)
{
	for (size_t i = 0; i < COUNT(bounces); i++) {
		if (strcmp(bounces[i].category, category) == 0)
			return &bounces[i];
	}
	return NULL;
}

const struct reply *
reply_expired(void)
{
	return reply_of_category("message-expired");
}

const struct reply *
reply_throttled(void)
{
	return &throttled;
}

const struct reply *
reply_no_answer(void)
{
	return &no_answer;
}

const struct reply *
reply_deleted(void)
{
	return &deleted;
}

const struct reply *
reply_suppressed(void)
{
	return &suppressed;
}

const char *
reply_success(unsigned long number)
{
	return successes[number % COUNT(successes)];
}

const char *
reply_category(size_t n)
{
	return n < COUNT(bounces) ? bounces[n].category : NULL;
}

/* Returns what was written, which is less than the text where room ends. */
static size_t
expand_mark(char mark, const char *rcpt, const char *ip, unsigned long number, char *out,
	    size_t room)
{
	int len;

	if (mark == 'n')
		len = snprintf(out, room, "%lu", number);
	else
		len = snprintf(out, room, "%s", mark == 'r' ? rcpt : ip);
	return (size_t)len < room ? (size_t)len : room - 1;
}

void
reply_expand(const char *diag, const char *rcpt, const char *ip, unsigned long number, char *out,
	     size_t size)
{
	size_t len = 0;

	for (const char *p = diag; *p != '\0' && len + 1 < size; p++) {
		if (p[0] == '%' && p[1] != '\0')
			len += expand_mark(*++p, rcpt, ip, number, out + len, size - len);
		else
			out[len++] = *p;
	}
	out[len] = '\0';
}
