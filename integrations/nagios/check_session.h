/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_session.h - reading the agent over SNMP, within a time for everything together.
 */
#ifndef PMTA_CHECK_SESSION_H
#define PMTA_CHECK_SESSION_H

#include "check_options.h"
#include "check_rows.h"

struct check_session;

/* Opens a session. Returns NULL with the reason in error if the options or the name are wrong, or
 * if SNMPv3 gets no answer. The target must live as long as the session. */
struct check_session *check_session_open(const struct check_target *target, char *error,
					 size_t size);
void check_session_close(struct check_session *session);

/* Why the last call failed. */
const char *check_session_error(const struct check_session *session);

/* Reads one cell, adding it to out as that of the column number fetched; adds nothing if there is
 * no instance. Returns 0, or -1. */
int check_session_get(struct check_session *session, const struct check_table *table,
		      const struct check_column *column, const uint32_t *index, size_t index_len,
		      size_t fetched, struct check_rows *out);

/* Reads columns of a table side by side (GETBULK, RFC 3416 4.2.3; GETNEXT in SNMPv1). Of a window
 * table only rows of that window are kept. Returns 0, or -1. */
int check_session_walk(struct check_session *session, const struct check_table *table,
		       const struct check_column *const *columns, size_t count, uint32_t window,
		       struct check_rows *out);

#endif
