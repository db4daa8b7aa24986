/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "provider.h"
#include "provider_builtin.h"
#include "provider_private.h"
#include "text.h"

/* What is at hand while a set is made. */
struct making {
	struct providers *set;
	const struct provider_entry *entry;
	provider_error_fn error;
	void *ctx;
	bool failed;
};

/* Values are quoted in full only as far as they are fit to be shown. */
static void __attribute__((format(printf, 2, 3)))
complain(struct making *making, const char *format, ...)
{
	char raw[2 * TEXT_MAX], shown[2 * TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(raw, sizeof raw, format, args);
	va_end(args);
	text_clean(shown, sizeof shown, raw, strlen(raw));
	making->failed = true;
	if (making->error)
		making->error(making->ctx, making->entry ? making->entry->line : 0, shown);
}

/* The next of the words that single blanks separate; len 0 behind the last. */
static struct slice
next_word(const char **at)
{
	struct slice word = {*at, strcspn(*at, " ")};

	*at += word.len;
	if (**at == ' ')
		(*at)++;
	return word;
}

/* "*.acme.example" is kept as ".acme.example": that is how a name's suffix looks. */
static void
claim_builtin(struct providers *set, struct slice word, uint32_t owner)
{
	const size_t star = word.ptr[0] == '*';

	provider_claim(set, word.ptr + star, word.len - star, owner, false);
}

/* PowerMTA's roll-ups: yahoo.rollup, and q1.hotmail.rollup where one name has several queues. */
static int
claim_rollup(struct providers *set, struct slice word, uint32_t owner)
{
	static const char end[] = ".rollup";
	const size_t len = 1 + word.len + sizeof end - 1;
	char *key = arena_alloc(set->arena, len);

	if (!key)
		return -1;
	key[0] = '.';
	memcpy(key + 1, word.ptr, word.len);
	memcpy(key + 1 + word.len, end, sizeof end - 1);
	provider_claim(set, key + 1, len - 1, owner, false);
	provider_claim(set, key, len, owner, false);
	return 0;
}

static int
add_builtin(struct providers *set, const struct provider_builtin *builtin)
{
	const uint32_t owner = ++set->count;
	const char *rollups = builtin->rollups, *domains = builtin->domains;
	struct slice word;

	set->list[owner - 1] = (struct provider){builtin->name, builtin->name};
	while ((word = next_word(&domains)).len > 0)
		claim_builtin(set, word, owner);
	while ((word = next_word(&rollups)).len > 0) {
		if (claim_rollup(set, word, owner) != 0)
			return -1;
	}
	return 0;
}

/* Returns NULL, or what is wrong with a domain (without its "*."). */
static const char *
domain_fault(const char *domain, size_t len)
{
	size_t label = 0;

	if (len > PROVIDER_DOMAIN_MAX)
		return "is longer than 253 bytes";
	for (size_t i = 0; i < len; i++) {
		const unsigned char c = (unsigned char)domain[i];

		if (c == '*')
			return "has a '*' that is not its first label";
		if (c <= ' ' || c == 0x7f || strchr("@/\\,;:<>()[]\"", c))
			return "is no domain";
		if (c == '.' && label == 0)
			return "has an empty label";
		if (c != '.' && label == 63)
			return "has a label of more than 63 bytes";
		label = c == '.' ? 0 : label + 1;
	}
	return label == 0 ? "has an empty label" : NULL;
}

/* Takes one pattern of an entry. Returns -1 only without memory. */
static int
add_domain(struct making *making, const char *domain, uint32_t owner)
{
	struct providers *set = making->set;
	const size_t star = strncmp(domain, "*.", 2) == 0;
	const char *fault = domain_fault(domain + 2 * star, strlen(domain + 2 * star));
	char folded[PROVIDER_DOMAIN_MAX];
	size_t len;
	uint32_t other;
	char *key;

	if (fault) {
		complain(making,
			 "provider \"%s\": domain \"%.128s\" %s; expected \"acme.example\", or "
			 "\"*.acme.example\" for all below it",
			 making->entry->name, domain, fault);
		return 0;
	}
	len = provider_fold(folded, domain + 2 * star, strlen(domain + 2 * star));
	key = arena_alloc(set->arena, len + star);
	if (!key)
		return -1;
	if (star)
		key[0] = '.';
	memcpy(key + star, folded, len);
	other = provider_claim(set, key, len + star, owner, true);
	if (other != 0)
		complain(making,
			 "provider \"%s\": domain \"%s\" is claimed by provider \"%s\" already",
			 making->entry->name, domain, providers_name(set, other));
	return 0;
}

/* A copy of a name that can be shown in tables and matched by a glob, or NULL after a complaint. */
static const char *
take_name(struct making *making, const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.";
	const size_t len = strlen(name);
	char *copy;

	if (len == 0 || len > PROVIDER_NAME_MAX || strspn(name, allowed) != len) {
		complain(making,
			 "provider \"%.128s\": expected a name of 1 to %d letters, digits, '-', "
			 "'_' or '.'",
			 name, PROVIDER_NAME_MAX);
		return NULL;
	}
	copy = arena_strndup(making->set->arena, name, len);
	if (!copy)
		complain(making, "out of memory");
	return copy;
}

/* The provider that an entry is about, or 0 after a complaint. */
static uint32_t
provider_of_entry(struct making *making)
{
	const struct provider_entry *entry = making->entry;
	struct providers *set = making->set;
	const uint32_t known = provider_named(set, entry->name);
	const char *name;

	if (known != 0)
		return known;
	name = take_name(making, entry->name);
	if (!name)
		return 0;
	if (entry->domain_count == 0) {
		complain(making, "provider \"%s\": no domains; expected at least one", name);
		return 0;
	}
	set->list[set->count++] = (struct provider){name, name};
	return set->count;
}

static void
rename_provider(struct making *making, uint32_t index, const char *rename)
{
	struct providers *set = making->set;
	const uint32_t other = provider_named(set, rename);
	const char *name;

	if (other != 0 && other != index) {
		complain(making, "provider \"%s\": cannot be renamed to \"%s\", which is another",
			 making->entry->name, rename);
		return;
	}
	name = take_name(making, rename);
	if (name)
		set->list[index - 1].name = name;
}

static void
add_entry(struct making *making)
{
	const struct provider_entry *entry = making->entry;
	const uint32_t index = provider_of_entry(making);

	if (index == 0)
		return;
	for (size_t i = 0; i < entry->domain_count; i++) {
		if (add_domain(making, entry->domains[i], index) != 0) {
			complain(making, "out of memory");
			return;
		}
	}
	if (entry->rename)
		rename_provider(making, index, entry->rename);
}

static size_t
count_words(const char *words)
{
	size_t count = 0;

	while (next_word(&words).len > 0)
		count++;
	return count;
}

/* An empty set with room for all that will go into it: it never has to grow. */
static struct providers *
make_room(const struct provider_entry *entries, size_t count)
{
	struct arena *arena = arena_new();
	struct providers *set = arena ? arena_alloc(arena, sizeof *set) : NULL;
	size_t patterns = 0, providers = count, slots = 16;

	for (size_t i = 0; provider_builtin[i].name; i++, providers++)
		patterns += count_words(provider_builtin[i].domains) +
			    2 * count_words(provider_builtin[i].rollups);
	for (size_t i = 0; i < count; i++)
		patterns += entries[i].domain_count;
	while (slots < 2 * patterns)
		slots *= 2;
	if (set) {
		set->arena = arena;
		set->mask = (uint32_t)(slots - 1);
		set->list = arena_alloc(arena, providers * sizeof *set->list);
		set->slots = arena_alloc(arena, slots * sizeof *set->slots);
	}
	if (set && set->list && set->slots)
		return set;
	arena_free(arena);
	return NULL;
}

struct providers *
providers_new(const struct provider_entry *entries, size_t count, provider_error_fn error,
	      void *ctx)
{
	struct making making = {.error = error, .ctx = ctx};

	making.set = make_room(entries, count);
	if (!making.set) {
		complain(&making, "out of memory");
		return NULL;
	}
	for (size_t i = 0; provider_builtin[i].name && !making.failed; i++) {
		if (add_builtin(making.set, &provider_builtin[i]) != 0)
			complain(&making, "out of memory");
	}
	for (size_t i = 0; i < count; i++) {
		making.entry = &entries[i];
		add_entry(&making);
	}
	if (!making.failed)
		return making.set;
	providers_free(making.set);
	return NULL;
}
