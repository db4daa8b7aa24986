/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fetch.h - HTTP for the collector: many transfers side by side in one thread, over curl_multi.
 *
 * Collector thread only. Bounded in bytes, time and redirects; redirects are followed only to the
 * same host (http to https on the same host name is the same host), and the API key is sent nowhere
 * else.
 */
#ifndef PMTA_FETCH_H
#define PMTA_FETCH_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fetch;
struct fetch_target;

/* How to reach one server. Texts are copied by fetch_target_new(). NULL or 0: not set. */
struct fetch_options {
	const char *base_url;	/* "http://127.0.0.1:8080", with or without a last slash */
	const char *api_key;	/* sent as X-API-Key (guide 8.2); kept in memory only */
	const char *ca_file;	/* PEM */
	const char *pinned_key; /* "sha256//..." as curl takes it */
	bool insecure_tls;
	uint32_t connect_timeout_ms, timeout_ms; /* whole transfer */
	uint64_t max_bytes;			 /* of a body */
};

/* What became of a transfer. */
struct fetch_result {
	bool ok;	  /* HTTP 200 and the whole body was taken */
	long http_status; /* 0 if there was no reply */
	uint64_t bytes;
	uint32_t duration_ms;
	const char *error; /* for people, clean, "" if ok; valid during the call only */
};

/* Takes body bytes as they arrive (only of a 200 reply). Non-zero ends the transfer as a failure.
 */
typedef int (*fetch_data_fn)(void *ctx, const char *bytes, size_t len);
/* Called exactly once for each transfer started, unless it was cancelled. */
typedef void (*fetch_done_fn)(void *ctx, const struct fetch_result *result);

/* NULL without memory. curl_global_init() must have been called. */
struct fetch *fetch_new(void);
/* Cancels all transfers without calling back. Targets must have been freed before. */
void fetch_free(struct fetch *fetch);

/* A server to talk to: keeps connections and TLS sessions alive between transfers. */
struct fetch_target *fetch_target_new(struct fetch *fetch, const struct fetch_options *options);
/* Cancels its transfers without calling back. */
void fetch_target_free(struct fetch_target *target);

/* Starts GET base_url + path ("/queues?format=json"). Returns 0, or -1 if it could not be started
 * (then done is not called). */
int fetch_get(struct fetch_target *target, const char *path, fetch_data_fn data, fetch_done_fn done,
	      void *ctx);

/* Runs transfers and waits up to timeout_ms for one of them or for one of the extra descriptors
 * (their revents are set). Calls back from within. Returns 0, -1 on a broken curl. */
int fetch_poll(struct fetch *fetch, struct pollfd *extra, unsigned extra_count, int timeout_ms);

/* Makes a fetch_poll() that waits in another thread return. Any thread. */
void fetch_wakeup(struct fetch *fetch);

#endif
