/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acct_tail.h - follows one accounting input of PowerMTA's configuration: a file across its dated
 * names, a FIFO, or standard input; CSV or JSON, as it comes.
 *
 * The configured path "dir/acct.csv" stands for dir/acct-YYYY-MM-DD-NNNN.csv (guide 11.3.1). A path
 * that exists under its own name and has no dated files is followed as it is. "fifo:/path", or the
 * path of a FIFO, is one; "-" is standard input. Collector thread only.
 */
#ifndef PMTA_ACCT_TAIL_H
#define PMTA_ACCT_TAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acct_record.h"
#include "moment.h"

/* Where reading goes on: kept in the store beside the totals it led to. Of a FIFO or standard input
 * it has a name only, which says that it was read before. */
struct acct_position {
	char file[256]; /* name without its directory; "" = nothing read yet */
	uint64_t device, inode;
	uint64_t offset; /* of the first byte not yet taken: always a row's begin */
	uint64_t header; /* of the header row in force: 0 unless a file has several */
};

enum acct_start { ACCT_START_END, ACCT_START_BEGIN };

struct acct_stats {
	uint64_t records;  /* rows taken as records */
	uint64_t rejected; /* rows that were none: bad quoting, unknown type, too long, no header */
	uint64_t gaps;	   /* times that bytes were or may have been missed: a file that shrank, or
			    * was gone or moved away unread; a FIFO that was not read for a time */
	uint64_t backlog;  /* bytes known to be there and not read */
	int64_t last_logged; /* time of the newest record (wall s), SNAP_NO_TIME */
	bool waiting;	     /* there is no file yet */
	bool failing;	     /* a file is there and cannot be read; see error */
	char error[256];     /* last trouble: file, line or offset, value, what was expected */
	char file[256];	     /* the file being read */
};

struct acct_tail;

/* resume may be NULL or have an empty file: then start decides, for the files there are at the
 * first look; files that appear later are read from their first byte. Texts are copied. NULL
 * without memory. */
struct acct_tail *acct_tail_new(const char *path, enum acct_start start,
				const struct acct_position *resume);
void acct_tail_free(struct acct_tail *tail);

/* Called for each record, in file order. Slices are valid during the call. */
typedef void (*acct_record_fn)(void *ctx, const struct acct_record *record);

/*
 * Reads up to about budget bytes (at least one row) and hands out the records. Never blocks on the
 * network; opens at most a few files. Returns 1 if more is there to be read now, 0 if not.
 */
int acct_tail_read(struct acct_tail *tail, size_t budget, struct moment now, acct_record_fn fn,
		   void *ctx);

/* Says that the directory has changed: the next read looks at once, not only once a second. */
void acct_tail_rescan(struct acct_tail *tail);

/* The position after the last record handed out; also true inside the callback. */
void acct_tail_position(const struct acct_tail *tail, struct acct_position *out);
void acct_tail_stats(const struct acct_tail *tail, struct acct_stats *out);

/* A descriptor to wait for beside that directory: readable when there is something to be read. -1
 * for files, and while a FIFO is not there; it may change with each read. Owned by the tail. */
int acct_tail_fd(const struct acct_tail *tail);

/* The directory to watch for changes (inotify), owned by the tail. */
const char *acct_tail_directory(const struct acct_tail *tail);

#endif
