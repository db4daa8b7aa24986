/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * smtp.h - PowerMTA's inbound SMTP port on 127.0.0.1, as far as a greeting goes, with its faults.
 *
 * Faults, by name: none; refuse (nothing listens); busy and reject (banner 421, 554); busy-ehlo
 * (421 to EHLO); slow (the banner takes its time); hang and hang-ehlo (no banner, no reply to
 * EHLO); garbage (what is no SMTP); cut (half a banner, then the connection closes).
 */
#ifndef PMTA_SIM_SMTP_H
#define PMTA_SIM_SMTP_H

#include <stdint.h>

struct smtp;

/* Listens on a port, 0: any free one. NULL, with the reason on stderr, if that is not possible. */
struct smtp *smtp_new(uint16_t port, const char *host);
void smtp_free(struct smtp *smtp);

uint16_t smtp_port(const struct smtp *smtp);

/* To poll for reading, and for how long at most: milliseconds, -1 for ever. */
int smtp_fd(const struct smtp *smtp);
int smtp_wait_ms(const struct smtp *smtp);

/* Does what there is to do. */
void smtp_run(struct smtp *smtp);

/* Sets the fault that connections from now on meet; delay_ms is of a slow one. Returns NULL, or
 * what is wrong. */
const char *smtp_fault(struct smtp *smtp, const char *kind, uint64_t delay_ms);

/* Connections taken, and those that said EHLO and QUIT. */
struct smtp_books {
	uint64_t connections, greetings, farewells;
};
struct smtp_books smtp_books(const struct smtp *smtp);

#endif
