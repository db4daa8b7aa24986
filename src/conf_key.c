/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf_key.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "acct_tail.h"
#include "arena.h"
#include "conf_value.h"

static_assert(sizeof(enum snap_scope) == sizeof(unsigned) &&
		      sizeof(enum snap_severity) == sizeof(unsigned) &&
		      sizeof(enum acct_start) == sizeof(unsigned),
	      "enumerations are stored as unsigned");

/* A value being read, for complaints and storing. */
struct key_value {
	struct conf_reader *reader;
	const struct conf_key *key;
	const struct conf_raw *raw;
};

cfg_opt_t *
conf_key_declare(const struct conf_key *keys, size_t count, cfg_opt_t *options)
{
	for (size_t i = 0; i < count; i++)
		*options++ = conf_parse_option(keys[i].name, keys[i].kind == CONF_KEY_LIST);
	return options;
}

unsigned
conf_key_line(cfg_t *section, const char *name)
{
	const struct conf_raw *raw = conf_parse_value(section, name, 0);

	return raw ? raw->line : (unsigned)section->line;
}

const char *
conf_key_title(struct conf_reader *reader, cfg_t *section)
{
	const char *title = cfg_title(section), *copy;
	struct conf_why why;

	if (conf_check_text(title, &why) < 0) {
		conf_complain(reader, (unsigned)section->line, "the name \"%.256s\" of this %s %s",
			      title, cfg_name(section), why.text);
		return NULL;
	}
	copy = arena_strndup(reader->conf->arena, title, strlen(title));
	if (!copy)
		conf_complain(reader, (unsigned)section->line, "out of memory");
	return copy;
}

static void
key_complain(const struct key_value *v, const char *why)
{
	if (v->key->secret && v->raw->text[0] != '/')
		conf_complain(v->reader, v->raw->line, "%s: %s", v->key->name, v->key->secret);
	else
		conf_complain(v->reader, v->raw->line, "%s = \"%.256s\": %s", v->key->name,
			      v->raw->text, why);
}

static enum conf_unit
key_unit(const struct conf_key *key)
{
	if (key->kind == CONF_KEY_MS || key->kind == CONF_KEY_SECONDS)
		return CONF_UNIT_DURATION;
	return key->kind == CONF_KEY_SIZE ? CONF_UNIT_SIZE : CONF_UNIT_NONE;
}

static void
key_store_number(const struct conf_key *key, uint64_t number, void *out)
{
	if (key->kind == CONF_KEY_SIZE)
		*(uint64_t *)((char *)out + key->offset) = number;
	else
		*(uint32_t *)((char *)out + key->offset) = (uint32_t)number;
}

static void
key_read_number(const struct key_value *v, void *out)
{
	const struct conf_key *key = v->key;
	enum conf_unit unit = key_unit(key);
	uint64_t scale = key->kind == CONF_KEY_SECONDS ? 1000 : 1, number;
	char min[32], max[32], why[160];

	if (conf_value_number(v->raw->text, unit, &number) == 0 && number % scale == 0 &&
	    number / scale >= key->min && number / scale <= key->max) {
		key_store_number(key, number / scale, out);
		return;
	}
	snprintf(why, sizeof why, "%s is expected, from %s to %s",
		 key->kind == CONF_KEY_SECONDS ? "a whole number with s, m, h or d"
					       : conf_value_expected(unit),
		 conf_value_format(key->min * scale, unit, min, sizeof min),
		 conf_value_format(key->max * scale, unit, max, sizeof max));
	key_complain(v, why);
}

static void
key_read_truth(const struct key_value *v, void *out)
{
	if (conf_value_truth(v->raw->text, (bool *)((char *)out + v->key->offset)) < 0)
		key_complain(v, "yes or no is expected");
}

static void
key_read_word(const struct key_value *v, void *out)
{
	char why[160] = "one of these is expected:";
	size_t len = strlen(why);

	for (const struct conf_word *word = v->key->words; word->text; word++) {
		if (strcmp(word->text, v->raw->text) == 0) {
			*(unsigned *)((char *)out + v->key->offset) = word->value;
			return;
		}
		if (len < sizeof why)
			len += (size_t)snprintf(why + len, sizeof why - len, " %s", word->text);
	}
	key_complain(v, why);
}

/* The checked text, owned by the arena, or NULL. */
static const char *
key_take_text(const struct key_value *v)
{
	struct conf_why why;
	const char *copy;

	if (v->key->check(v->raw->text, &why) < 0) {
		key_complain(v, why.text);
		return NULL;
	}
	copy = arena_strndup(v->reader->conf->arena, v->raw->text, strlen(v->raw->text));
	if (!copy)
		key_complain(v, "out of memory");
	return copy;
}

static void
key_read_list(struct conf_reader *reader, cfg_t *section, const struct conf_key *key, void *out)
{
	unsigned count = cfg_opt_size(cfg_getopt(section, key->name));
	const char **items;

	if (count == 0)
		return;
	items = arena_alloc(reader->conf->arena, count * sizeof *items);
	if (!items) {
		conf_complain(reader, conf_key_line(section, key->name), "out of memory");
		return;
	}
	for (unsigned i = 0; i < count; i++) {
		const struct key_value v = {reader, key, conf_parse_value(section, key->name, i)};

		items[i] = key_take_text(&v);
	}
	*(const char ***)((char *)out + key->offset) = items;
	*(size_t *)((char *)out + key->count_offset) = count;
}

static void
key_preset(const struct conf_key *key, void *out)
{
	char *field = (char *)out + key->offset;

	switch (key->kind) {
	case CONF_KEY_COUNT:
	case CONF_KEY_MS:
	case CONF_KEY_SECONDS:
	case CONF_KEY_SIZE:
		key_store_number(key, key->preset, out);
		break;
	case CONF_KEY_TRUTH:
		*(bool *)field = key->preset != 0;
		break;
	case CONF_KEY_WORD:
		*(unsigned *)field = (unsigned)key->preset;
		break;
	case CONF_KEY_TEXT:
	case CONF_KEY_LIST:
		break; /* zeroed by the arena */
	}
}

static void
key_read(const struct key_value *v, void *out)
{
	switch (v->key->kind) {
	case CONF_KEY_COUNT:
	case CONF_KEY_MS:
	case CONF_KEY_SECONDS:
	case CONF_KEY_SIZE:
		key_read_number(v, out);
		break;
	case CONF_KEY_TRUTH:
		key_read_truth(v, out);
		break;
	case CONF_KEY_WORD:
		key_read_word(v, out);
		break;
	case CONF_KEY_TEXT:
		*(const char **)((char *)out + v->key->offset) = key_take_text(v);
		break;
	case CONF_KEY_LIST:
		break; /* has several values: see key_read_list() */
	}
}

void
conf_key_read(struct conf_reader *reader, cfg_t *section, const struct conf_key *keys, size_t count,
	      void *out)
{
	for (size_t i = 0; i < count; i++) {
		const struct key_value v = {reader, &keys[i],
					    conf_parse_value(section, keys[i].name, 0)};

		key_preset(&keys[i], out);
		if (keys[i].kind == CONF_KEY_LIST)
			key_read_list(reader, section, &keys[i], out);
		else if (v.raw)
			key_read(&v, out);
	}
}
