/* SPDX-License-Identifier: BSD-2-Clause */
#include "action_webhook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action_text.h"
#include "text.h"

/* Replies are a word or two; the begin of one helps to understand a refusal. */
#define REPLY_KEPT 120
#define REPLY_MAX (64 * 1024)

struct action_webhook {
	CURLM *multi;
	CURL *easy;
	struct curl_slist *headers;
	char *body;
	bool done;
	CURLcode code;
	size_t reply_len, read;
	char reply[REPLY_KEPT + 1];
	char detail[CURL_ERROR_SIZE];
};

static size_t
take_reply(char *bytes, size_t size, size_t count, void *ctx)
{
	struct action_webhook *request = ctx;
	const size_t len = size * count, room = REPLY_KEPT - request->reply_len;
	const size_t kept = len < room ? len : room;

	memcpy(request->reply + request->reply_len, bytes, kept);
	request->reply_len += kept;
	request->read += len;
	return request->read > REPLY_MAX ? CURL_WRITEFUNC_ERROR : len;
}

/* Returns 0, or -1 without memory, with the headers as they were. */
static int
add_header(struct curl_slist **headers, const char *name, const char *value)
{
	struct curl_slist *longer;
	char *header;

	if (asprintf(&header, "%s: %s", name, value) < 0)
		return -1;
	longer = curl_slist_append(*headers, header);
	explicit_bzero(header, strlen(header));
	free(header);
	if (longer == NULL)
		return -1;
	*headers = longer;
	return 0;
}

static void
set_up(struct action_webhook *request, const struct conf_action *action)
{
	CURL *easy = request->easy;

	curl_easy_setopt(easy, CURLOPT_PRIVATE, request);
	curl_easy_setopt(easy, CURLOPT_URL, action->webhook);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, request->headers);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_reply);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, request->detail);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "pmta-monitord/" PACKAGE_VERSION);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)action->timeout_s * 1000);
	if (action->ca_file != NULL) {
		curl_easy_setopt(easy, CURLOPT_CAINFO, action->ca_file);
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	}
}

struct action_webhook *
action_webhook_start(CURLM *multi, const struct conf_action *action, const struct snap_event *event,
		     struct action_outcome *outcome)
{
	struct action_webhook *request = calloc(1, sizeof *request);

	*outcome = (struct action_outcome){.retry = true, .error = "out of memory"};
	if (request == NULL)
		return NULL;
	request->multi = multi;
	request->body = action_json(event, action->format, action->key);
	request->easy = curl_easy_init();
	if (request->body == NULL || request->easy == NULL ||
	    add_header(&request->headers, "Content-Type", "application/json") != 0 ||
	    (action->authorization != NULL &&
	     add_header(&request->headers, "Authorization", action->authorization) != 0)) {
		action_webhook_free(request);
		return NULL;
	}
	set_up(request, action);
	if (curl_multi_add_handle(multi, request->easy) != CURLM_OK) {
		action_webhook_free(request);
		return NULL;
	}
	return request;
}

void
action_webhook_done(const CURLMsg *message)
{
	struct action_webhook *request;

	if (message->msg != CURLMSG_DONE)
		return;
	curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &request);
	request->code = message->data.result;
	request->done = true;
}

/* A request that was refused is refused again, unless the other side has trouble or is busy. */
static bool
may_go_well_later(CURLcode code, long status)
{
	return code != CURLE_OK || status == 408 || status == 429 || status >= 500;
}

bool
action_webhook_over(const struct action_webhook *request, struct action_outcome *outcome)
{
	char raw[512];
	long status = 0;

	if (!request->done)
		return false;
	curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
	*outcome = (struct action_outcome){
		.ok = request->code == CURLE_OK && status >= 200 && status < 300,
		.retry = may_go_well_later(request->code, status),
	};
	if (outcome->ok)
		return true;
	if (request->code != CURLE_OK)
		snprintf(raw, sizeof raw, "%s",
			 request->detail[0] != '\0' ? request->detail
						    : curl_easy_strerror(request->code));
	else
		snprintf(raw, sizeof raw, "HTTP %ld: %.*s", status, (int)request->reply_len,
			 request->reply);
	text_clean(outcome->error, sizeof outcome->error, raw, strlen(raw));
	return true;
}

void
action_webhook_free(struct action_webhook *request)
{
	if (request == NULL)
		return;
	if (request->easy != NULL) {
		curl_multi_remove_handle(request->multi, request->easy);
		curl_easy_cleanup(request->easy);
	}
	curl_slist_free_all(request->headers);
	free(request->body);
	free(request);
}
