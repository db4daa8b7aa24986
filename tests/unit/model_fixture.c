/* SPDX-License-Identifier: BSD-2-Clause */
#include "model_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doc_list.h"
#include "level.h"
#include "model_object.h"

struct registered {
	struct registered *next;
	uint32_t server;
	enum store_kind kind;
	char name[TEXT_MAX];
	struct store_object object;
};

static int
recall(void *ctx, uint32_t server, enum store_kind kind, const char *name, uint32_t first_index,
       struct store_object *out, bool *found)
{
	struct model_fixture *f = ctx;
	uint32_t last = 0;
	struct registered *entry;

	if (f->no_registry)
		return -1;
	for (entry = f->registry; entry != NULL; entry = entry->next) {
		if (entry->server != server || entry->kind != kind)
			continue;
		if (strcmp(entry->name, name) == 0) {
			*out = entry->object;
			*found = true;
			return 0;
		}
		if (entry->object.index > last)
			last = entry->object.index;
	}
	*found = false;
	*out = (struct store_object){.last_delivery = SNAP_NO_TIME};
	if (first_index == 0)
		return 0;
	out->index = last + 1 < first_index ? first_index : last + 1;
	entry = calloc(1, sizeof *entry);
	entry->server = server;
	entry->kind = kind;
	snprintf(entry->name, sizeof entry->name, "%s", name);
	entry->object = *out;
	entry->next = f->registry;
	f->registry = entry;
	return 0;
}

void
fixture_conf(struct model_fixture *f)
{
	static const char *const names[FIXTURE_SERVERS] = {"mta1", "mta2", "mta3"};

	memset(f, 0, sizeof *f);
	f->now = (struct moment){.wall_ms = INT64_C(1000) * FIXTURE_WALL, .mono_ms = 5000000};
	f->conf = (struct conf){
		.agent_name = "monitor.example",
		.poll_interval_ms = 30000,
		.list_interval_ms = 60000,
		.stale_after = 3,
		.down_after = 3,
		.row_limit = 5000,
		.row_retention_s = 86400,
		.stuck_recipients = 1000,
		.stuck_age_s = 1800,
		.stuck_drain_s = 86400,
		.servers = f->servers,
		.server_count = 1,
		.thresholds = f->rules,
		.read_at = FIXTURE_WALL,
	};
	for (int i = 0; i < FIXTURE_SERVERS; i++) {
		f->accounting[i] = "/nowhere/acct.csv";
		f->servers[i] = (struct conf_server){
			.name = names[i],
			.url = "http://192.0.2.1:8080",
			.accounting = &f->accounting[i],
			.accounting_count = 1,
			.start_at = ACCT_START_BEGIN,
		};
	}
}

int
fixture_setup(void **state)
{
	struct model_fixture *f = malloc(sizeof *f);

	fixture_conf(f);
	f->model = model_new(recall, f);
	fixture_configure(f);
	*state = f;
	return 0;
}

int
fixture_teardown(void **state)
{
	struct model_fixture *f = *state;

	model_free(f->model);
	while (f->registry != NULL) {
		struct registered *entry = f->registry;

		f->registry = entry->next;
		free(entry);
	}
	free(f);
	return 0;
}

void
fixture_restart(struct model_fixture *f)
{
	model_free(f->model);
	f->model = model_new(recall, f);
	fixture_configure(f);
}

void
fixture_configure(struct model_fixture *f)
{
	model_configure(f->model, &f->conf, f->now);
}

struct model_server *
fixture_server(const struct model_fixture *f, const char *name)
{
	for (uint32_t i = 0; i < f->model->server_count; i++) {
		if (strcmp(f->model->servers[i]->name, name) == 0)
			return f->model->servers[i];
	}
	return NULL;
}

void
fixture_pass(struct model_fixture *f, int64_t seconds)
{
	f->now.wall_ms += seconds * 1000;
	f->now.mono_ms += seconds * 1000;
}

struct doc_status
fixture_status(void)
{
	struct doc_status status = {.state_text = "running", .start_text = "2026-11-22 11:00:00"};

	status.time_now = FIXTURE_WALL;
	status.start_time = FIXTURE_WALL - 3600;
	status.shutting_down = -1;
	for (int w = 0; w < DOC_WINDOWS; w++) {
		const struct doc_volume none = {NAN, NAN, NAN};

		status.traffic[w] = (struct doc_traffic){none, none, NAN, NAN};
	}
	for (int i = 0; i < 3; i++)
		status.conn_in[i] = status.conn_out[i] = NAN;
	status.dns_cached = status.dns_pending = status.dns_active = NAN;
	status.spool_init = status.spool_dirs = status.spool_files = NAN;
	status.spool_rcp = status.spool_max = NAN;
	for (int t = 0; t <= SNAP_DELIVERY_OTHER; t++)
		status.queue[t].rcp = status.queue[t].dom = status.queue[t].kb = NAN;
	return status;
}

struct doc_item
fixture_item(const char *name, double recipients)
{
	return (struct doc_item){
		.name = name,
		.rcp = level_of(recipients),
		.kb = SNAP_NONE32,
		.conn = SNAP_NONE32,
		.dom = SNAP_NONE32,
		.share = SNAP_NONE32,
		.mode = SNAP_MODE_NORMAL,
		.paused = 2,
		.wait_reason = SNAP_WAIT_NONE,
		.error_time = SNAP_NO_TIME,
		.retry_time = SNAP_NO_TIME,
	};
}

/* A list of these items. */
static struct doc_list *
make_list(enum doc_list_kind kind, const struct doc_item *items, size_t count)
{
	struct doc_list *list = doc_list_new(kind);

	assert_non_null(list);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(doc_list_add(list, &items[i]), 0);
	assert_int_equal(doc_list_settle(list), 0);
	return list;
}

void
fixture_list(struct model_fixture *f, enum doc_list_kind kind, const struct doc_item *items,
	     size_t count)
{
	struct doc_list *list = make_list(kind, items, count);

	list->total_rcp = list->listed_rcp;
	list->total_items = (double)count;
	list->complete = true;
	model_apply_list(f->model->servers[0], list, f->now);
	doc_list_free(list);
}

void
fixture_cut_list(struct model_fixture *f, enum doc_list_kind kind, const struct doc_item *items,
		 size_t count, double total_recipients)
{
	struct doc_list *list = make_list(kind, items, count);

	list->total_rcp = total_recipients;
	list->total_items = (double)count + 5;
	model_apply_list(f->model->servers[0], list, f->now);
	doc_list_free(list);
}

struct slice
fixture_slice(const char *text)
{
	return (struct slice){text, strlen(text)};
}

struct acct_record
fixture_record(enum acct_type type, const char *queue)
{
	return (struct acct_record){
		.type = type,
		.time_logged = FIXTURE_WALL - 5,
		.time_queued = SNAP_NO_TIME,
		.queue = fixture_slice(queue),
	};
}

void
fixture_apply(struct model_fixture *f, const struct acct_record *record)
{
	model_apply_record(f->model->servers[0], record, f->now);
}

struct model_object *
fixture_object(const struct model_fixture *f, enum store_kind kind, const char *name)
{
	return model_set_find(&f->model->servers[0]->set[kind], name, strlen(name));
}
