/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_json_record.c - libFuzzer entry: any bytes as a JSON accounting file, line by line. Besides
 * what the sanitizers see: every slice must lie in its line, a refused line must have a reason that
 * is fit for a log, and a text that cJSON finds must be the same one.
 */
#include <assert.h>
#include <cjson/cJSON.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "acct_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_slice(struct slice slice, const char *begin, const char *end)
{
	if (slice.len > 0)
		assert(slice.ptr >= begin && slice.ptr + slice.len <= end);
}

static void
check_record(const struct acct_record *record, const char *begin, const char *end)
{
	assert(record->type >= ACCT_DELIVERY && record->type <= ACCT_REMOTE_STATUS);
	check_slice(record->queue_domain, begin, end);
	check_slice(record->queue_vmta, begin, end);
	check_slice(record->rcpt_domain, begin, end);
	check_slice(record->dsn_status, begin, end);
	check_slice(record->dsn_diag, begin, end);
	check_slice(record->dsn_mta, begin, end);
	check_slice(record->dlv_source_ip, begin, end);
	check_slice(record->job, begin, end);
}

/* The first member of this name, which cJSON too compares without case; NULL if it is no text. */
static const char *
text_of(const cJSON *tree, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItem(tree, name));
}

/* A NUL and half a pair are where the two differ on purpose, and cJSON takes controls in a text. */
static void
compare(const cJSON *tree, const struct acct_record *record, const char *text)
{
	const char *vmta = text_of(tree, "vmta");

	if (!vmta || strstr(text, "\\u") || strlen(text) == 0)
		return;
	assert(record->vmta.len == strlen(vmta));
	assert(memcmp(record->vmta.ptr, vmta, record->vmta.len) == 0);
}

static void
read_line(const char *bytes, size_t len)
{
	char *line = malloc(len + 1), *text = malloc(len + 1);
	struct acct_record record;
	char error[160] = "";
	cJSON *tree;

	if (!line || !text)
		abort();
	memcpy(line, bytes, len);
	memcpy(text, bytes, len);
	text[len] = '\0';
	tree = memchr(bytes, '\0', len) ? NULL : cJSON_ParseWithLength(text, len);
	if (acct_json_read(line, len, &record, error, sizeof error) == 0) {
		check_record(&record, line, line + len);
		if (cJSON_IsObject(tree))
			compare(tree, &record, text);
	} else {
		assert(error[0] != '\0' && strpbrk(error, "\r\n\x1b") == NULL);
	}
	cJSON_Delete(tree);
	free(line);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;

	while (at < end) {
		const char *line_end = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((line_end ? line_end : end) - at);

		read_line(at, len);
		at += len + (line_end != NULL);
	}
	return 0;
}
