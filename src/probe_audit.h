/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * probe_audit.h - finds in a document of the monitor what this program does not understand.
 */
#ifndef PMTA_PROBE_AUDIT_H
#define PMTA_PROBE_AUDIT_H

#include <stddef.h>
#include <stdio.h>

#include "monitor_doc.h"

/* The documents that are known: lists by enum doc_list_kind, and /status. */
enum probe_document { PROBE_STATUS = DOC_JOBS + 1 };

/*
 * Prints a line for each key that is unknown, missing or of an odd type, with how often and an
 * example, or that there is none. bytes must have been accepted by the reader of that document,
 * which bounds what is parsed here.
 */
void probe_audit(int document, const char *bytes, size_t len, FILE *out);

#endif
