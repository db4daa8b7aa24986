/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_text.h - reads a configuration given as a text, and keeps what is complained of.
 */
#ifndef PMTA_CONF_TEXT_H
#define PMTA_CONF_TEXT_H

#include "conf.h"

/* Of the last text, a line each. */
extern char conf_text_complaints[2048];

/* What conf_read() says to these texts, one behind the other, in a file; to be freed. */
struct conf *conf_text_read(const char *before, const char *text, const char *behind);

/* The configuration was refused, with both words among the complaints. */
void conf_text_assert_refused(const struct conf *conf, const char *where, const char *words);

#endif
