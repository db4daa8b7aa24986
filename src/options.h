/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.h - the command line: pmta-monitord(8).
 */
#ifndef PMTA_OPTIONS_H
#define PMTA_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "log.h"

#define OPTIONS_DEBUG_MAX 16

/* What the command line asks for. */
enum options_action {
	OPTIONS_RUN,	   /* monitor */
	OPTIONS_CHECK,	   /* -t: check the configuration and exit */
	OPTIONS_PROBE,	   /* --probe: poll once, tell what was understood, exit */
	OPTIONS_PRINT_MIB, /* --print-mib */
	OPTIONS_VERSION,   /* -V */
	OPTIONS_HELP,	   /* -h */
	OPTIONS_BAD	   /* not understood; the reason was printed */
};

/* How --probe reaches a server. Texts are NULL if not given. */
struct options_probe {
	const char *url; /* "http://127.0.0.1:8080" */
	const char *save_dir;
	const char *api_key_file;
	bool mask; /* addresses in what is saved */
	bool insecure_tls;
};

/* Texts point into argv or are constant. */
struct options {
	const char *conf_file;
	const char *pid_file; /* NULL: none */
	bool foreground;
	enum log_target log_target;
	enum log_level log_level;
	const char *debug[OPTIONS_DEBUG_MAX]; /* tokens for log_enable_debug() */
	size_t debug_count;
	struct options_probe probe;
};

/* Reads the command line. Complaints go to err, one line each. May be called again. */
enum options_action options_parse(int argc, char **argv, struct options *out, FILE *err);

/* Prints the options and what they do. */
void options_print_help(FILE *out);

#endif
