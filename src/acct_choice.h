/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acct_choice.h - decides which file of an accounting path is read: the first one ever, the one in
 * which reading stopped, or the next. The half of acct_tail.h that looks at directories.
 */
#ifndef PMTA_ACCT_CHOICE_H
#define PMTA_ACCT_CHOICE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "acct_dir.h"
#include "acct_tail.h"

struct acct_choice {
	char *directory; /* owned, as is base */
	char *base;
	enum acct_start start;
	bool looked;	  /* the files of the first look are known, and start has been obeyed */
	bool at_line_end; /* position.offset is yet to be moved back to a line end */
	bool scan_asked;
	bool scan_failing, open_failing;
	int64_t scanned_at;	       /* mono ms; INT64_MIN never */
	int64_t now;		       /* mono ms of the read in progress */
	struct acct_position position; /* no file: none chosen yet */
	acct_order order;	       /* of position.file */
	struct acct_dir dir;	       /* the position's file and all that come after it */
	uint64_t home_device;	       /* of the directory in which a file was listed last */
	uint64_t home_inode;	       /* 0: none yet */
	struct acct_stats *stats;      /* borrowed: gaps and error are set */
};

/* Splits the path and takes the position to go on from (NULL: none). Returns 0, or -1 without
 * memory; acct_choice_clear() is due in both cases. */
int acct_choice_init(struct acct_choice *choice, const char *path, enum acct_start start,
		     const struct acct_position *resume, struct acct_stats *stats);
void acct_choice_clear(struct acct_choice *choice);

/* Opens the first file, or the one that reading stopped in, and sets position to the row where
 * reading begins. Looks at most once a second. Returns a descriptor, or -1: nothing to be read yet.
 */
int acct_choice_open(struct acct_choice *choice);

/* Looks again for files behind the one at position and what they have grown to, at most once a
 * second. One that was known, is unread and is gone is counted as a gap. */
void acct_choice_refresh(struct acct_choice *choice);

/* The file behind the one at position, or NULL. It is valid until the next call. */
struct acct_dir_file *acct_choice_next(struct acct_choice *choice);

/* Opens it. Returns a descriptor, or -1: not yet, or (*gone) never, which is counted as a gap. */
int acct_choice_open_next(struct acct_choice *choice, struct acct_dir_file *next, bool *gone);

/* True if this is the file at position. */
bool acct_choice_is_current(const struct acct_choice *choice, const struct acct_dir_file *file);

/* True if this is the file at position too, but under another device: where it was is mounted anew.
 */
bool acct_choice_is_remounted(const struct acct_choice *choice, const struct acct_dir_file *file);

/* Moves position to this offset of a file. */
void acct_choice_take(struct acct_choice *choice, const struct acct_dir_file *file,
		      uint64_t offset);

/* Says what is wrong with a file or directory, and what to do about it. */
void acct_choice_complain(struct acct_choice *choice, const char *name, int error);

#endif
