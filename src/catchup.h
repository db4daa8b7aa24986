/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * catchup.h - what the log is told while a source that is far behind is read: how far it is, how
 * fast it goes and how long it will take. Pure.
 *
 * After an outage an operator sees old numbers and must know why, and for how long. A backlog that
 * is read in a moment is not worth a line.
 */
#ifndef PMTA_CATCHUP_H
#define PMTA_CATCHUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "moment.h"

/* A backlog of so many bytes is told of; it is over when less than the second number is left. */
#define CATCHUP_BEGIN ((uint64_t)64 * 1000 * 1000)
#define CATCHUP_END ((uint64_t)1000 * 1000)
/* Time between two lines about the same backlog. */
#define CATCHUP_EVERY_MS 60000
/* Room for any line. */
#define CATCHUP_LINE_MAX 128

/* Begins zeroed. Bytes behind, and when (monotonic ms): at the begin and at the last line. */
struct catchup {
	bool active;
	uint64_t first, told;
	int64_t began, told_at;
};

/* Takes the bytes that are behind now. Returns true if line has something to be logged. */
bool catchup_note(struct catchup *catchup, uint64_t behind, struct moment now,
		  char line[CATCHUP_LINE_MAX]);

#endif
