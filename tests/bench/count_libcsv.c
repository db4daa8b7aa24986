/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * count_libcsv.c - counts rows and fields of a CSV file with libcsv, and does nothing else: what
 * the accounting reader is compared with (bench_acct.c).
 *
 * usage: count_libcsv FILE; prints rows and fields
 */
#include <csv.h>
#include <stdio.h>

#define PIECE ((size_t)256 * 1024)

struct counts {
	unsigned long rows, fields;
};

static void
count_field(void *text, size_t len, void *ctx)
{
	struct counts *counts = ctx;

	(void)text;
	(void)len;
	counts->fields++;
}

static void
count_row(int end, void *ctx)
{
	struct counts *counts = ctx;

	(void)end;
	counts->rows++;
}

static int
count_file(FILE *file, struct counts *counts)
{
	static char piece[PIECE];
	struct csv_parser parser;
	size_t got;

	if (csv_init(&parser, 0) != 0)
		return -1;
	while ((got = fread(piece, 1, sizeof piece, file)) > 0) {
		if (csv_parse(&parser, piece, got, count_field, count_row, counts) != got)
			return -1;
	}
	csv_fini(&parser, count_field, count_row, counts);
	csv_free(&parser);
	return ferror(file) ? -1 : 0;
}

int
main(int argc, char **argv)
{
	struct counts counts = {0};
	FILE *file = argc == 2 ? fopen(argv[1], "re") : NULL;

	if (file == NULL) {
		fprintf(stderr, "usage: count_libcsv FILE\n");
		return 2;
	}
	/* Pieces are read at once: a buffer between would only copy. */
	setvbuf(file, NULL, _IONBF, 0);
	if (count_file(file, &counts) != 0) {
		fprintf(stderr, "count_libcsv: %s: cannot be read as CSV\n", argv[1]);
		return 1;
	}
	fclose(file);
	printf("%lu %lu\n", counts.rows, counts.fields);
	return 0;
}
