/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_key.h - what keys a section of the configuration has, and reading them into a struct.
 *
 * A table of struct conf_key is the one place that says name, form, range and default of each key.
 */
#ifndef PMTA_CONF_KEY_H
#define PMTA_CONF_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "conf_check.h"
#include "conf_parse.h"

enum conf_key_kind {
	CONF_KEY_COUNT,	  /* uint32_t */
	CONF_KEY_MS,	  /* uint32_t milliseconds */
	CONF_KEY_SECONDS, /* uint32_t seconds; shorter than a second is refused */
	CONF_KEY_SIZE,	  /* uint64_t bytes */
	CONF_KEY_TRUTH,	  /* bool */
	CONF_KEY_WORD,	  /* an enumeration, by words */
	CONF_KEY_TEXT,	  /* const char *, owned by the arena */
	CONF_KEY_LIST	  /* const char ** and, at count_offset, size_t */
};

struct conf_word {
	const char *text; /* NULL ends the list */
	unsigned value;
};

struct conf_key {
	const char *name;
	enum conf_key_kind kind;
	size_t offset, count_offset; /* of the field in the struct that is read into */
	uint64_t min, max;	     /* in the field's unit */
	uint64_t preset;	     /* value of a key that is not set; texts are NULL then */
	conf_check_fn check;	     /* texts and list items */
	const struct conf_word *words;
	const char
		*secret; /* for a key that a secret may be put into by mistake: what to say then */
};

/* Declares count keys to libconfuse: options must have room for them. Returns the option behind. */
cfg_opt_t *conf_key_declare(const struct conf_key *keys, size_t count, cfg_opt_t *options);

/* Reads each key of a section into *out, complaining of each bad value. */
void conf_key_read(struct conf_reader *reader, cfg_t *section, const struct conf_key *keys,
		   size_t count, void *out);

/* The checked title of a section, owned by the arena, or NULL after a complaint. */
const char *conf_key_title(struct conf_reader *reader, cfg_t *section);

/* The line of a key if it is set, else that of its section. */
unsigned conf_key_line(cfg_t *section, const char *name);

#endif
