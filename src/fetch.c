/* SPDX-License-Identifier: BSD-2-Clause */
#include "fetch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "fetch_error.h"
#include "fetch_private.h"
#include "fetch_url.h"
#include "moment.h"

#define REDIRECTS_MAX 3

struct fetch *
fetch_new(void)
{
	struct fetch *fetch = calloc(1, sizeof(*fetch));

	if (fetch == NULL)
		return NULL;
	if ((fetch->multi = curl_multi_init()) == NULL) {
		free(fetch);
		return NULL;
	}
	return fetch;
}

void
fetch_free(struct fetch *fetch)
{
	if (fetch == NULL)
		return;
	curl_multi_cleanup(fetch->multi);
	free(fetch->waits);
	free(fetch);
}

/* Gives the transfer to curl with its URL and the time that is left. Returns 0, or -1. */
static int
start(struct transfer *transfer)
{
	struct fetch_target *target = transfer->target;
	int64_t spent = moment_now().mono_ms - transfer->started_ms;

	transfer->bytes = 0;
	transfer->head_len = 0;
	transfer->detail[0] = '\0';
	if (target->timeout_ms != 0 && spent >= target->timeout_ms)
		return -1;
	if (target->timeout_ms != 0)
		curl_easy_setopt(transfer->easy, CURLOPT_TIMEOUT_MS,
				 (long)(target->timeout_ms - spent));
	if (curl_easy_setopt(transfer->easy, CURLOPT_URL, transfer->url) != CURLE_OK ||
	    curl_multi_add_handle(target->fetch->multi, transfer->easy) != CURLM_OK)
		return -1;
	DL_APPEND(target->running, transfer);
	return 0;
}

int
fetch_get(struct fetch_target *target, const char *path, fetch_data_fn data, fetch_done_fn done,
	  void *ctx)
{
	struct transfer *transfer = transfer_take(target);

	if (transfer == NULL)
		return -1;
	transfer->data = data;
	transfer->done = done;
	transfer->ctx = ctx;
	transfer->redirects = 0;
	transfer->too_large = transfer->refused = false;
	transfer->started_ms = moment_now().mono_ms;
	if (asprintf(&transfer->url, "%s%s", target->base_url, path) < 0)
		transfer->url = NULL;
	if (transfer->url != NULL && start(transfer) == 0)
		return 0;
	transfer_put_back(transfer);
	return -1;
}

/* Follows a redirect by hand, since curl knows no rule as strict. Returns 1 if the transfer goes
 * on, 0 if the reply is no redirect, -1 with *text if it must not be followed. */
static int
follow_redirect(struct transfer *transfer, long status, char text[TEXT_MAX])
{
	char *location = NULL, *url;

	curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &location);
	if (status < 300 || status >= 400 || location == NULL)
		return 0;
	if (fetch_url_check_redirect(transfer->url, location, text, TEXT_MAX) != 0)
		return -1;
	snprintf(text, TEXT_MAX, "redirected more than %d times", REDIRECTS_MAX);
	if (transfer->redirects++ == REDIRECTS_MAX)
		return -1;
	snprintf(text, TEXT_MAX, "no time or memory left to follow a redirect");
	if ((url = strdup(location)) == NULL)
		return -1;
	free(transfer->url);
	transfer->url = url;
	return start(transfer) == 0 ? 1 : -1;
}

/* Says what came of a transfer. Returns true if it is over, false if it goes on elsewhere. */
static bool
conclude(struct transfer *transfer, CURLcode code, struct fetch_result *result, char text[TEXT_MAX])
{
	struct fetch_target *target = transfer->target;
	struct fetch_trouble trouble = {
		transfer->easy,
		code,
		transfer->detail,
		transfer->bytes,
		target->connect_timeout_ms,
		target->timeout_ms,
		target->max_bytes,
	};
	bool cut = code == CURLE_WRITE_ERROR;
	int followed = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &result->http_status);
	result->bytes = transfer->bytes;
	result->refused = transfer->refused;
	result->ok = code == CURLE_OK && result->http_status == 200;
	text[0] = '\0';
	if (result->ok)
		return true;
	if (code == CURLE_OK)
		followed = follow_redirect(transfer, result->http_status, text);
	if (followed != 0)
		return followed < 0;
	if (transfer->too_large)
		trouble.code = CURLE_FILESIZE_EXCEEDED;
	if (cut && transfer->refused)
		snprintf(text, TEXT_MAX, "reply was refused while it arrived");
	else if (code == CURLE_OK || (cut && !transfer->too_large))
		fetch_error_http(result->http_status, transfer->head, transfer->head_len, text);
	else
		fetch_error_curl(&trouble, text);
	return true;
}

void
transfer_ended(struct fetch_job *job, CURLcode code)
{
	struct transfer *transfer = (struct transfer *)job;
	struct fetch_target *target = transfer->target;
	struct fetch_result result = {0};
	fetch_done_fn done = transfer->done;
	void *ctx = transfer->ctx;
	char text[TEXT_MAX];

	curl_multi_remove_handle(target->fetch->multi, transfer->easy);
	DL_DELETE(target->running, transfer);
	if (transfer->detail[0] == '\0')
		snprintf(transfer->detail, sizeof(transfer->detail), "%s",
			 curl_easy_strerror(code));
	if (!conclude(transfer, code, &result, text))
		return;
	result.duration_ms = (uint32_t)(moment_now().mono_ms - transfer->started_ms);
	result.error = text;
	/* From here on the target may be gone: done() may free it. */
	transfer_put_back(transfer);
	done(ctx, &result);
}

/* Lets curl work, and ends what is over. Returns how many transfers ended, or -1. */
static int
run(struct fetch *fetch)
{
	struct fetch_job *job;
	CURLMsg *message;
	CURLcode code;
	int running, left, ended = 0;

	if (curl_multi_perform(fetch->multi, &running) != CURLM_OK)
		return -1;
	while ((message = curl_multi_info_read(fetch->multi, &left)) != NULL) {
		if (message->msg != CURLMSG_DONE)
			continue;
		code = message->data.result;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &job);
		job->ended(job, code);
		ended++;
	}
	return ended;
}

static int
copy_waits(struct fetch *fetch, const struct pollfd *extra, unsigned count)
{
	struct curl_waitfd *waits;

	if (count > fetch->waits_room) {
		if ((waits = realloc(fetch->waits, count * sizeof(*waits))) == NULL)
			return -1;
		fetch->waits = waits;
		fetch->waits_room = count;
	}
	for (unsigned i = 0; i < count; i++) {
		fetch->waits[i].fd = extra[i].fd;
		fetch->waits[i].events =
			(short)((extra[i].events & POLLIN ? CURL_WAIT_POLLIN : 0) |
				(extra[i].events & POLLPRI ? CURL_WAIT_POLLPRI : 0) |
				(extra[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0));
		fetch->waits[i].revents = 0;
	}
	return 0;
}

int
fetch_poll(struct fetch *fetch, struct pollfd *extra, unsigned extra_count, int timeout_ms)
{
	int ended = run(fetch);

	if (ended < 0 || copy_waits(fetch, extra, extra_count) != 0)
		return -1;
	if (ended > 0 || timeout_ms < 0)
		timeout_ms = 0;
	if (curl_multi_poll(fetch->multi, fetch->waits, extra_count, timeout_ms, NULL) != CURLM_OK)
		return -1;
	if (run(fetch) < 0)
		return -1;
	/* curl does not report POLLHUP and POLLERR. */
	for (unsigned i = 0; i < extra_count; i++)
		extra[i].revents = 0;
	if (extra_count > 0 && poll(extra, extra_count, 0) < 0 && errno != EINTR)
		return -1;
	return 0;
}

void
fetch_wakeup(struct fetch *fetch)
{
	curl_multi_wakeup(fetch->multi);
}
