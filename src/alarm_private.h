/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alarm_private.h - what the files of alarm.h share: an alarm and its rules, and what is judged.
 */
#ifndef PMTA_ALARM_PRIVATE_H
#define PMTA_ALARM_PRIVATE_H

#include "alarm.h"
#include "alarm_growth.h"
#include "alarm_state.h"
#include "publish_rows.h"

/* Without memory for the hash an alarm is simply not begun. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* A rule by its name, which outlives reloads and restarts. */
struct alarm_rule {
	char *name;
	uint32_t number;	 /* row of pmtaThresholdTable, from 1 */
	const struct rule *rule; /* NULL: not configured now */
	uint32_t active;	 /* objects on which it is raised */
	uint64_t raised, would;
	int64_t last_raise;	     /* wall seconds, SNAP_NO_TIME never */
	unsigned cells;		     /* of the row: what the rule reads of it */
	bool any_server, any_object; /* it matches all of them */
	bool dirty;
};

/* All rules on one metric and side: the severities of its alarms. */
struct alarm_group {
	enum snap_scope scope;
	const struct metric *metric;
	uint32_t side;		   /* 1: of rules below; 0: of all others */
	bool flow;		   /* judged by alarms_judge_flow(), else after polls */
	struct alarm_rule **rules; /* in the order of the configuration */
	size_t count;
};

/* A rule on one object. */
struct alarm_hold {
	struct alarm_rule *rule;
	struct alarm_state state, next; /* next becomes state once its event is in the ring */
	enum alarm_change change;
	struct alarm_value value; /* as last judged */
	uint32_t sample;	  /* SNAP_NONE32 none */
	struct alarm_limits limits;
};

struct alarm_key {
	const struct metric *metric;
	uint32_t scope, side, server, object; /* object 0: the server itself */
};

struct alarm {
	UT_hash_handle hh;
	struct alarm_key key;
	struct alarm_hold *holds;
	size_t hold_count;
	uint32_t id;	   /* 0 while none of its rules is raised */
	uint32_t saved_id; /* as the store has it */
	enum snap_severity severity;
	enum snap_notification note;	/* that raised it; the next number clears it */
	struct alarm_rule *leading;	/* the worst that is raised */
	int64_t raised_wall, told_wall; /* ms */
	int64_t raised_mono, told_mono; /* ms; of an earlier run by our clock then and now */
	char *server_name, *object_name, *text; /* NULL while not raised */
	bool dirty;
};

struct alarm_growth_key {
	uint32_t rule, server, object; /* rule: number */
};

struct alarm_growth_entry {
	UT_hash_handle hh;
	struct alarm_growth_key key;
	struct alarm_growth growth;
};

/* What is counted of a server. */
struct alarm_server {
	uint32_t index;
	uint32_t active[SNAP_SEVERITY_WARNING + 1];
	bool known;
	uint32_t restarts, resets; /* as last told */
	uint32_t records;	   /* as last judged */
	int64_t judged;		   /* all of its flow; monotonic */
};

struct alarms {
	struct event_ring *ring;
	const struct model *model;
	alarm_expect_fn expect;
	void *expect_ctx;
	struct alarm *all;
	struct alarm_growth_entry *growths;
	struct alarm_rule **rules; /* by number - 1 */
	uint32_t rule_count;
	struct alarm_group *groups;
	size_t group_count;
	struct alarm_server *servers;
	uint32_t server_count;
	uint32_t *ended; /* ids that the store still has */
	uint32_t ended_count, ended_room;
	bool changed;
	uint32_t last_id, active, version;
	uint64_t suppressed;
	int64_t next_reminder; /* monotonic: not before */
	struct rule down;      /* built in */
};

/* What is judged: one object, and its rows as far as they were needed. */
struct alarm_subject {
	struct model_server *server;
	struct model_object *object;	   /* NULL: the server itself, or a source */
	const struct model_source *source; /* scope source */
	enum snap_scope scope;
	uint32_t index;	       /* of the object in its table, 0 the server */
	const char *name;      /* of the object, or the server */
	bool known;	       /* it may have alarms: they are looked for */
	unsigned cells;	       /* of the row that were written (publish_rows.h) */
	uint32_t window_s;     /* of the row of windows; 0 none was made */
	unsigned window_cells; /* of that row */
	union publish_row row, window;
};

/* alarm_set.c: the registry. */
struct alarm *alarm_find(const struct alarms *alarms, const struct alarm_key *key);
struct alarm *alarm_add(struct alarms *alarms, const struct alarm_key *key,
			struct alarm_rule *const *rules, size_t count);
void alarm_drop(struct alarms *alarms, struct alarm *alarm);
/* Gives an alarm the names that its clear will tell. 0, or -1 without memory. */
int alarm_set_names(struct alarm *alarm, const char *server_name, const char *object_name);
struct alarm_server *alarm_server_of(struct alarms *alarms, uint32_t index);
/* Counts an alarm in or out under its severity. */
void alarm_count(struct alarms *alarms, const struct alarm *alarm, int step);
/* Shows the counts in the rows of the servers there are now. */
void alarms_show_counts(struct alarms *alarms);

/* alarm_save.c: notes that an alarm differs from the store, or that the store's is over. */
void alarm_mark(struct alarms *alarms, struct alarm *alarm);
void alarm_mark_ended(struct alarms *alarms, uint32_t saved_id);

/* alarm_rule.c: rules by name, what they are about, and the groups of them. */
struct alarm_rule *alarm_rule_named(struct alarms *alarms, const char *name, bool make);
bool alarm_rule_applies(const struct alarm_rule *rule, const char *server_name,
			const char *object_name);
/* The groups of these rules and the built-in one in place of those there were: 0, or -1 without
 * memory, with as many as there was room for. */
int alarm_groups_make(struct alarms *alarms, const struct rule *rules, size_t count);
void alarm_groups_free(struct alarms *alarms);
const struct alarm_group *alarm_group_of(const struct alarms *alarms, const struct alarm_key *key);
/* The table of the objects of a scope, and their kind (0 the server and its sources). */
enum snap_table alarm_table_of(enum snap_scope scope);
enum store_kind alarm_kind_of(enum snap_scope scope);

/* alarm_value.c: reads what a rule is about into value, sample and limits of *out. */
void alarm_value_read(struct alarms *alarms, struct alarm_subject *subject,
		      const struct alarm_rule *rule, struct moment now, struct alarm_hold *out);
/* Forgets what totals were: of one object, or (key NULL) of all. */
void alarm_growths_forget(struct alarms *alarms, const struct alarm_growth_key *key);

/* alarm_event.c: what becomes of an alarm after its rules were judged. May free it. */
void alarm_settle(struct alarms *alarms, struct alarm *alarm, const struct alarm_subject *subject,
		  struct moment now);
/* Takes away an alarm for another reason than its values. */
void alarm_end(struct alarms *alarms, struct alarm *alarm, const char *reason, struct moment now);
/* Tells of an active alarm again, and why ("still"). 0, or -1 without memory. */
int alarm_remind(struct alarms *alarms, struct alarm *alarm, const char *why, struct moment now);
/* Takes the worst of the rules that are raised for the leading one, after some were taken away. */
void alarm_lead_anew(struct alarms *alarms, struct alarm *alarm, struct moment now);
/* The hold of the rule that gives an active alarm its severity. */
struct alarm_hold *alarm_leading_hold(const struct alarm *alarm);
/* Its value and limit as columns show them; SNAP_NONE32 not known. */
uint32_t alarm_value_shown(const struct alarm_hold *hold);
uint32_t alarm_limit_shown(const struct alarm_hold *hold, bool raise);

/* alarm_single.c: tells of restarts of PowerMTA since the servers were known, and of alarms whose
 * reminder is due. */
void alarm_know_servers(struct alarms *alarms);
void alarm_note_restarts(struct alarms *alarms, const struct model_server *server,
			 struct moment now);
void alarm_remind_due(struct alarms *alarms, struct moment now);

/* Room for a text before it is cut to TEXT_MAX, on a character border. */
#define ALARM_TEXT_MAX 1024

/* alarm_why.c: the reason, with the mark that joins it to what is said before it; "" without one.
 */
void alarm_why_write(char why[ALARM_TEXT_MAX], const struct alarm_subject *subject,
		     const struct rule *rule, struct moment now);

/* alarm_text.c: says what happened, how much, why, and what can be done about it. */
void alarm_text_raise(char text[ALARM_TEXT_MAX], const struct alarm_subject *subject,
		      const struct alarm_hold *hold, struct moment now);
/* The same with the severity before and now. */
void alarm_text_severity(char text[ALARM_TEXT_MAX], const struct alarm_subject *subject,
			 const struct alarm_hold *hold, enum snap_severity before,
			 struct moment now);
void alarm_text_clear(char text[ALARM_TEXT_MAX], const struct alarm_subject *subject,
		      const struct alarm_hold *hold, const struct alarm *alarm, struct moment now);
const char *alarm_severity_word(enum snap_severity severity);

#endif
