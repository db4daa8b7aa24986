/* SPDX-License-Identifier: BSD-2-Clause */
#include "check_disk.h"

#include <errno.h>
#include <string.h>

/* Hundredths of a percent of what users can have, rounded; absent without any. What is kept for
 * root counts as neither used nor free, so that full for users is 100 %. */
static uint32_t
usage_of(fsblkcnt_t used, fsblkcnt_t available)
{
	const double whole = (double)used + (double)available;

	return whole > 0 ? (uint32_t)((double)used / whole * 10000 + 0.5) : SNAP_NONE32;
}

static uint32_t
free_mb_of(const struct statvfs *figures)
{
	const double mb = (double)figures->f_bavail * (double)figures->f_frsize / (1 << 20);

	return mb < SNAP_NONE32 - 1 ? (uint32_t)mb : SNAP_NONE32 - 1;
}

static bool
is_worse(uint32_t usage, uint32_t than)
{
	return usage != SNAP_NONE32 && (than == SNAP_NONE32 || usage > than);
}

void
check_disk_begin(struct check_disk *disk)
{
	disk->path[0] = '\0';
	disk->usage = disk->inode_usage = disk->free_mb = SNAP_NONE32;
}

void
check_disk_add(struct check_disk *disk, const struct disk_look *look)
{
	const struct statvfs *figures = &look->figures;
	const uint32_t usage = usage_of(figures->f_blocks - figures->f_bfree, figures->f_bavail);
	const uint32_t inodes = usage_of(figures->f_files - figures->f_ffree, figures->f_favail);

	if (is_worse(usage, disk->usage)) {
		disk->usage = usage;
		disk->free_mb = free_mb_of(figures);
		text_clean(disk->path, sizeof disk->path, look->path, strlen(look->path));
	}
	/* File systems that make inodes as they are needed (btrfs) have none to run out of. */
	if (figures->f_files > 0 && is_worse(inodes, disk->inode_usage))
		disk->inode_usage = inodes;
}

void
check_disk_read(void *data)
{
	struct disk_look *look = data;

	look->error = statvfs(look->path, &look->figures) == 0 ? 0 : errno;
}
