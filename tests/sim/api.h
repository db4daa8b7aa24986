/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api.h - the documents of PowerMTA's web monitor, as compact JSON.
 *
 * Source: PowerMTA 5.0 User's Guide, chapters 5.3, 5.4, 5.7, 5.11, 5.12.
 */
#ifndef PMTA_SIM_API_H
#define PMTA_SIM_API_H

#include "json.h"
#include "world.h"

enum api_list { API_QUEUES, API_DOMAINS, API_VMTAS, API_JOBS };

/* The /status document. */
void api_status(const struct world *world, int zone, struct buf *out);

/* A list, cut to max_items, largest first, with totals over all; glob (NULL: all) selects queues.
 */
void api_list(const struct world *world, enum api_list list, const char *glob, size_t max_items,
	      int zone, struct buf *out);

/* {"status":"fail","message":...} */
void api_fail(const char *message, struct buf *out);

#endif
