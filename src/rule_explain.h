/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rule_explain.h - says what a rule does in one English sentence, as pmta-monitord -t prints it.
 * Pure.
 */
#ifndef PMTA_RULE_EXPLAIN_H
#define PMTA_RULE_EXPLAIN_H

#include "rule.h"

/* Room for a sentence with names of the usual length; one that is longer is cut. */
#define RULE_EXPLAIN_SIZE 1024

/* Writes "raises a major alarm when the deferral share of provider gmail on any server was at least
 * 15 % ... ." Returns buf. */
const char *rule_explain(const struct rule *rule, char *buf, size_t size);

#endif
