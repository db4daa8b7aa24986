/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store_trouble.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_db.h"

static void
run(struct store *store, const char *sql)
{
	assert_int_equal(sqlite3_exec(store->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* A page count that may not grow fails like a disk that has no block left. Texts that fit into the
 * pages there are could still be written: hence the filling. */
void
store_trouble_full(struct store *store, bool full)
{
	char sql[64];

	if (!full) {
		run(store, "PRAGMA max_page_count = 1000000");
		return;
	}
	snprintf(sql, sizeof sql, "PRAGMA max_page_count = 1");
	run(store, sql);
	run(store, "CREATE TEMP TRIGGER IF NOT EXISTS full_number BEFORE INSERT ON main.number "
		   "WHEN (SELECT max_page_count FROM pragma_max_page_count) < 1000000 "
		   "BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END");
	run(store, "CREATE TEMP TRIGGER IF NOT EXISTS full_object BEFORE INSERT ON main.object "
		   "WHEN (SELECT max_page_count FROM pragma_max_page_count) < 1000000 "
		   "BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END");
}

void
store_trouble_damage(struct store *store)
{
	const size_t page = 4096;
	char garbage[4096];
	struct stat st;
	int fd;

	run(store, "PRAGMA wal_checkpoint(TRUNCATE)");
	fd = open(store->path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	memset(garbage, 0xa5, sizeof garbage);
	for (off_t at = (off_t)page; at < st.st_size; at += (off_t)page)
		assert_int_equal(pwrite(fd, garbage, page, at), page);
	close(fd);
	run(store, "PRAGMA shrink_memory");
}

void
store_trouble_crash(struct store *store)
{
	if (sqlite3_get_autocommit(store->db) == 0)
		run(store, "ROLLBACK");
	store->open_transaction = store->broken = false;
	store_close(store);
}
