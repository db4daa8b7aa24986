/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * provider.h - which mailbox provider a domain or an MX roll-up name belongs to. Pure.
 *
 * A set is the built-in list (provider_builtin.h) with the configuration's sections over it, and
 * never changes once it is made. A domain belongs to one provider or to none.
 */
#ifndef PMTA_PROVIDER_H
#define PMTA_PROVIDER_H

#include <stddef.h>
#include <stdint.h>

/* Longest name of a provider, in bytes. */
#define PROVIDER_NAME_MAX 63

/* A section "provider" of the configuration. */
struct provider_entry {
	const char *name;   /* extends the provider of this name (any case), or begins a new one */
	const char *rename; /* what it is called from now on, or NULL */
	const char *const *domains; /* "acme.example"; "*.acme.example": all below it, not itself */
	size_t domain_count;
	unsigned line; /* of the configuration, handed to the error function */
};

struct providers;

/* Called for each fault of an entry; message has no line end and names entry and value. */
typedef void (*provider_error_fn)(void *ctx, unsigned line, const char *message);

/*
 * Makes a set of the built-in list and count entries (copied). A pattern that an entry names leaves
 * the built-in provider that has it; two entries of different providers may not name the same one.
 * Returns NULL after at least one complaint.
 */
struct providers *providers_new(const struct provider_entry *entries, size_t count,
				provider_error_fn error, void *ctx);

/* NULL is allowed. */
void providers_free(struct providers *providers);

/*
 * The index (1 to providers_count()) of the provider of a domain, or 0 if none has it. The most
 * specific pattern wins, whoever named it. ASCII case and one dot at the end are ignored; U-labels
 * are compared byte by byte. O(len), however many patterns there are.
 */
uint32_t providers_find(const struct providers *providers, const char *domain, size_t len);

/* The name of a provider, index 1 to providers_count(). Indexes are of this set only: what must
 * outlive a change of the configuration goes by name. */
const char *providers_name(const struct providers *providers, uint32_t index);

uint32_t providers_count(const struct providers *providers);

#endif
