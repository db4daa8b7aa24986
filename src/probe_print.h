/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * probe_print.h - shows the documents of the monitor as tables for people.
 */
#ifndef PMTA_PROBE_PRINT_H
#define PMTA_PROBE_PRINT_H

#include <stdio.h>

#include "monitor_doc.h"

/* All that /status tells; what it does not tell is shown as "-". */
void probe_print_status(const struct doc_status *status, FILE *out);

/* How much of the list is shown, and its first ten items. */
void probe_print_list(const struct doc_list *list, FILE *out);

#endif
