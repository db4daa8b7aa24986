/* SPDX-License-Identifier: BSD-2-Clause */
/* Providers of one server: its domains belong to them, and lists of domains and queues tell what is
 * waiting for them. */
#include <string.h>
#include <strings.h>

#include "model_object.h"
#include "model_wait.h"

/* The provider of a domain by its name, made if need be; NULL if it has none. */
static struct model_object *
provider_of(struct model_server *server, const char *domain, size_t len, struct moment now)
{
	const struct providers *set = server->model->providers;
	const uint32_t index = set != NULL ? providers_find(set, domain, len) : 0;
	const char *name;

	if (index == 0)
		return NULL;
	name = providers_name(set, index);
	return model_object_get(server, STORE_PROVIDER, name, strlen(name), now);
}

void
model_provider_link(struct model_server *server, struct model_object *domain, struct moment now)
{
	struct model_object *provider = provider_of(server, domain->name, domain->name_len, now);

	if (domain->provider == provider)
		return;
	if (domain->provider != NULL)
		domain->provider->uses--;
	if (provider != NULL)
		provider->uses++;
	domain->provider = provider;
}

void
model_provider_relink(struct model_server *server, struct moment now)
{
	const struct model_set *domains = &server->set[STORE_DOMAIN];

	for (uint32_t i = 0; i < domains->count; i++)
		model_provider_link(server, domains->order[i], now);
}

struct model_object *
model_provider_get(struct model_server *server, const struct model_object *domain,
		   struct slice recipient, struct moment now)
{
	if (domain != NULL && domain->provider != NULL)
		return domain->provider;
	/* A queue may be named after a rule of the site's own; its recipients still tell. */
	if (recipient.len == 0 || (domain != NULL && domain->name_len == recipient.len &&
				   strncasecmp(domain->name, recipient.ptr, recipient.len) == 0))
		return NULL;
	return provider_of(server, recipient.ptr, recipient.len, now);
}

void
model_provider_sums_begin(struct model_server *server, enum store_kind kind)
{
	const struct model_set *providers = &server->set[STORE_PROVIDER];
	/* Of a provider that a cut list does not show nothing is known. */
	const uint32_t unseen = server->list[DOC_DOMAINS].complete ? 0 : SNAP_NONE32;

	for (uint32_t i = 0; i < providers->count; i++) {
		struct model_object *provider = providers->order[i];

		if (kind == STORE_DOMAIN)
			provider->recipients = provider->kb = provider->connections = unseen;
		if (kind != STORE_QUEUE)
			continue;
		provider->group->queues = provider->group->queues_backoff = 0;
		model_wait_sum_begin(provider);
	}
	server->set[STORE_PROVIDER].version++;
}

static void
add_level(uint32_t *sum, uint32_t level)
{
	if (level == SNAP_NONE32)
		return;
	if (*sum == SNAP_NONE32)
		*sum = level;
	else
		*sum = *sum + level < *sum || *sum + level == SNAP_NONE32 ? SNAP_NONE32 - 1
									  : *sum + level;
}

void
model_provider_sum(struct model_server *server, const struct model_object *item, bool stuck,
		   struct moment now)
{
	const struct model_object *domain = item->kind == STORE_QUEUE ? item->domain : item;
	struct model_object *provider = domain != NULL ? domain->provider : NULL;

	if (provider == NULL)
		return;
	model_object_touch(server, provider, now.wall_ms / 1000);
	if (item->kind == STORE_QUEUE) {
		provider->group->queues++;
		provider->group->queues_backoff += item->mode == SNAP_MODE_BACKOFF;
		provider->group->queues_stuck += stuck;
		model_wait_sum(server, provider, item);
		return;
	}
	add_level(&provider->recipients, item->recipients);
	add_level(&provider->kb, item->kb);
	add_level(&provider->connections, item->connections);
}
