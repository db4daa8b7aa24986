/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <strings.h>

#include "bounce_class.h"
#include "model_object.h"
#include "model_wait.h"

/* What one record adds to, beside the server. Any of them may be NULL. */
struct targets {
	struct model_object *queue, *domain, *vmta, *class, *job, *provider;
};

static enum snap_delivery
delivery_of(struct slice type)
{
	static const struct {
		const char *name;
		enum snap_delivery type;
	} names[] = {
		{"smtp", SNAP_DELIVERY_SMTP},	       {"pipe", SNAP_DELIVERY_PIPE},
		{"discard", SNAP_DELIVERY_DISCARD},    {"file", SNAP_DELIVERY_FILE},
		{"alias", SNAP_DELIVERY_ALIAS},	       {"http", SNAP_DELIVERY_HTTP},
		{"http-delivery", SNAP_DELIVERY_HTTP}, {"httpDelivery", SNAP_DELIVERY_HTTP},
	};

	/* A file without the column comes from a site that delivers by SMTP only. */
	if (type.len == 0)
		return SNAP_DELIVERY_SMTP;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (type.len == strlen(names[i].name) &&
		    strncasecmp(type.ptr, names[i].name, type.len) == 0)
			return names[i].type;
	}
	return SNAP_DELIVERY_OTHER;
}

/* Mail written to a file, piped to a program or thrown away has not been delivered to anybody's MX.
 */
static bool
is_remote(enum snap_delivery type)
{
	return type != SNAP_DELIVERY_PIPE && type != SNAP_DELIVERY_DISCARD &&
	       type != SNAP_DELIVERY_FILE && type != SNAP_DELIVERY_ALIAS;
}

/* The queue, or what a file without that column lets us say: recipient domain and VMTA. */
static struct model_object *
queue_of(struct model_server *server, const struct acct_record *record, struct moment now)
{
	char name[TEXT_MAX];
	size_t len = 0;

	if (record->queue.len > 0)
		return model_object_get(server, STORE_QUEUE, record->queue.ptr, record->queue.len,
					now);
	if (record->rcpt_domain.len == 0 || record->vmta.len == 0 ||
	    record->rcpt_domain.len + 1 + record->vmta.len >= sizeof name)
		return NULL;
	memcpy(name, record->rcpt_domain.ptr, record->rcpt_domain.len);
	len = record->rcpt_domain.len;
	name[len++] = '/';
	memcpy(name + len, record->vmta.ptr, record->vmta.len);
	len += record->vmta.len;
	return model_object_get(server, STORE_QUEUE, name, len, now);
}

static struct model_object *
named(struct model_server *server, enum store_kind kind, struct slice name, struct moment now)
{
	return name.len > 0 ? model_object_get(server, kind, name.ptr, name.len, now) : NULL;
}

static struct model_object *
class_of(struct model_server *server, struct slice category, struct moment now)
{
	if (category.len == 0)
		return model_object_get(server, STORE_CLASS, MODEL_CLASS_NONE_NAME,
					strlen(MODEL_CLASS_NONE_NAME), now);
	return model_object_get(server, STORE_CLASS, category.ptr, category.len, now);
}

/* There may be more queues and domains than the cache can hold: what will be counted of them is
 * fetched while the other objects are looked for. */
static void
fetch(const struct model_object *object)
{
	if (object == NULL)
		return;
	__builtin_prefetch(object->counts, 1);
	__builtin_prefetch(object->window, 1);
	__builtin_prefetch(object->wait, 1);
}

/* Which objects a record is about. rb, rs, r and f have no queue: their recipient names the domain.
 */
static void
targets_of(struct model_server *server, const struct acct_record *record, struct targets *out,
	   struct moment now)
{
	*out = (struct targets){0};
	/* Campaigns come and go: jobs cost memory only where they are asked for. */
	if (server->jobs)
		out->job = named(server, STORE_JOB, record->job, now);
	switch (record->type) {
	case ACCT_BOUNCE:
	case ACCT_TRANSIENT:
		out->class = class_of(server, record->bounce_cat, now);
		/* fall through */
	case ACCT_DELIVERY:
	case ACCT_TRANSIENT_QUEUE:
		out->queue = queue_of(server, record, now);
		if (out->queue != NULL) {
			out->domain = out->queue->domain;
			out->vmta = out->queue->vmta;
			fetch(out->queue);
			fetch(out->domain);
		} else {
			out->domain = named(server, STORE_DOMAIN, record->rcpt_domain, now);
		}
		if (out->vmta == NULL)
			out->vmta = named(server, STORE_VMTA, record->vmta, now);
		break;
	case ACCT_REMOTE_BOUNCE:
		out->class = class_of(server, record->bounce_cat, now);
		out->domain = named(server, STORE_DOMAIN, record->rcpt_domain, now);
		break;
	case ACCT_FEEDBACK:
		out->vmta = named(server, STORE_VMTA, record->vmta, now);
		out->domain = named(server, STORE_DOMAIN, record->rcpt_domain, now);
		break;
	case ACCT_RECEIPT:
		out->domain = named(server, STORE_DOMAIN, record->rcpt_domain, now);
		break;
	case ACCT_REMOTE_STATUS:
		return;
	}
	out->provider = model_provider_get(server, out->domain, record->rcpt_domain, now);
}

static void
count_totals(struct snap_totals *totals, const struct acct_record *record)
{
	switch (record->type) {
	case ACCT_DELIVERY:
		totals->delivered++;
		totals->delivered_bytes += record->size;
		break;
	case ACCT_BOUNCE:
		totals->bounced++;
		break;
	case ACCT_TRANSIENT:
		totals->deferred++;
		break;
	case ACCT_TRANSIENT_QUEUE:
		totals->queue_errors++;
		break;
	case ACCT_RECEIPT:
		totals->received++;
		break;
	case ACCT_FEEDBACK:
		totals->complaints++;
		break;
	case ACCT_REMOTE_BOUNCE:
		totals->remote_bounced++;
		break;
	case ACCT_REMOTE_STATUS:
		break;
	}
}

static void
count_object(struct model_server *server, struct model_object *object,
	     const struct acct_record *record, const struct model_happening *happening,
	     struct moment now)
{
	struct model_counts *counts = object != NULL ? model_counts_get(object) : NULL;

	if (counts == NULL)
		return;
	count_totals(&counts->totals, record);
	counts->throttled += happening->throttled;
	model_window_add(&object->window, (enum store_kind)object->kind, happening);
	/* A bounce class keeps the time of its last record here: it has no deliveries. */
	if ((record->type == ACCT_DELIVERY || object->kind == STORE_CLASS) &&
	    happening->when > counts->last_delivery)
		counts->last_delivery = happening->when;
	model_object_touch(server, object, now.wall_ms / 1000);
	model_object_change(server, object);
}

/* What an administrator deletes, or a suppression list keeps from being sent, is written as
 * bounced, too; but nobody refused it, and a queue that is deleted is no storm of bounces. Returns
 * false if the record is about neither. */
static bool
count_own_bounce(struct model_server *server, const struct acct_record *record)
{
	if (record->is_admin_delete)
		server->bounce_split.deleted++;
	else if (record->is_suppressed)
		server->bounce_split.suppressed++;
	else
		return false;
	return true;
}

static void
count_kind(struct model_server *server, const struct model_object *class,
	   const struct acct_record *record, struct model_happening *happening)
{
	if (record->type != ACCT_BOUNCE || class == NULL)
		return;
	happening->event.count[WINDOW_HARD] = class->class_kind == SNAP_KIND_HARD;
	server->bounce_split.hard += class->class_kind == SNAP_KIND_HARD;
	server->bounce_split.soft += class->class_kind == SNAP_KIND_SOFT;
}

void
model_apply_record(struct model_server *server, const struct acct_record *record, struct moment now)
{
	struct model_happening happening;
	struct targets targets;

	server->version++;
	server->records++;
	server->dirty = server->counted = true;
	if (record->type == ACCT_DELIVERY) {
		const enum snap_delivery type = delivery_of(record->dlv_type);

		server->delivered_by_type[type]++;
		if (!is_remote(type))
			return;
	}
	model_happening_read(server, record, &happening, now);
	if (count_own_bounce(server, record))
		return;
	targets_of(server, record, &targets, now);
	count_totals(&server->totals, record);
	count_kind(server, targets.class, record, &happening);
	model_window_add(&server->window, STORE_SERVER, &happening);
	count_object(server, targets.domain, record, &happening, now);
	count_object(server, targets.vmta, record, &happening, now);
	count_object(server, targets.class, record, &happening, now);
	count_object(server, targets.job, record, &happening, now);
	count_object(server, targets.provider, record, &happening, now);
	count_object(server, targets.queue, record, &happening, now);
	model_wait_record(server, targets.queue, record, &happening);
	model_wait_record(server, targets.vmta, record, &happening);
	model_wait_record(server, targets.provider, record, &happening);
	model_bounce_count(targets.vmta, targets.class, record->type);
	model_bounce_count(targets.provider, targets.class, record->type);
	if (happening.failed)
		reply_table_count(&server->replies,
				  targets.provider != NULL ? targets.provider->index : 0,
				  &happening.reply, record->type == ACCT_BOUNCE, happening.when);
}
