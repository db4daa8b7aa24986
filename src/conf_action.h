/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_action.h - section "action": what is done beside SNMP about an event, and about which.
 */
#ifndef PMTA_CONF_ACTION_H
#define PMTA_CONF_ACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snapshot.h"

/* The body of a webhook. A program gets CONF_ACTION_JSON on its standard input. */
enum conf_action_format {
	CONF_ACTION_JSON = 1,  /* the objects of the notification by their names, and a text */
	CONF_ACTION_SLACK,     /* a text, as Slack, Mattermost and others take it */
	CONF_ACTION_PAGERDUTY, /* PagerDuty's Events API version 2 */
	CONF_ACTION_FORMATS
};

struct conf_action {
	const char *name; /* title of the section; unique */
	const char **exec;
	size_t exec_count;   /* of a program's path and arguments; 0: a webhook */
	const char *webhook; /* URL: a secret, never to be shown */
	const char *url_file, *authorization_file, *key_file;
	const char *authorization; /* value of that header, or NULL: a secret */
	const char *key;	   /* PagerDuty's routing key, or NULL: a secret */
	const char *ca_file;
	enum conf_action_format format;
	uint32_t timeout_s;	     /* of a run of the program, or of one attempt of a request */
	uint32_t retries;	     /* of a request */
	uint32_t rate;		     /* events a minute */
	enum snap_severity severity; /* this or a worse one */
	bool news;		     /* what belongs to no alarm too, whatever its severity */
	enum snap_scope scope;	     /* 0: any */
	const char *match, *server;  /* globs of the object's and the server's name; "*" */
	struct arena *arena;	     /* of a copy */
};

struct conf_reader;
struct cfg_t;
struct cfg_opt_t;

/* Keys of the section, NULL-terminated, for libconfuse; static. Main thread. */
struct cfg_opt_t *conf_action_options(void);

/* Reads all sections into the reader's configuration, and the secrets out of their files. */
void conf_action_read(struct conf_reader *reader, struct cfg_t *tree);

/* A copy of its own, for another thread; NULL without memory. */
struct conf_action *conf_action_copy(const struct conf_action *action);
void conf_action_free(struct conf_action *copy);

#endif
