/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fetch_error.h - says in words for people why a transfer failed.
 */
#ifndef PMTA_FETCH_ERROR_H
#define PMTA_FETCH_ERROR_H

#include <curl/curl.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

/* What is known of a failed transfer besides curl's code. */
struct fetch_trouble {
	CURL *easy;
	CURLcode code;
	const char *detail; /* curl's own words */
	uint64_t bytes;	    /* body bytes that arrived */
	uint32_t connect_timeout_ms, timeout_ms;
	uint64_t max_bytes;
};

/* A transfer that curl gave up: "timed out after 15 s with 12 of 4000 bytes". */
void fetch_error_curl(const struct fetch_trouble *trouble, char text[TEXT_MAX]);

/* A reply that is not 200: status, the first words of its body without tags, and a hint where one
 * helps: "HTTP 403: Forbidden (does http-access allow this address? ...)". */
void fetch_error_http(long status, const char *body, size_t len, char text[TEXT_MAX]);

#endif
