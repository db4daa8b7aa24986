/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fetch_private.h - what the parts of fetch share: targets and their transfers.
 */
#ifndef PMTA_FETCH_PRIVATE_H
#define PMTA_FETCH_PRIVATE_H

#include <curl/curl.h>

#include "fetch.h"

struct fetch {
	CURLM *multi;
	long targets;
	struct curl_waitfd *waits;
	unsigned waits_room;
};

/* What curl's handle belongs to: first member of a transfer or a greeting (fetch_smtp.h). */
struct fetch_job {
	void (*ended)(struct fetch_job *job, CURLcode code);
};

/* One GET. Kept by its target for the next one, with curl's handle set up. */
struct transfer {
	struct fetch_job job;
	struct transfer *prev, *next;
	struct fetch_target *target;
	CURL *easy;
	fetch_data_fn data;
	fetch_done_fn done;
	void *ctx;
	char *url; /* where it is now */
	int64_t started_ms;
	unsigned redirects;
	uint64_t bytes;
	bool too_large, refused;
	char head[1024]; /* how the body of an error begins */
	size_t head_len;
	char detail[CURL_ERROR_SIZE];
};

struct fetch_target {
	struct fetch *fetch;
	char *base_url, *ca_file, *pinned_key;
	struct curl_slist *headers; /* with the API key: freed with the target */
	bool insecure_tls, any_body;
	uint32_t connect_timeout_ms, timeout_ms;
	uint64_t max_bytes;
	struct transfer *running, *idle;
};

/* A transfer that is not running, new or used before, or NULL without memory. */
struct transfer *transfer_take(struct fetch_target *target);

/* What a transfer's job does when curl is through with it. */
void transfer_ended(struct fetch_job *job, CURLcode code);

/* Puts a transfer that is not running by for the next one. */
void transfer_put_back(struct transfer *transfer);

#endif
