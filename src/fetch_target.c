/* SPDX-License-Identifier: BSD-2-Clause */
/* Targets, and how curl is set up for them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "fetch_private.h"
#include "fetch_url.h"

/* Idle connections kept for each target: one for each page that is polled, and some. */
#define CONNECTIONS_PER_TARGET 8
#define ERROR_BODY_MAX (64U << 10)
/* A long timeout is for long replies, not for a minute of silence. */
#define STALL_SECONDS 60L

/* By default curl keeps connections for the handles at work only, and closes them between two
 * polls. */
static void
count_target(struct fetch *fetch, long change)
{
	fetch->targets += change;
	curl_multi_setopt(fetch->multi, CURLMOPT_MAXCONNECTS,
			  fetch->targets * CONNECTIONS_PER_TARGET);
}

static void
free_transfer(struct transfer *transfer)
{
	if (transfer == NULL)
		return;
	curl_easy_cleanup(transfer->easy);
	free(transfer->url);
	free(transfer);
}

void
fetch_target_free(struct fetch_target *target)
{
	struct transfer *transfer, *next;

	if (target == NULL)
		return;
	DL_FOREACH_SAFE(target->running, transfer, next)
	{
		curl_multi_remove_handle(target->fetch->multi, transfer->easy);
		free_transfer(transfer);
	}
	DL_FOREACH_SAFE(target->idle, transfer, next)
	{
		free_transfer(transfer);
	}
	count_target(target->fetch, -1);
	curl_slist_free_all(target->headers);
	free(target->base_url);
	free(target->ca_file);
	free(target->pinned_key);
	free(target);
}

static bool
is_header_text(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text < 0x21 || *text > 0x7e)
			return false;
	}
	return true;
}

/* Copies a text that may be NULL. Returns 0, or -1 without memory. */
static int
copy_text(char **copy, const char *text)
{
	*copy = text != NULL ? strdup(text) : NULL;
	return text != NULL && *copy == NULL ? -1 : 0;
}

static int
set_api_key(struct fetch_target *target, const char *api_key)
{
	char *header;

	if (api_key == NULL)
		return 0;
	if (asprintf(&header, "X-API-Key: %s", api_key) < 0)
		return -1;
	target->headers = curl_slist_append(NULL, header);
	explicit_bzero(header, strlen(header));
	free(header);
	return target->headers != NULL ? 0 : -1;
}

struct fetch_target *
fetch_target_new(struct fetch *fetch, const struct fetch_options *options)
{
	struct fetch_target *target;
	size_t len;

	if (!fetch_url_valid(options->base_url) ||
	    (options->api_key != NULL && !is_header_text(options->api_key))) {
		errno = EINVAL;
		return NULL;
	}
	if ((target = calloc(1, sizeof(*target))) == NULL)
		return NULL;
	target->fetch = fetch;
	count_target(fetch, 1);
	target->insecure_tls = options->insecure_tls;
	target->any_body = options->any_body;
	target->connect_timeout_ms = options->connect_timeout_ms;
	target->timeout_ms = options->timeout_ms;
	target->max_bytes = options->max_bytes != 0 ? options->max_bytes : INT64_MAX;
	if (copy_text(&target->base_url, options->base_url) != 0 ||
	    copy_text(&target->ca_file, options->ca_file) != 0 ||
	    copy_text(&target->pinned_key, options->pinned_key) != 0 ||
	    set_api_key(target, options->api_key) != 0) {
		fetch_target_free(target);
		errno = ENOMEM;
		return NULL;
	}
	for (len = strlen(target->base_url); len > 0 && target->base_url[len - 1] == '/'; len--)
		target->base_url[len - 1] = '\0';
	return target;
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *ctx)
{
	struct transfer *transfer = ctx;
	const struct fetch_target *target = transfer->target;
	size_t len = size * count, kept = sizeof(transfer->head) - transfer->head_len;
	bool redirected;
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	redirected = status >= 300 && status < 400;
	transfer->bytes += len;
	transfer->too_large = transfer->bytes > target->max_bytes;
	if (transfer->too_large)
		return CURL_WRITEFUNC_ERROR;
	if (status != 200) {
		kept = kept < len ? kept : len;
		memcpy(transfer->head + transfer->head_len, bytes, kept);
		transfer->head_len += kept;
	}
	if (status == 200 || (target->any_body && !redirected)) {
		transfer->refused = transfer->data(transfer->ctx, bytes, len) != 0;
		return transfer->refused ? CURL_WRITEFUNC_ERROR : len;
	}
	/* The rest of an error page is read, so that the connection can be used again; not
	 * endlessly. */
	return transfer->bytes > ERROR_BODY_MAX ? CURL_WRITEFUNC_ERROR : len;
}

static void
set_tls(const struct fetch_target *target, CURL *easy)
{
	bool pin_is_proof = target->pinned_key != NULL && target->ca_file == NULL;
	bool verify = !target->insecure_tls && !pin_is_proof;

	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, verify ? 2L : 0L);
	if (target->pinned_key != NULL)
		curl_easy_setopt(easy, CURLOPT_PINNEDPUBLICKEY, target->pinned_key);
	if (target->ca_file != NULL) {
		curl_easy_setopt(easy, CURLOPT_CAINFO, target->ca_file);
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	}
}

/* Compression is not asked for: the monitor is near, and a small reply cannot become a huge one. */
static void
set_up(struct transfer *transfer)
{
	const struct fetch_target *target = transfer->target;
	CURL *easy = transfer->easy;

	curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer->job);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->detail);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	/* Else giving up on a slow name server would wait for it. */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "pmta-monitord/" PACKAGE_VERSION);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, target->headers);
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 128L << 10);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)target->connect_timeout_ms);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, STALL_SECONDS);
	curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)target->max_bytes);
	set_tls(target, easy);
}

struct transfer *
transfer_take(struct fetch_target *target)
{
	struct transfer *transfer = target->idle;

	if (transfer != NULL) {
		DL_DELETE(target->idle, transfer);
		return transfer;
	}
	if ((transfer = calloc(1, sizeof(*transfer))) == NULL)
		return NULL;
	transfer->job.ended = transfer_ended;
	transfer->target = target;
	if ((transfer->easy = curl_easy_init()) == NULL) {
		free_transfer(transfer);
		return NULL;
	}
	set_up(transfer);
	return transfer;
}

void
transfer_put_back(struct transfer *transfer)
{
	free(transfer->url);
	transfer->url = NULL;
	DL_APPEND(transfer->target->idle, transfer);
}
