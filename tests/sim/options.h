/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.h - the command line of pmta-sim.
 */
#ifndef PMTA_SIM_OPTIONS_H
#define PMTA_SIM_OPTIONS_H

#include "acct.h"
#include "clock.h"
#include "world.h"

enum { OPTION_FILES_MAX = 16 };

/* Everything that can be asked for on the command line. Texts are those of argv. */
struct sim_options {
	struct world_options world;
	struct acct_options acct;
	struct sim_clock clock;
	const char *accounting[OPTION_FILES_MAX];
	size_t accounting_count;
	uint16_t port; /* 0: any free one */
	bool smtp;     /* take SMTP connections too */
	uint16_t smtp_port;
	const char *api_key, *tls_cert, *tls_key, *documents;
	uint64_t max_items; /* http-default-max-items */
	bool query_limit;   /* maxitems= is heeded */
	bool story;
	uint64_t story_after, story_lasts; /* simulated seconds; lasts 0: for good */
	bool verbose;
};

enum options_result { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_BAD };

/* Reads argv into options. What is wrong is said on stderr, --help on stdout. */
enum options_result options_read(struct sim_options *options, int argc, char **argv);

#endif
