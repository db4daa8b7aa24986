/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * provider_private.h - the table of patterns, shared by what looks it up and what fills it.
 */
#ifndef PMTA_PROVIDER_PRIVATE_H
#define PMTA_PROVIDER_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "provider.h"

/* Longest domain name in its written form (RFC 1035, 2.3.4). */
#define PROVIDER_DOMAIN_MAX 253U

/* A domain, or with a leading dot all domains below one. */
struct pattern {
	const char *key; /* lower-case, not NUL-terminated */
	uint32_t hash;
	uint32_t owner; /* 0: the slot is free */
	uint16_t len;
	bool configured;
};

struct provider {
	const char *known_as; /* first name, by which entries go on to find it after a renaming */
	const char *name;
};

struct providers {
	struct arena *arena; /* holds all, this struct too */
	struct provider *list;
	uint32_t count;
	struct pattern *slots; /* open addressing, at most half full */
	uint32_t mask;
};

/* Lower-cases a domain into dst, without a dot at its end. Returns its length, 0 if it cannot be
 * one. */
size_t provider_fold(char dst[PROVIDER_DOMAIN_MAX], const char *domain, size_t len);

/* Gives a key, which must outlive the set, to a provider, and takes it from a built-in one. Returns
 * 0, or the index of the other configured provider that has it already. */
uint32_t provider_claim(struct providers *set, const char *key, size_t len, uint32_t owner,
			bool configured);

/* The index of the provider that has, or began with, this name in any case; 0 if none. */
uint32_t provider_named(const struct providers *set, const char *name);

#endif
