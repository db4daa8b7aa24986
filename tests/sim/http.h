/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * http.h - the monitor's HTTP server on 127.0.0.1: pages, faults and control requests, in the
 * caller's loop.
 */
#ifndef PMTA_SIM_HTTP_H
#define PMTA_SIM_HTTP_H

#include "json.h"
#include "sim.h"

struct http;

/* Starts to listen. NULL, with the reason on stderr, if that is not possible. */
struct http *http_new(struct sim *sim);
void http_free(struct http *http);

/* The port it listens on; "http" or "https". */
uint16_t http_port(const struct http *http);
const char *http_scheme(const struct http *http);

/* To poll for reading; -1 while it does not listen. And for how long, at most: milliseconds, -1 for
 * ever. */
int http_fd(const struct http *http);
int http_wait_ms(const struct http *http);

/* Does what there is to do. Returns 0, or -1 if listening again failed. */
int http_run(struct http *http);

/* A parameter of a request's query, NULL if it is absent; borrowed. */
struct request;
const char *request_arg(const struct request *request, const char *name);

/* Obeys /control/PATH; the JSON answer goes to out. Returns the HTTP status. */
unsigned control_serve(struct sim *sim, const char *path, const struct request *request,
		       struct buf *out);

#endif
