/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_disk.h - how full the file systems of the spool are, as df(1) counts it for users other
 * than root. Pure, but for check_disk_read().
 */
#ifndef PMTA_CHECK_DISK_H
#define PMTA_CHECK_DISK_H

#include <limits.h>
#include <stdint.h>
#include <sys/statvfs.h>

#include "snapshot.h"
#include "text.h"

/* One look at one path. Flat: a thread of its own takes it (aside.h). */
struct disk_look {
	char path[PATH_MAX];
	int error; /* errno of statvfs(3); 0: figures is filled */
	struct statvfs figures;
};

/* The fullest of several. SNAP_NONE32 is absent. */
struct check_disk {
	char path[TEXT_MAX];  /* the one of which usage and free_mb are; clean */
	uint32_t usage;	      /* of the bytes, hundredths of a percent */
	uint32_t inode_usage; /* the highest of all paths, likewise; absent: none counts inodes */
	uint32_t free_mb;     /* of 2^20 bytes that are free to users */
};

/* Nothing looked at yet. */
void check_disk_begin(struct check_disk *disk);
/* Takes a look without error into account. */
void check_disk_add(struct check_disk *disk, const struct disk_look *look);

/* Asks the file system; may take for ever. The argument is a struct disk_look with its path. */
void check_disk_read(void *look);

#endif
