/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doc_json.h - what the readers of all monitor documents share: parsing, the envelope, and values
 * that may be written in several ways. Pure. Inside of monitor_doc only.
 */
#ifndef PMTA_DOC_JSON_H
#define PMTA_DOC_JSON_H

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

#include "monitor_doc.h"

/* Fills *error; what is quoted from the document is made clean. Always returns -1. */
int doc_error_set(struct doc_error *error, enum doc_error_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Refuses a document whose first non-blank byte is not '{', and quotes how it begins. Returns -1.
 */
int doc_error_foreign(struct doc_error *error, const char *head, size_t len);

/* True for the four blanks of JSON (RFC 8259, 2). */
bool doc_json_blank(char byte);

/*
 * Parses exactly one JSON value out of len bytes; blanks around it are allowed. The bytes are
 * changed: escapes that cannot be represented (NUL, lone surrogates) are replaced, since they stem
 * from texts of remote hosts and must not cost the document. The caller frees with cJSON_Delete().
 * NULL with *error filled.
 */
cJSON *doc_json_parse(char *bytes, size_t len, struct doc_error *error);

/*
 * Judges the envelope {"data":...,"status":...,"message":...} (guide, chapter 8). Returns "data",
 * an object owned by root, or NULL with *error filled; DOC_ERROR_FAIL if PowerMTA reports a
 * failure.
 */
const cJSON *doc_json_data(const cJSON *root, struct doc_error *error);

/* The member of an object, or NULL if there is none, it is null, or object is none. */
const cJSON *doc_json_member(const cJSON *object, const char *key);

/* The value as a number: a JSON number or a numeric string, 0 to 2^64; else NaN. NULL is allowed.
 */
doc_number doc_json_value(const cJSON *value);

/* The same for a member of an object. */
doc_number doc_json_number(const cJSON *object, const char *key);

/* A truth value: true/false, 1/0, "yes"/"no", "true"/"false" without case. 1, 0, or -1 absent. */
int doc_json_flag(const cJSON *object, const char *key);

/* The text of a member as it stands, or NULL if it is no string. Owned by object. */
const char *doc_json_string(const cJSON *object, const char *key);

/* Copies a member, string or number, clean, into dst. Returns the length; 0 and "" if absent. */
size_t doc_json_text(const cJSON *object, const char *key, char *dst, size_t size);

/* A member as a time (moment.h), local time read as UTC; SNAP_NO_TIME if absent or no time. */
int64_t doc_json_time(const cJSON *object, const char *key);

#endif
