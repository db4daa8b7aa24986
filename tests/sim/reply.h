/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reply.h - what remote servers answer, with the DSN status and bounce category PowerMTA derives
 * from it.
 */
#ifndef PMTA_SIM_REPLY_H
#define PMTA_SIM_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "rng.h"

struct reply {
	const char *category; /* bounceCat; may be empty, or a name of the site's own */
	const char *status;   /* dsnStatus: "5.1.1 (bad destination mailbox address)" */
	const char *diag;     /* dsnDiag; %r recipient, %i source address, %n a number */
	bool answered;	      /* false: no server was reached, so no host or address is known */
	unsigned weight;      /* how often, against the others of its kind */
};

/* A refusal for good, for one recipient. */
const struct reply *reply_bounce(struct rng *rng);
/* A refusal for now, for one recipient. */
const struct reply *reply_transient(struct rng *rng);
/* The first bounce reply of that category; NULL if no known one has it. */
const struct reply *reply_of_category(const char *category);

/* Fixed ones: delivery time expired; provider throttles; asynchronous bounce; host did not answer;
 * deleted by an administrator; kept back by a suppression list. */
const struct reply *reply_expired(void);
const struct reply *reply_throttled(void);
const struct reply *reply_remote(struct rng *rng);
const struct reply *reply_no_answer(void);
const struct reply *reply_deleted(void);
const struct reply *reply_suppressed(void);

/* The dsnDiag of a delivery, by its number. */
const char *reply_success(unsigned long number);

/* Writes a diag with its %-marks filled in, cut to size. */
void reply_expand(const char *diag, const char *rcpt, const char *ip, unsigned long number,
		  char *out, size_t size);

/* The category of the n-th known bounce reply, to list all; NULL behind the last. */
const char *reply_category(size_t n);

#endif
