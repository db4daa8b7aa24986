/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_parse.h - libconfuse's grammar over a file, with the line of every value and section.
 *
 * Each option is declared by conf_parse_option() and kept as the text it was written as; what it
 * means is read afterwards (conf_key.h), so that one run finds every bad value. libconfuse is not
 * reentrant: main thread only.
 */
#ifndef PMTA_CONF_PARSE_H
#define PMTA_CONF_PARSE_H

#include <confuse.h>
#include <stdbool.h>
#include <stddef.h>

#include "conf.h"

/* One reading of a configuration, with the complaints it led to. */
struct conf_reader {
	const char *file;
	conf_error_fn error;
	void *ctx;
	bool failed; /* at least one complaint was made */
	struct conf *conf;
};

/* A value as the file has it. */
struct conf_raw {
	unsigned line;
	char text[];
};

/* Hands "FILE:LINE: ..." to the caller of conf_read(), cleaned and cut at 1 KiB. Line 0: the whole
 * file. */
void conf_complain(struct conf_reader *reader, unsigned line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Declares an option of libconfuse whose values are struct conf_raw. */
cfg_opt_t conf_parse_option(const char *name, bool list);

/* Parses the reader's file, of at most 1 MiB. Returns the tree, in which the line of a section is
 * that of its opening brace, for cfg_free(); or NULL after a complaint. */
cfg_t *conf_parse(struct conf_reader *reader, cfg_opt_t *options);

/* The value number index of an option, or NULL if there are not that many. */
const struct conf_raw *conf_parse_value(cfg_t *section, const char *name, unsigned index);

#endif
