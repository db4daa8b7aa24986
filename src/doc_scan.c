/* SPDX-License-Identifier: BSD-2-Clause */
#include "doc_scan.h"

const char *
doc_scan_text(struct doc_scan *scan, const char *at, const char *end, bool *over)
{
	*over = false;
	while (at < end) {
		if (scan->escaped) {
			scan->escaped = false;
			at++;
		}
		while (at < end && *at != '"' && *at != '\\')
			at++;
		if (at == end)
			break;
		if (*at++ == '"') {
			*over = true;
			break;
		}
		scan->escaped = true;
	}
	return at;
}

const char *
doc_scan_mark(const char *at, const char *end)
{
	/* With this bit set, '[' and ']' look like '{' and '}': three comparisons do for five
	 * marks. */
	while (at < end && *at != '"' && (*at | 0x20) != '{' && (*at | 0x20) != '}')
		at++;
	return at;
}

int
doc_scan_open(struct doc_scan *scan, char bracket)
{
	uint64_t bit;

	if (scan->depth == DOC_SCAN_DEPTH_MAX)
		return -1;
	bit = UINT64_C(1) << scan->depth;
	scan->arrays = bracket == '[' ? scan->arrays | bit : scan->arrays & ~bit;
	scan->depth++;
	return 0;
}

int
doc_scan_close(struct doc_scan *scan, char bracket)
{
	scan->depth--;
	return (bracket == ']') == ((scan->arrays >> scan->depth & 1) != 0) ? 0 : -1;
}
