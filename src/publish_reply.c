/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "model_wait.h"
#include "publish_rows.h"

static int
compare_rows(const void *a, const void *b)
{
	const struct snap_reply *left = a, *right = b;

	for (int i = 0; i < 3; i++) {
		if (left->key[i] != right->key[i])
			return left->key[i] < right->key[i] ? -1 : 1;
	}
	return 0;
}

static void
fill_row(struct snap_page *page, struct snap_reply *out, const struct reply_row *row,
	 const struct model_object *provider)
{
	out->key[0] = row->provider;
	out->key[1] = row->code;
	out->key[2] = row->enhanced;
	if (provider != NULL)
		out->provider = arena_strndup(page->arena, provider->name, provider->name_len);
	if (row->text[0] != '\0')
		out->text = arena_strdup(page->arena, row->text);
	out->bounced = row->bounced;
	out->deferred = row->deferred;
	out->last_seen = row->last_seen;
}

struct snap_page *
publish_replies(struct model_server *server, struct moment now)
{
	const struct reply_table *table = &server->replies;
	const int64_t since =
		model_window_time(server, now) - (int64_t)server->model->conf->row_retention_s;
	const uint32_t most = server->has_accounting ? table->count : 0;
	struct snap_page *page = snap_page_new(most, sizeof(struct snap_reply));
	struct snap_reply *out;

	if (page == NULL)
		return NULL;
	out = page->rows;
	page->count = 0;
	for (uint32_t i = 0; i < most; i++) {
		const struct reply_row *row = &table->rows[i];

		if (row->last_seen >= since)
			fill_row(page, &out[page->count++], row,
				 model_set_indexed(&server->set[STORE_PROVIDER], row->provider));
	}
	qsort(out, page->count, sizeof *out, compare_rows);
	return page;
}

/* By its code, else by its enhanced one, which may stand alone in dsnStatus. */
static bool
is_of_kind(enum publish_replies kind, uint32_t code, uint32_t enhanced)
{
	const uint32_t class = code != 0 ? code / 100 : enhanced / 1000000;

	return kind == PUBLISH_ALL_REPLIES || class == (uint32_t)kind;
}

/* The reply that was counted most often in the last hour, or NULL. *share gets its part of all. */
static const struct reply_row *
leading_reply(const struct model_server *server, uint32_t provider, enum publish_replies kind,
	      uint32_t *share, struct moment now)
{
	const struct reply_table *table = &server->replies;
	const int64_t asof = model_window_time(server, now);
	const struct reply_row *leading = NULL;
	uint64_t most = 0, all = 0;

	for (uint32_t i = 0; i < table->count; i++) {
		const struct reply_row *row = &table->rows[i];
		uint64_t recent;

		if (row->provider != provider || !is_of_kind(kind, row->code, row->enhanced))
			continue;
		recent = reply_row_recent(row, asof);
		all += recent;
		if (recent > most) {
			most = recent;
			leading = row;
		}
	}
	if (leading != NULL)
		*share = publish_share(most, all);
	return leading;
}

void
publish_provider_reason(const struct model_server *server, uint32_t provider,
			struct snap_reason *out, char words[PUBLISH_REASON_MAX], struct moment now)
{
	const struct reply_row *leading;

	*out = (struct snap_reason){.share = SNAP_NONE32};
	leading = leading_reply(server, provider, PUBLISH_ALL_REPLIES, &out->share, now);
	if (leading == NULL)
		return;
	out->code = (uint16_t)leading->code;
	if (words != NULL)
		out->text = reply_put_together(leading->code, leading->enhanced, leading->text,
					       words, PUBLISH_REASON_MAX);
}

void
publish_reason(const struct model_server *server, const struct model_object *object,
	       struct snap_reason *out, struct moment now)
{
	uint64_t count, all;
	const struct wait_reply *leading = model_reason_leading(
		object, PUBLISH_ALL_REPLIES, model_window_time(server, now), &count, &all);

	*out = (struct snap_reason){.share = SNAP_NONE32};
	if (leading == NULL)
		return;
	out->code = leading->code;
	out->share = publish_share(count, all);
	out->text = publish_text(NULL, leading->text);
}

static const char *
provider_words(const struct model_server *server, uint32_t provider, enum publish_replies kind,
	       char *buf, size_t size, struct moment now)
{
	uint32_t share;
	const struct reply_row *leading = leading_reply(server, provider, kind, &share, now);

	return leading != NULL ? reply_put_together(leading->code, leading->enhanced, leading->text,
						    buf, size)
			       : NULL;
}

const char *
publish_reason_text(const struct model_server *server, const struct model_object *object,
		    enum publish_replies kind, char *buf, size_t size, struct moment now)
{
	const struct wait_reply *leading;
	uint64_t count, all;

	buf[0] = '\0';
	if (object->kind == STORE_PROVIDER) {
		provider_words(server, object->index, kind, buf, size, now);
		return buf;
	}
	leading = model_reason_leading(object, kind, model_window_time(server, now), &count, &all);
	if (leading != NULL && leading->text != NULL)
		snprintf(buf, size, "%s", leading->text);
	return buf;
}

const char *
publish_error(struct snap_page *page, const char *error)
{
	char words[REPLY_TEXT_MAX + 1], text[PUBLISH_REASON_MAX];
	uint32_t enhanced;
	struct reply reply;

	if (error == NULL)
		return NULL;
	reply_read_error((struct slice){error, strlen(error)}, &reply);
	enhanced = reply_enhanced_number(reply.enhanced);
	if (reply_normalise(&reply, words, sizeof words) == 0 && reply.code == 0 && enhanced == 0)
		return NULL;
	return arena_strdup(page->arena,
			    reply_put_together(reply.code, enhanced, words, text, sizeof text));
}
