/* SPDX-License-Identifier: BSD-2-Clause */
#include "rng.h"

void
rng_seed(struct rng *rng, uint64_t seed)
{
	/* An xorshift generator stands still at 0, and begins badly with few bits set. */
	rng->state = seed * 0x9E3779B97F4A7C15u + 0x2545F4914F6CDD1Du;
	if (rng->state == 0)
		rng->state = 1;
	for (int i = 0; i < 8; i++)
		rng_next(rng);
}

uint64_t
rng_next(struct rng *rng)
{
	uint64_t x = rng->state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	rng->state = x;
	return x * 0x2545F4914F6CDD1Du;
}

uint64_t
rng_below(struct rng *rng, uint64_t limit)
{
	/* The upper bits are the better ones; the bias of % is far below what traffic shows. */
	return limit == 0 ? 0 : (rng_next(rng) >> 11) % limit;
}

bool
rng_chance(struct rng *rng, unsigned per_10000)
{
	return rng_below(rng, 10000) < per_10000;
}
