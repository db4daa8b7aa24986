/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fault.h - the ways in which the monitor can be made to misbehave.
 */
#ifndef PMTA_SIM_FAULT_H
#define PMTA_SIM_FAULT_H

#include <stdint.h>

#include "json.h"
#include "rng.h"

enum fault_kind {
	FAULT_NONE,
	FAULT_REFUSE,	   /* the connection is closed without an answer */
	FAULT_HANG,	   /* no answer until faults are cleared */
	FAULT_SLOW,	   /* the document dribbles, at rate bytes a second */
	FAULT_ERROR,	   /* 500 and HTML */
	FAULT_FORBIDDEN,   /* 403 and HTML */
	FAULT_FAIL,	   /* "status":"fail" */
	FAULT_TRUNCATED,   /* half the document, as a whole reply */
	FAULT_CUT,	   /* half the document, then the connection closes */
	FAULT_WRONG_TYPES, /* no number is one that can be used */
	FAULT_HUGE,	   /* a list that goes on for bytes bytes */
	FAULT_REDIRECT_HTTPS,
	FAULT_REDIRECT_HOST, /* to /control/trap under another host name */
	FAULT_HTML,	     /* 200 and HTML */
	FAULT_GARBAGE,	     /* 200 and random bytes */
	FAULT_EMPTY,	     /* 200 and nothing */
	FAULT_NESTED,	     /* brackets, 100 000 deep */
	FAULT_KINDS
};

struct fault {
	enum fault_kind kind;
	uint64_t rate;	/* bytes a second of a slow one */
	uint64_t bytes; /* of a huge one */
};

struct faults;

struct faults *faults_new(void);
void faults_free(struct faults *faults);

/* Sets the fault of a path ("*": every page) for its next times requests, 0: until cleared. An
 * older one of the path ends. Returns NULL, or what is wrong. */
const char *faults_set(struct faults *faults, const char *path, const char *kind, uint64_t times,
		       uint64_t rate, uint64_t bytes);

/* Ends all faults. */
void faults_clear(struct faults *faults);

/* The fault that meets a request for path, which thereby counts as one of its times. */
struct fault faults_take(struct faults *faults, const char *path);

/* How many requests have met a fault. */
uint64_t faults_served(const struct faults *faults);

/* Spoils a document in the way of the kind; kinds that are not about the body leave it. */
void fault_spoil(enum fault_kind kind, struct buf *document);

#endif
