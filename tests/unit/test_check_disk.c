/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "check_disk.h"

/* A file system of 4 KiB blocks. */
static struct disk_look
look(const char *path, fsblkcnt_t blocks, fsblkcnt_t free, fsblkcnt_t available, fsfilcnt_t files,
     fsfilcnt_t files_free)
{
	struct disk_look look = {.figures = {.f_frsize = 4096,
					     .f_blocks = blocks,
					     .f_bfree = free,
					     .f_bavail = available,
					     .f_files = files,
					     .f_ffree = files_free,
					     .f_favail = files_free}};

	strcpy(look.path, path);
	return look;
}

static struct check_disk
check(const struct disk_look *looks, size_t count)
{
	struct check_disk disk;

	check_disk_begin(&disk);
	for (size_t i = 0; i < count; i++)
		check_disk_add(&disk, &looks[i]);
	return disk;
}

static void
usage_is_of_what_users_can_have(void **state)
{
	/* 100 000 blocks, 5 000 of them for root; 47 500 in use: df says 50 %. */
	const struct disk_look one = look("/a", 100000, 52500, 47500, 1000, 750);
	const struct check_disk disk = check(&one, 1);

	(void)state;
	assert_string_equal(disk.path, "/a");
	assert_int_equal(disk.usage, 5000);
	assert_int_equal(disk.inode_usage, 2500);
	assert_int_equal(disk.free_mb, 47500 * 4096L >> 20);
}

static void
what_only_root_can_still_fill_is_full(void **state)
{
	const struct disk_look one = look("/a", 100000, 5000, 0, 10, 0);

	(void)state;
	assert_int_equal(check(&one, 1).usage, 10000);
	assert_int_equal(check(&one, 1).inode_usage, 10000);
	assert_int_equal(check(&one, 1).free_mb, 0);
}

static void
of_several_the_fullest_counts_and_inodes_by_themselves(void **state)
{
	const struct disk_look three[] = {look("/few", 100, 90, 90, 100, 5),
					  look("/full", 100, 10, 10, 100, 50),
					  look("/half", 100, 50, 50, 100, 50)};
	const struct check_disk disk = check(three, 3);

	(void)state;
	assert_string_equal(disk.path, "/full");
	assert_int_equal(disk.usage, 9000);
	assert_int_equal(disk.inode_usage, 9500);
	assert_int_equal(disk.free_mb, 0);
}

static void
a_file_system_without_inodes_has_no_usage_of_them(void **state)
{
	const struct disk_look btrfs = look("/b", 100, 50, 50, 0, 0);

	(void)state;
	assert_int_equal(check(&btrfs, 1).inode_usage, SNAP_NONE32);
	assert_int_equal(check(&btrfs, 1).usage, 5000);
}

static void
one_without_blocks_tells_nothing(void **state)
{
	const struct disk_look proc = look("/proc", 0, 0, 0, 0, 0);

	(void)state;
	assert_int_equal(check(&proc, 1).usage, SNAP_NONE32);
	assert_int_equal(check(&proc, 1).free_mb, SNAP_NONE32);
	assert_string_equal(check(&proc, 1).path, "");
	assert_int_equal(check(NULL, 0).usage, SNAP_NONE32);
}

static void
exabytes_are_latched_and_their_share_is_right(void **state)
{
	const fsblkcnt_t huge = (fsblkcnt_t)1 << 60;
	const struct disk_look one = look("/x", huge, huge / 4, huge / 4, 0, 0);

	(void)state;
	assert_int_equal(check(&one, 1).usage, 7500);
	assert_int_equal(check(&one, 1).free_mb, SNAP_NONE32 - 1);
}

static void
a_path_that_is_not_there_has_its_error(void **state)
{
	struct disk_look one = {.path = "/no/such/path"};

	(void)state;
	check_disk_read(&one);
	assert_int_equal(one.error, ENOENT);
	strcpy(one.path, "/");
	check_disk_read(&one);
	assert_int_equal(one.error, 0);
	assert_true(one.figures.f_blocks > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usage_is_of_what_users_can_have),
		cmocka_unit_test(what_only_root_can_still_fill_is_full),
		cmocka_unit_test(of_several_the_fullest_counts_and_inodes_by_themselves),
		cmocka_unit_test(a_file_system_without_inodes_has_no_usage_of_them),
		cmocka_unit_test(one_without_blocks_tells_nothing),
		cmocka_unit_test(exabytes_are_latched_and_their_share_is_right),
		cmocka_unit_test(a_path_that_is_not_there_has_its_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
