/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * probe_save.h - keeps the replies of a probe in a directory only their owner can read.
 */
#ifndef PMTA_PROBE_SAVE_H
#define PMTA_PROBE_SAVE_H

#include <stdbool.h>
#include <stddef.h>

struct probe_save;

/* One reply. bytes may be changed by masking. */
struct probe_reply {
	const char *file;  /* "queues.json" */
	const char *path;  /* "/queues?format=json" */
	long http_status;  /* 0: none */
	const char *error; /* "" if none */
	char *bytes;
	size_t len;
};

/* Makes the directory (0700) if it is not there and begins index.txt. NULL with errno. */
struct probe_save *probe_save_new(const char *dir, bool mask);

/* Keeps one reply. Returns 0, or -1 with errno. */
int probe_save_put(struct probe_save *save, struct probe_reply *reply);

/* Ends index.txt. Returns 0, or -1 with errno if it was not written whole. NULL is allowed. */
int probe_save_free(struct probe_save *save);

#endif
