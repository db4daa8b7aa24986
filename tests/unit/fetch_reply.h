/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fetch_reply.h - fetches for the tests, waits with a bound, and keeps what came.
 */
#ifndef PMTA_FETCH_REPLY_H
#define PMTA_FETCH_REPLY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "fetch.h"
#include "moment.h"
#include "text.h"

#define API_KEY "0123456789abcdef0123456789abcdef"
/* No test may wait longer for anything. */
#define PATIENCE_MS 90000

struct reply {
	bool done, ok, refused;
	long status;
	uint64_t bytes;
	uint32_t duration_ms;
	char error[TEXT_MAX];
	char body[256];
	size_t body_len;
	size_t refuse_after; /* bytes; 0: takes everything */
	struct fetch_target *free_when_done;
};

static struct fetch *fetch;

static inline int
take_bytes(void *ctx, const char *bytes, size_t len)
{
	struct reply *reply = ctx;
	size_t room = sizeof(reply->body) - 1 - reply->body_len;

	memcpy(reply->body + reply->body_len, bytes, len < room ? len : room);
	reply->body_len += len < room ? len : room;
	return reply->refuse_after != 0 && reply->body_len >= reply->refuse_after;
}

static inline void
take_result(void *ctx, const struct fetch_result *result)
{
	struct reply *reply = ctx;

	assert_false(reply->done);
	reply->done = true;
	reply->ok = result->ok;
	reply->refused = result->refused;
	reply->status = result->http_status;
	reply->bytes = result->bytes;
	reply->duration_ms = result->duration_ms;
	snprintf(reply->error, sizeof(reply->error), "%s", result->error);
	fetch_target_free(reply->free_when_done);
}

static inline struct fetch_target *
new_target(const char *url)
{
	struct fetch_options options = {
		.base_url = url,
		.api_key = API_KEY,
		.connect_timeout_ms = 1000,
		.timeout_ms = 10000,
		.max_bytes = 1 << 20,
	};
	struct fetch_target *target = fetch_target_new(fetch, &options);

	assert_non_null(target);
	return target;
}

static inline void
wait_for(const struct reply *reply)
{
	int64_t end = moment_now().mono_ms + PATIENCE_MS;

	while (!reply->done) {
		assert_true(moment_now().mono_ms < end);
		assert_int_equal(fetch_poll(fetch, NULL, 0, 100), 0);
	}
}

static inline void
get(struct fetch_target *target, const char *path, struct reply *reply)
{
	assert_int_equal(fetch_get(target, path, take_bytes, take_result, reply), 0);
	wait_for(reply);
}

static inline struct reply
get_once(const char *url, const char *path)
{
	struct fetch_target *target = new_target(url);
	struct reply reply = {0};

	get(target, path, &reply);
	fetch_target_free(target);
	return reply;
}

static inline void
assert_failed(const struct reply *reply, long status, const char *words)
{
	assert_false(reply->ok);
	assert_int_equal(reply->status, status);
	if (strstr(reply->error, words) == NULL)
		fail_msg("expected \"%s\" in \"%s\"", words, reply->error);
}

#endif
