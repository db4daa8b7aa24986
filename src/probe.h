/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * probe.h - polls a monitor once and tells what was understood and what was not (--probe).
 */
#ifndef PMTA_PROBE_H
#define PMTA_PROBE_H

#include <stdbool.h>
#include <stdio.h>

#include "fetch.h"

/*
 * Asks for /status, /queues, /domains, /vmtas and /jobs and prints what they say as tables, then
 * keys that are unknown, missing or of an odd type, and why a document was refused. queries is by
 * enum doc_list_kind: what is added to the path ("maxitems=1000"), or NULL.
 *
 * If save_dir is not NULL, every reply is kept there as it came (JSON and XML, details of the
 * largest queue, domain and job, /logs and /getlocalips), with index.txt telling the HTTP status of
 * each; the directory is made with mode 0700, files have 0600. mask replaces the local parts of
 * mail addresses in them. Returns an exit code: 0 if /status was understood and all was saved,
 * else 1.
 */
int probe_run(const struct fetch_options *options, const char *const queries[4],
	      const char *save_dir, bool mask, FILE *out);

#endif
