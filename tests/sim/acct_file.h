/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acct_file.h - one <acct-file> of PowerMTA's configuration: its columns, its dated files, its
 * buffer.
 */
#ifndef PMTA_SIM_ACCT_FILE_H
#define PMTA_SIM_ACCT_FILE_H

#include <limits.h>

#include "acct.h"
#include "clock.h"

/* One <acct-file> of PowerMTA's configuration. */
struct acct_file {
	char *dir, *base, *extension; /* "DIR", "acct", ".csv" */
	bool takes[RECORD_TYPES];
	enum field columns[FIELDS];
	size_t column_count;
	int fd;		       /* -1 while none is open */
	char date[CLOCK_TEXT]; /* of the open file, and the last one */
	unsigned sequence;     /* of the next file of that date */
	char name[NAME_MAX];   /* of the open file, without directory */
	uint64_t size;	       /* of the open file, buffered bytes included */
	uint64_t rows;	       /* of all files */
	struct buf out;	       /* not yet handed to the system */
	size_t last_row;       /* where the last row begins in out */
	bool new_rows;	       /* since the last flush */
};

/* Reads "DIR/acct.csv:d,b". Returns NULL, or what is wrong with it. */
const char *acct_file_init(struct acct_file *file, const char *spec);
/* Completes a half row, closes the file and forgets everything. */
void acct_file_end(struct acct_file *file);

/* Opens the day's next number that neither this run nor one before has used, and writes its header.
 */
void acct_file_open(struct acct_file *file, const struct acct_options *options, int64_t now);

/* Hands buffered rows to the system; torn: but for the last half of the last row, if there are new
 * ones. */
void acct_file_flush(struct acct_file *file, bool torn);

/* Completes the file, and moves it if the options say so. */
void acct_file_close(struct acct_file *file, const struct acct_options *options);

#endif
