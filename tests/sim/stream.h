/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream.h - replies that take their time: suspended, dribbling, endless, or cut off.
 *
 * A connection that has to wait is suspended and noted here; streams_wake() lets it go on.
 */
#ifndef PMTA_SIM_STREAM_H
#define PMTA_SIM_STREAM_H

#include <microhttpd.h>

#include "json.h"

struct streams;

struct streams *streams_new(void);
/* All connections must be gone. */
void streams_free(struct streams *streams);

/* Suspends a connection until streams_release(). */
void streams_hang(struct streams *streams, struct MHD_Connection *connection);

/* Lets those go on whose time has come. now: monotonic real seconds (clock_real()). */
void streams_wake(struct streams *streams, double now);

/* Lets all go on. */
void streams_release(struct streams *streams);

/* Real milliseconds until streams_wake() has something to do; -1: nothing. */
int streams_wait_ms(const struct streams *streams, double now);

/* A reply of the body, which it takes over, at rate bytes a second. NULL without memory. */
struct MHD_Response *stream_slow(struct streams *streams, struct MHD_Connection *connection,
				 struct buf *body, uint64_t rate);

/* A reply that announces the whole body, which it takes over, and breaks off in its middle. */
struct MHD_Response *stream_cut(struct buf *body);

/* A reply that begins as a list of queues, each with a name of its own, and goes on for bytes
 * bytes. */
struct MHD_Response *stream_huge(uint64_t bytes);

#endif
