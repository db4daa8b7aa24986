/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_csv.c - libFuzzer entry: any bytes as an accounting file, through the scanner and the record
 * reader. Besides what the sanitizers see, every slice must lie in the input and every step go on.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "acct_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_slice(struct slice slice, const char *begin, const char *end)
{
	if (slice.len > 0)
		assert(slice.ptr >= begin && slice.ptr + slice.len <= end);
}

static void
check_row(const struct csv_row *row, const char *begin, const char *end)
{
	size_t kept = row->count < CSV_FIELDS_MAX ? row->count : CSV_FIELDS_MAX;

	assert(row->lines > 0);
	for (size_t i = 0; i < kept; i++)
		check_slice(row->field[i], begin, end);
}

static void
check_record(const struct acct_record *record, const char *begin, const char *end)
{
	char shown[TEXT_MAX];

	assert(record->type >= ACCT_DELIVERY && record->type <= ACCT_REMOTE_STATUS);
	check_slice(record->queue_domain, begin, end);
	check_slice(record->queue_vmta, begin, end);
	check_slice(record->rcpt_domain, begin, end);
	check_slice(record->dsn_status, begin, end);
	text_clean(shown, sizeof shown, record->dsn_diag.ptr, record->dsn_diag.len);
	assert(strpbrk(shown, "\r\n\x1b") == NULL);
}

static struct acct_header *
take_row(struct acct_header *header, const struct csv_row *row, const char *begin, const char *end)
{
	struct acct_record record;
	char error[128] = "";

	check_row(row, begin, end);
	if (acct_row_is_header(row)) {
		acct_header_free(header);
		return acct_header_new(row);
	}
	if (!header)
		return NULL;
	if (acct_record_read(header, row, &record, error, sizeof error) == 0)
		check_record(&record, begin, end);
	else
		assert(error[0] != '\0');
	return header;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct acct_header *header = NULL;
	struct csv_row row;
	char *copy = malloc(size > 0 ? size : 1);
	size_t at = 0, used = 0;

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	while (at < size) {
		enum csv_result result = csv_next(copy + at, size - at, &row, &used);

		if (result == CSV_PARTIAL)
			break;
		assert(used > 0 && used <= size - at);
		if (result == CSV_ROW)
			header = take_row(header, &row, copy + at, copy + at + used);
		at += used;
	}
	acct_header_free(header);
	free(copy);
	return 0;
}
