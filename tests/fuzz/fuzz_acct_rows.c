/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_acct_rows.c - libFuzzer entry: any bytes as an accounting file or stream, once as a whole
 * and once in pieces of any length. Both must come to the same records, rejected rows and gaps:
 * what a row is must not depend on when its bytes come.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "acct_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
add_record(void *ctx, const struct acct_record *record)
{
	uint64_t *sum = ctx;

	*sum = *sum * 31 + (uint64_t)record->type + record->job.len + record->queue.len * 7;
}

/* Puts the bytes in pieces whose lengths come from the bytes themselves, or as large as fit. */
static struct acct_stats
read_pieces(const uint8_t *data, size_t size, bool stream, bool small, uint64_t *sum)
{
	struct acct_stats stats = {0};
	struct acct_rows *rows = acct_rows_new(&stats);
	const struct acct_sink sink = {add_record, sum};

	if (!rows)
		abort();
	acct_rows_begin(rows, "fuzz", 0, stream);
	for (size_t at = 0; at < size;) {
		size_t budget = SIZE_MAX, room;
		char *to = acct_rows_room(rows, &room);
		size_t piece = small ? 1 + data[at] % 64 : size;

		assert(room > 0);
		piece = piece < size - at ? piece : size - at;
		piece = piece < room ? piece : room;
		memcpy(to, data + at, piece);
		acct_rows_add(rows, piece);
		at += piece;
		assert(acct_rows_take(rows, &budget, &sink) == ACCT_ROWS_DRY);
	}
	assert(acct_rows_finish(rows, &sink) == 0);
	assert(acct_rows_offset(rows) == size && acct_rows_end(rows) == size);
	acct_rows_free(rows);
	return stats;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int stream = 0; stream < 2; stream++) {
		uint64_t whole_sum = 0, pieces_sum = 0;
		struct acct_stats whole = read_pieces(data, size, stream, false, &whole_sum);
		struct acct_stats pieces = read_pieces(data, size, stream, true, &pieces_sum);

		assert(whole.records == pieces.records && whole_sum == pieces_sum);
		assert(whole.rejected == pieces.rejected && whole.gaps == pieces.gaps);
		assert(strcmp(whole.error, pieces.error) == 0);
	}
	return 0;
}
