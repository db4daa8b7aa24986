/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * survey.h - knows where the columns of large tables have no value, so that GETNEXT need not look
 * at a million rows to find the next one.
 *
 * A part's rows are taken in blocks; for each column and block there is a bit: some row has a
 * value. Making that reads every row of an empty column, which takes a tenth of a second at a
 * million rows: it is done by another thread than the one that answers (relay.h), once for each
 * part. Parts shorter than a block have no bits.
 */
#ifndef PMTA_SURVEY_H
#define PMTA_SURVEY_H

#include "table.h"

struct survey;

struct survey_options {
	const struct table *const *tables; /* those to look at; where two show a part, the first */
	size_t count;
	uint32_t block; /* rows of a block, from 1 */
};

/* Surveys a snapshot, whose reference it takes over. What is known of parts that a previous one of
 * the same options had too (NULL: none) is taken from there. A part for which there is no memory
 * has no bits. NULL without memory for the rest; then the reference is still the caller's. Surveys
 * that may share something are made and freed by one thread, and read by any. */
struct survey *survey_new(struct snapshot *snap, const struct survey *previous,
			  const struct survey_options *options);
/* Drops the snapshot, too. NULL is allowed. */
void survey_free(struct survey *survey);

const struct snapshot *survey_snapshot(const struct survey *survey);

/* The first row, from this one on, at which it is worth to look for a value of the column (by place
 * in the table, as the server is in the snapshot; 0 for a table not kept by server); the number of
 * rows where none is. Without a survey (NULL) it is the row itself. O(rows / block / 64). */
uint32_t survey_skip(const struct survey *survey, const struct table *table, uint32_t server,
		     size_t column, uint32_t row);

#endif
