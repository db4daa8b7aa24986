/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * probe_known.h - the keys this program knows in the monitor's documents (guide, chapter 5).
 */
#ifndef PMTA_PROBE_KNOWN_H
#define PMTA_PROBE_KNOWN_H

#include <stddef.h>

enum probe_type {
	PROBE_ANY,
	PROBE_NUMBER,
	PROBE_TEXT,
	PROBE_NAME, /* a text, or a number that stands for one */
	PROBE_TIME,
	PROBE_FLAG,
	PROBE_MODE
};

/* Where a key is expected; what is optional is missed by nobody. */
enum probe_where { PROBE_OPTIONAL, PROBE_ONCE, PROBE_IN_ITEM };

struct probe_known {
	const char *path; /* keys joined by '.'; a last "*" is any key */
	enum probe_type type;
	enum probe_where where;
};

/* The keys of a document: enum doc_list_kind or PROBE_STATUS. */
const struct probe_known *probe_known_keys(int document, size_t *count);

/* What its list is called; NULL for /status. */
void probe_known_list(int document, const char **plural, const char **singular);

#endif
