/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * checker.h - looks at what one server's monitor cannot tell: whether mail is taken on its SMTP
 * port, how full its spool's file systems are, and what its process uses.
 *
 * Collector thread only. Nothing of it waits: see fetch_smtp.h and aside.h.
 */
#ifndef PMTA_CHECKER_H
#define PMTA_CHECKER_H

#include "conf.h"
#include "fetch.h"
#include "model.h"

struct checker;

/* A checker of what the server's section asks for, be it nothing, first due at first_due (monotonic
 * ms). All that is passed must outlive it. NULL without memory. */
struct checker *checker_new(struct fetch *fetch, struct model_server *server,
			    const struct conf *conf, int64_t first_due);
/* Cancels what is under way. */
void checker_free(struct checker *checker);

/* Starts what is due and takes what has come. Returns when it wants to be called again (monotonic
 * ms). */
int64_t checker_run(struct checker *checker, struct moment now);

#endif
