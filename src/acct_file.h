/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acct_file.h - reads the rows of one open accounting file, from an offset to the end that it has
 * now.
 *
 * Knows nothing of other files: acct_tail.h decides which one is read and when it is finished.
 */
#ifndef PMTA_ACCT_FILE_H
#define PMTA_ACCT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acct_rows.h"

struct acct_file;

enum acct_file_result {
	ACCT_FILE_END,	 /* all complete rows were taken */
	ACCT_FILE_MORE,	 /* the budget is spent */
	ACCT_FILE_FAILED /* read error or no memory (errno); nothing was lost */
};

/* A reader without a file. It puts bytes into rows, which must outlive it. NULL without memory. */
struct acct_file *acct_file_new(struct acct_rows *rows);
void acct_file_free(struct acct_file *file);

/* Goes on with this descriptor, which it takes over, at an offset where a row begins. The header in
 * force there is read from the offset header or, if there is none, from the file's begin, which
 * also tells the format. The name is shown in complaints and must outlive the reading. */
void acct_file_begin(struct acct_file *file, int fd, const char *name, uint64_t offset,
		     uint64_t header);
void acct_file_close(struct acct_file *file);
bool acct_file_is_open(const struct acct_file *file);

/* Takes complete rows until *budget bytes (at least one row) are used up, or all there are. A file
 * that has shrunk below the offset is read again from its begin and counted as a gap. */
enum acct_file_result acct_file_read(struct acct_file *file, size_t *budget,
				     const struct acct_sink *sink);

/* Takes what was left behind the last complete row of a file that will not grow any more. Returns
 * 0, or -1 without memory: to be called again. */
int acct_file_finish(struct acct_file *file, const struct acct_sink *sink);

/* Offsets of the first byte not taken, of the header in force, and of the first byte not read. */
uint64_t acct_file_offset(const struct acct_file *file);
uint64_t acct_file_header(const struct acct_file *file);
uint64_t acct_file_read_offset(const struct acct_file *file);

/* Bytes that the file has now. */
uint64_t acct_file_size(const struct acct_file *file);

#endif
