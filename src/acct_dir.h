/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acct_dir.h - lists the files that belong to one configured accounting path, in the order they
 * were written.
 */
#ifndef PMTA_ACCT_DIR_H
#define PMTA_ACCT_DIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acct_name.h"

/* Entries of a directory that are looked at, so that a strange one costs no minutes. */
#define ACCT_DIR_ENTRIES_MAX 100000

struct acct_dir_file {
	acct_order order; /* 0: the configured name itself, without a date */
	const char *name; /* owned by the listing */
	uint64_t device, inode;
	uint64_t size;	 /* bytes when it was listed */
	int64_t seen_at; /* mono ms of the first listing that it is in */
};

/* A listing; all zero is an empty one. Only regular files are in it. */
struct acct_dir {
	struct acct_dir_file *files; /* ascending by order, then by name */
	size_t count;
	bool cut;		/* there are more entries than are looked at */
	bool not_regular;	/* the configured name is there, but is no regular file */
	uint64_t device, inode; /* of the directory itself */
	struct arena *names;
};

/* Which files a listing is of. */
struct acct_dir_query {
	const char *directory, *base;
	acct_order from; /* dated forms that are older are not listed */
	bool undated;	 /* the base itself is listed (first) even beside dated forms */
	int64_t now;	 /* mono ms */
};

/* Lists the dated forms of the base, or itself if there are none. Replaces what *dir held. Returns
 * 0, or -1 with errno and *dir unchanged; a directory whose files may not be asked for is an error
 * too. */
int acct_dir_scan(struct acct_dir *dir, const struct acct_dir_query *query);
void acct_dir_clear(struct acct_dir *dir);

/* Takes from an older listing since when each file has been seen. Returns how many of its files
 * from index on are in the newer one under no name. */
size_t acct_dir_compare(struct acct_dir *dir, const struct acct_dir *older, size_t index);

/* Index of the first file that does not come before (order, name); count if there is none.
 * O(log n). */
size_t acct_dir_lower(const struct acct_dir *dir, acct_order order, const char *name);

/* Looks for a regular file under whatever name. Returns 0 and its name (without directory), or -1.
 */
int acct_dir_find_inode(const char *directory, uint64_t device, uint64_t inode, char name[256]);

#endif
