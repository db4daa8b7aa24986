/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * agent_rows.h - the invented rows that agent_fixture.c publishes: values that differ from row to
 * row, with holes, and keys of one, two and three numbers.
 */
#ifndef PMTA_AGENT_ROWS_H
#define PMTA_AGENT_ROWS_H

#include "snapshot.h"

#define LONG_AGO 1763700000 /* wall time of all that has happened */

/* Makes all parts of a server, with so many VMTAs. Ends the program without memory. */
void agent_rows_fill(struct snap_server_parts *parts, uint32_t index, uint32_t vmtas);

#endif
