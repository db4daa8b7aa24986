/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * throttle.h - which replies mean "slow down". Pure.
 *
 * A pattern is one of
 *	421             a reply code
 *	4.2.1 4.7.*     an enhanced status code; '*' is any subject or detail
 *	451 4.7.500     both
 *	*rate limit*    a glob of the reply from its code on ('*' any run, '?' one byte, any case)
 *	too many        words without '*' and '?': anywhere in the reply
 * and with a '!' before it an exception: what it matches is no throttling, whatever else matches.
 */
#ifndef PMTA_THROTTLE_H
#define PMTA_THROTTLE_H

#include <stdbool.h>
#include <stddef.h>

#include "reply.h"

/* Most patterns of a set, and the longest of them in bytes. */
#define THROTTLE_PATTERNS_MAX 256
#define THROTTLE_PATTERN_MAX 200

/* What holds without configuration: 421, 4.2.1 and 4.7.*. */
#define THROTTLE_DEFAULTS 3
extern const char *const throttle_defaults[THROTTLE_DEFAULTS];

struct throttle_set;

/* Makes a set of count patterns (copied); none, and nothing throttles. The defaults hold only if
 * they are among them. Returns NULL with the pattern and what was expected in error. */
struct throttle_set *throttle_set_new(const char *const *patterns, size_t count, char *error,
				      size_t error_size);

/* NULL is allowed. */
void throttle_set_free(struct throttle_set *set);

/* True if the reply means "slow down"; never of one below 400. A few comparisons, unless the set
 * has patterns of words: these see the first 1023 bytes of the reply. */
bool throttle_matches(const struct throttle_set *set, const struct reply *reply);

#endif
