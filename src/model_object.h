/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model_object.h - the named objects of a server, for the model's own files only (see model.h).
 */
#ifndef PMTA_MODEL_OBJECT_H
#define PMTA_MODEL_OBJECT_H

#include "model.h"

/* The list page that shows objects of this kind. */
enum doc_list_kind model_list_of(enum store_kind kind);
/* The kind of object that a list page shows. */
enum store_kind model_kind_of(enum doc_list_kind kind);

/* Applies a server section: sources, pins, and rows for PowerMTA's own bounce classes, so that a
 * manager finds them before the first bounce (model_source.c). Returns 0, or -1 without memory. */
int model_server_configure(struct model_server *server, const struct conf_server *conf,
			   struct moment now);

/* Forgets what was seen of that which is watched no longer, or elsewhere (model_check.c). */
void model_checks_configure(struct model_server *server);
/* Marks the server's row as changed when a look at it has become too old. */
void model_checks_age(struct model_server *server, struct moment now);

/* Matches all objects with the section's pins anew and marks every table as changed. */
void model_server_repin(struct model_server *server);

/* Writes a name as it is kept: clean, bounded, and one spelling for one thing: the domain part of a
 * queue or domain in lower case (RFC 1035, 2.3.3), PowerMTA's own bounce categories as the guide
 * writes them. Returns its length. */
size_t model_name_clean(char out[TEXT_MAX], enum store_kind kind, const char *name, size_t len);
/* True if this is its name. */
bool model_is_named(const struct model_object *object, const char *name, size_t len);

/* Notes mail or a record for the object at this wall time (seconds). */
void model_object_touch(struct model_server *server, struct model_object *object, int64_t wall);

/* The counts of an object, made if need be; NULL without memory. */
struct model_counts *model_counts_get(struct model_object *object);

/* Marks the object as different from the store and the last snapshot. */
void model_object_change(struct model_server *server, struct model_object *object);

/* Sets its error text; NULL takes it away. Without memory the old one stays. */
void model_object_set_error(const struct model_server *server, struct model_object *object,
			    const char *text, int64_t wall);

/* Counts a record of this type for its class, of a VMTA or provider (model_bounce.c). Either object
 * may be NULL. */
void model_bounce_count(struct model_object *object, const struct model_object *class,
			enum acct_type type);
/* Puts back what the store has; the context is the object, a VMTA or provider. */
void model_bounce_restore(void *ctx, const struct store_bounce *saved);

/* Notes what a list says of a queue, before it is taken over. */
void model_age_seen(const struct model_server *server, struct model_object *queue,
		    uint32_t recipients, struct moment now);
/* Since when some recipients must have been waiting in a queue: fewer left than there were then.
 * MODEL_NEVER: not known. O(accounting files). */
model_mono model_age_held(const struct model_server *server, const struct model_object *queue);

/* Works out how evenly the VMTAs are served (model_fairness.c). O(VMTAs). */
void model_fairness_update(struct model_server *server, struct moment now);

/* Which provider a domain belongs to (model_provider.c): finds it for one domain, or after a change
 * of the configuration for all. */
void model_provider_link(struct model_server *server, struct model_object *domain,
			 struct moment now);
void model_provider_relink(struct model_server *server, struct moment now);
/* The provider of a record: of its queue's domain, else of its recipient's; NULL if none. */
struct model_object *model_provider_get(struct model_server *server,
					const struct model_object *domain, struct slice recipient,
					struct moment now);
/* Takes what a list shows together for the providers: begins, and adds a domain or queue; stuck is
 * of a queue. */
void model_provider_sums_begin(struct model_server *server, enum store_kind kind);
void model_provider_sum(struct model_server *server, const struct model_object *item, bool stuck,
			struct moment now);

/* Frees an object that is in no set. NULL is allowed. */
void model_object_free(struct model_object *object);

/* model_expire() for one kind of one server. */
void model_objects_expire(struct model_server *server, enum store_kind kind, struct moment now,
			  model_gone_fn gone, void *ctx);

/* The object of exactly this name, or NULL. */
struct model_object *model_set_find(const struct model_set *set, const char *name, size_t len);

/* Puts in an object whose name and index are set. 0, or -1 without memory. */
int model_set_add(struct model_set *set, struct model_object *object);

/* Makes the hash anew after objects were taken out of order. */
void model_set_rehash(struct model_set *set);

/* Frees all objects of a set. */
void model_set_clear(struct model_set *set);

#endif
