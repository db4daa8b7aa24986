/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_bounce.h - checks the lists bounce-hard, bounce-soft and bounce-other, which say what kind a
 * bounce category is (bounce_class.h).
 */
#ifndef PMTA_CONF_BOUNCE_H
#define PMTA_CONF_BOUNCE_H

#include "conf_parse.h"

/* Complains of each category that is named twice, in one list or in two. The lists have been read
 * into reader->conf. */
void conf_bounce_check(struct conf_reader *reader, cfg_t *tree);

#endif
