/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_value.h - reads durations, sizes, counts and truth values as the configuration writes them.
 * Pure.
 */
#ifndef PMTA_CONF_VALUE_H
#define PMTA_CONF_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The units a number may carry. */
enum conf_unit {
	CONF_UNIT_NONE,	    /* a plain number */
	CONF_UNIT_DURATION, /* ms s m h d; seconds if bare; the result is milliseconds */
	CONF_UNIT_SIZE	    /* k M G of 1024; bytes if bare */
};

/* Reads a whole number with its unit, and nothing behind it. Returns 0, or -1 if it is none or does
 * not fit 64 bits. */
int conf_value_number(const char *text, enum conf_unit unit, uint64_t *out);

/* Writes number as short as the configuration can: "90s", "256M". Returns buf. */
const char *conf_value_format(uint64_t number, enum conf_unit unit, char *buf, size_t size);

/* What conf_value_number() takes, for messages: "a whole number with ms, s, m, h or d". */
const char *conf_value_expected(enum conf_unit unit);

/* Reads yes no, true false, on off (any case). Returns 0 or -1. */
int conf_value_truth(const char *text, bool *out);

/* The one of count words that word was probably meant to be, or NULL if none is close. */
const char *conf_value_suggest(const char *word, const char *const *words, size_t count);

#endif
