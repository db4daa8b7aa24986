/* SPDX-License-Identifier: BSD-2-Clause */
#include "provider.h"

#include <string.h>
#include <strings.h>

#include "provider_private.h"

#define HASH_SEED 2166136261U

/* FNV-1a, fed from the end of a name, so that the hashes of all its suffixes come on the way. */
static uint32_t
hash_byte(uint32_t hash, char byte)
{
	return (hash ^ (unsigned char)byte) * 16777619U;
}

/* The slot that holds a key, or the free one where it belongs. */
static struct pattern *
find_slot(const struct providers *set, uint32_t hash, const char *key, size_t len)
{
	uint32_t at = (hash ^ hash >> 16) & set->mask;

	while (set->slots[at].owner != 0) {
		const struct pattern *slot = &set->slots[at];

		if (slot->hash == hash && slot->len == len && memcmp(slot->key, key, len) == 0)
			break;
		at = (at + 1) & set->mask;
	}
	return &set->slots[at];
}

size_t
provider_fold(char dst[PROVIDER_DOMAIN_MAX], const char *domain, size_t len)
{
	if (len > 0 && domain[len - 1] == '.')
		len--;
	if (len == 0 || len > PROVIDER_DOMAIN_MAX || domain[0] == '.')
		return 0;
	for (size_t i = 0; i < len; i++) {
		const char c = domain[i];

		dst[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	return len;
}

uint32_t
providers_find(const struct providers *set, const char *domain, size_t len)
{
	char name[PROVIDER_DOMAIN_MAX];
	uint32_t hash = HASH_SEED, found = 0;

	len = provider_fold(name, domain, len);
	/* From the shortest suffix to the whole name: what is found last is most specific. */
	for (size_t at = len; at-- > 0;) {
		uint32_t owner;

		hash = hash_byte(hash, name[at]);
		if (at > 0 && name[at] != '.')
			continue;
		owner = find_slot(set, hash, name + at, len - at)->owner;
		if (owner != 0)
			found = owner;
	}
	return found;
}

const char *
providers_name(const struct providers *set, uint32_t index)
{
	return set->list[index - 1].name;
}

uint32_t
providers_count(const struct providers *set)
{
	return set->count;
}

void
providers_free(struct providers *set)
{
	if (set)
		arena_free(set->arena);
}

uint32_t
provider_claim(struct providers *set, const char *key, size_t len, uint32_t owner, bool configured)
{
	struct pattern *slot;
	uint32_t hash = HASH_SEED;

	for (size_t at = len; at-- > 0;)
		hash = hash_byte(hash, key[at]);
	slot = find_slot(set, hash, key, len);
	if (slot->configured && slot->owner != owner)
		return slot->owner;
	*slot = (struct pattern){key, hash, owner, (uint16_t)len, configured};
	return 0;
}

uint32_t
provider_named(const struct providers *set, const char *name)
{
	for (uint32_t i = 0; i < set->count; i++) {
		if (strcasecmp(set->list[i].name, name) == 0 ||
		    strcasecmp(set->list[i].known_as, name) == 0)
			return i + 1;
	}
	return 0;
}
