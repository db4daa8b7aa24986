/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acct_stream.h - reads rows from a FIFO or from standard input, to which PowerMTA pipes them
 * (<acct-file |program>). The half of acct_tail.h that has no positions.
 *
 * What was written while nobody read is gone, and nobody knows how much it was: so each beginning
 * but the very first counts as a gap.
 */
#ifndef PMTA_ACCT_STREAM_H
#define PMTA_ACCT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acct_rows.h"

/* The path that stands for standard input, and what makes a path a FIFO's even if it is not there.
 */
#define ACCT_STREAM_STDIN "-"
#define ACCT_STREAM_PREFIX "fifo:"

struct acct_stream;

/* True if the path says so itself, or if there is a FIFO under it now. */
bool acct_stream_is_path(const char *path);

/* Path without the prefix: "/run/pmta/acct.fifo", or "-". */
const char *acct_stream_bare_path(const char *path);

/* path as for acct_stream_bare_path() and copied; name is shown in complaints and, as rows and
 * stats, must outlive it. resumed: it was read before, by an earlier process perhaps. Nothing is
 * opened yet. NULL without memory. */
struct acct_stream *acct_stream_new(const char *path, const char *name, bool resumed,
				    struct acct_rows *rows, struct acct_stats *stats);
void acct_stream_free(struct acct_stream *stream);

/* Opens it if need be, at most once a second, and takes rows until about budget bytes (at least one
 * row) are used up. Never blocks. Returns 1 if more is there to be read now, 0 if not. */
int acct_stream_read(struct acct_stream *stream, size_t budget, int64_t now_ms,
		     const struct acct_sink *sink);

/* True once it has been opened. */
bool acct_stream_was_open(const struct acct_stream *stream);

/* A descriptor that is readable when there is something to be read, or -1: not open. It changes
 * with every opening. */
int acct_stream_fd(const struct acct_stream *stream);

/* Bytes that have come and were not taken. */
uint64_t acct_stream_backlog(struct acct_stream *stream);

/* It is not there; or it is there, or has been, and cannot be read: see the stats' error. */
bool acct_stream_is_waiting(const struct acct_stream *stream);
bool acct_stream_is_failing(const struct acct_stream *stream);

#endif
