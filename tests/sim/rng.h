/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rng.h - the simulator's dice: seeded, so that a run can be repeated byte for byte.
 */
#ifndef PMTA_SIM_RNG_H
#define PMTA_SIM_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
	uint64_t state; /* never 0 */
};

/* Starts the sequence that belongs to seed; every seed is usable. */
void rng_seed(struct rng *rng, uint64_t seed);

/* The next 64 bits. */
uint64_t rng_next(struct rng *rng);

/* A number from 0 to limit - 1; 0 for a limit of 0. */
uint64_t rng_below(struct rng *rng, uint64_t limit);

/* True in per_10000 of 10000 cases. */
bool rng_chance(struct rng *rng, unsigned per_10000);

#endif
