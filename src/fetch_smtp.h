/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fetch_smtp.h - greets a mail server (connect, banner, EHLO, QUIT) among the transfers of fetch.h.
 *
 * Collector thread only. No mail is sent, and nothing waits for a server that does not answer.
 */
#ifndef PMTA_FETCH_SMTP_H
#define PMTA_FETCH_SMTP_H

#include <stdint.h>

#include "check_smtp.h"
#include "fetch.h"

struct fetch_smtp;

/* Called once for each greeting that was started, unless it was freed. The result is valid during
 * the call only and lacks probed_mono. May start the next, but not free it. */
typedef void (*fetch_smtp_done_fn)(void *ctx, const struct check_smtp *result);

/* A mail server to greet: "HOST[:PORT]" or "smtp://HOST[:PORT]", 25 without a port. timeout_ms is
 * for all of a greeting. NULL without memory. */
struct fetch_smtp *fetch_smtp_new(struct fetch *fetch, const char *address, uint32_t timeout_ms);
/* Cancels what is under way without calling back. NULL is allowed. */
void fetch_smtp_free(struct fetch_smtp *smtp);

/* Starts a greeting; one at a time. Returns 0, or -1 if it could not be started (then done is not
 * called). It goes on in fetch_poll(). */
int fetch_smtp_greet(struct fetch_smtp *smtp, fetch_smtp_done_fn done, void *ctx);

#endif
