/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_rule.h - reads the sections "threshold" of the configuration into rules.
 *
 * What cannot work is refused here, with its line, so that a rule in force always makes sense.
 */
#ifndef PMTA_CONF_RULE_H
#define PMTA_CONF_RULE_H

#include "conf_key.h"
#include "conf_parse.h"

/* Room for the options of a section, and the one that ends them. */
#define CONF_RULE_OPTIONS 32

/* The words of enum snap_scope, and of those of enum snap_severity that an alarm can have. */
extern const struct conf_word conf_rule_scopes[], conf_rule_severities[];

/* Declares the keys of a section to libconfuse. Returns the option behind. */
cfg_opt_t *conf_rule_declare(cfg_opt_t options[CONF_RULE_OPTIONS]);

/* Reads all sections into the configuration, whose servers are known; complains of each mistake. */
void conf_rule_read(struct conf_reader *reader, cfg_t *tree);

#endif
