/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tail_fixture.h - a directory of accounting files of our own, and a tail that reads it at times we
 * set.
 *
 * Rows are told apart by their job: what was handed out reads "a b c".
 */
#ifndef TAIL_FIXTURE_H
#define TAIL_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acct_tail.h"

#define HEADER "type,timeLogged,rcpt,jobId\n"
#define ROW(job) "d,1795341601,a@x.example," job "\n"
#define ROW_LEN (sizeof ROW("a") - 1)

#define FILE0 "acct-2026-11-22-0000.csv"
#define FILE1 "acct-2026-11-22-0001.csv"
#define FILE2 "acct-2026-11-22-0002.csv"
#define FILE3 "acct-2026-11-23-0000.csv"

struct tail_fixture {
	char directory[64];
	char path[80]; /* directory/acct.csv */
	struct acct_tail *tail;
	struct moment now;
	size_t budget;
	char jobs[16384]; /* "a b c", since it was last looked at */
	struct acct_stats stats;
};

extern struct tail_fixture fx;

/* cmocka's: an empty directory, and its removal with all that was put there. */
int tail_setup(void **state);
int tail_teardown(void **state);

/* The path of a name in the directory; valid until the next call but one. */
const char *in_dir(const char *name);
void put_bytes(const char *name, const char *bytes, size_t len);
/* Appends to a file, which is made if it is not there. */
void put(const char *name, const char *text);
void rename_file(const char *from, const char *to);
void remove_file(const char *name);
/* Lets the reader have no more than this mode gives, even where tests run as root. */
void restrict_file(const char *name, unsigned mode);
void make_file_unreadable(const char *name);
void make_file_readable(const char *name);

/* Starts (again) with this policy or from this position. */
void start(enum acct_start policy);
void start_from(const struct acct_position *position);

/* Lets so many milliseconds pass, reads until there is nothing more, and returns the jobs. */
const char *read_after(int64_t ms);
/* Makes FILE0, starts at its begin and reads all of it. Returns the jobs. */
const char *read_first_file(const char *text);
/* One call only; its result. */
int read_once(void);
/* The jobs handed out since the last look. */
const char *jobs(void);

struct acct_position position(void);

/* Stops reading here and starts again from the position, as after a restart of the daemon. */
void restart(void);

#endif
