/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model_fixture.h - a model of invented servers, with a clock of its own and a registry in memory.
 */
#ifndef PMTA_MODEL_FIXTURE_H
#define PMTA_MODEL_FIXTURE_H

#include "acct_record.h"
#include "conf.h"
#include "model.h"
#include "monitor_doc.h"

#define FIXTURE_SERVERS 3
#define FIXTURE_RULES 4
#define FIXTURE_ITEMS 16

/* 2026-11-22 12:00:00 UTC, and its text. */
#define FIXTURE_WALL 1795348800
#define FIXTURE_TIME "2026-11-22 12:00:00"

struct registered;

struct model_fixture {
	struct conf conf;
	struct conf_server servers[FIXTURE_SERVERS];
	struct rule rules[FIXTURE_RULES];
	const char *accounting[FIXTURE_SERVERS];
	struct model *model;
	struct moment now;
	struct registered *registry; /* what the store would remember */
	bool no_registry;	     /* recall fails */
};

/* Servers "mta1" (polled, with accounting) and so on; only the first is configured. Setup and
 * teardown for cmocka. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* The configuration, without a model: for tests that have a store. */
void fixture_conf(struct model_fixture *f);
/* Frees what fixture_setup() made but the registry, and makes a new model of the same: a restart.
 */
void fixture_restart(struct model_fixture *f);

/* Puts the configuration in force (again). */
void fixture_configure(struct model_fixture *f);
struct model_server *fixture_server(const struct model_fixture *f, const char *name);

/* Lets both clocks go on. */
void fixture_pass(struct model_fixture *f, int64_t seconds);

/* A status in which nothing is told but the times of FIXTURE_TIME. */
struct doc_status fixture_status(void);

/* An item with this name and level; all else absent. */
struct doc_item fixture_item(const char *name, double recipients);

/* Applies a list of these items, complete or with this many recipients in all. */
void fixture_list(struct model_fixture *f, enum doc_list_kind kind, const struct doc_item *items,
		  size_t count);
void fixture_cut_list(struct model_fixture *f, enum doc_list_kind kind,
		      const struct doc_item *items, size_t count, double total_recipients);

/* A record of a queue; all else absent. */
struct acct_record fixture_record(enum acct_type type, const char *queue);
struct slice fixture_slice(const char *text);
void fixture_apply(struct model_fixture *f, const struct acct_record *record);

/* The object of this name as the first server has it, or NULL: never made. */
struct model_object *fixture_object(const struct model_fixture *f, enum store_kind kind,
				    const char *name);

#endif
