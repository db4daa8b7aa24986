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
	bool insecure_tls;	/* a pinned key without ca_file needs no certificate chain either */
	uint32_t connect_timeout_ms, timeout_ms; /* whole transfer */
	uint64_t max_bytes;			 /* of a body, as announced and as counted */
	bool any_body; /* hand out bodies of errors (HTTP 403 and the like) too: for --probe --save
			*/
};

/* What became of a transfer. */
struct fetch_result {
	bool ok;	  /* HTTP 200 and the whole body was taken */
	bool refused;	  /* the data function ended it: the caller knows better why */
	long http_status; /* 0 if there was no reply */
	uint64_t bytes;
	uint32_t duration_ms;
	const char *error; /* for people, clean, "" if ok; valid during the call only */
};

/* Takes body bytes as they arrive (only of a 200 reply, unless any_body is set; never of a
 * redirect). Non-zero ends the transfer as a failure. Must not call into this module. */
typedef int (*fetch_data_fn)(void *ctx, const char *bytes, size_t len);
/* Called exactly once for each transfer started, unless it was cancelled. May start transfers and
 * free targets, but not run fetch_poll(). */
typedef void (*fetch_done_fn)(void *ctx, const struct fetch_result *result);

/* NULL without memory. curl_global_init() must have been called. */
struct fetch *fetch_new(void);
/* Cancels all transfers without calling back. Targets must have been freed before. */
void fetch_free(struct fetch *fetch);

/* A server to talk to: keeps connections and TLS sessions alive between transfers. NULL with errno:
 * ENOMEM, or EINVAL if base_url is no http or https URL or the API key has bytes no header may
 * have. */
struct fetch_target *fetch_target_new(struct fetch *fetch, const struct fetch_options *options);
/* Cancels its transfers without calling back. */
void fetch_target_free(struct fetch_target *target);

/* Starts GET base_url + path ("/queues?format=json"). Returns 0, or -1 if it could not be started
 * (then done is not called). It goes on in fetch_poll(). */
int fetch_get(struct fetch_target *target, const char *path, fetch_data_fn data, fetch_done_fn done,
	      void *ctx);

/* Runs transfers and waits up to timeout_ms for one of them, for one of the extra descriptors
 * (their revents are set as by poll(2)) or for fetch_wakeup(). Calls back from within. Returns 0,
 * -1 on a broken curl. */
int fetch_poll(struct fetch *fetch, struct pollfd *extra, unsigned extra_count, int timeout_ms);

/* Makes a fetch_poll() that waits in another thread return. Any thread. */
void fetch_wakeup(struct fetch *fetch);

#endif
