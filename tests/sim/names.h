/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.h - what things are called in the simulated world: domains, roll-ups, VirtualMTAs, jobs,
 * addresses.
 */
#ifndef PMTA_SIM_NAMES_H
#define PMTA_SIM_NAMES_H

#include <stddef.h>

enum { NAME_MEMBERS = 3, NAME_LOCALS = 3 };

/* A domain that owns queues. A roll-up has the recipients' domains as members, others have none. */
struct name_domain {
	const char *name;
	const char *mx; /* host name in punycode, as PowerMTA writes hosts */
	const char *members[NAME_MEMBERS];
};

/* The names of the first domains; NULL behind them, where names_domain() numbers them. */
const struct name_domain *names_known_domain(size_t index);

/* "domain-00011.example". Freed by the caller. */
char *names_domain(size_t index);

/* The queue domains whose mail is not sent but filed, discarded or piped. */
const char *names_local_domain(size_t index);

/* "vmta-a" to "vmta-z", then "vmta-27"; the last of several is "{default}". Freed by the caller. */
char *names_vmta(size_t index, size_t count);

/* Job names, one with a comma and quotes, one with an umlaut, then "job-0005". Freed by the caller.
 */
char *names_job(size_t index);

/* "192.0.2.21" (RFC 5737), the source address of a VirtualMTA. Freed by the caller. */
char *names_source_ip(size_t vmta);

/* "198.51.100.7": the address of a domain's MX. Freed by the caller. */
char *names_mx_ip(size_t domain);

#endif
