/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * action_webhook.h - one attempt to POST an event to a URL, over libcurl. Never blocks.
 *
 * Redirects are not followed: the URL is a secret, and where it leads must be said by who
 * configured it. Certificates are verified. Proxies are those of the environment (https_proxy,
 * no_proxy). The URL appears in no message.
 */
#ifndef PMTA_ACTION_WEBHOOK_H
#define PMTA_ACTION_WEBHOOK_H

#include <curl/curl.h>

#include "action_exec.h"

struct action_webhook;

/* Starts the request in the multi handle. NULL with *outcome on failure. */
struct action_webhook *action_webhook_start(CURLM *multi, const struct conf_action *action,
					    const struct snap_event *event,
					    struct action_outcome *outcome);

/* Notes that curl is done with a handle; to be called for each message of the multi handle. */
void action_webhook_done(const CURLMsg *message);

/* True if the request is over: *outcome is set, and it must be freed. */
bool action_webhook_over(const struct action_webhook *request, struct action_outcome *outcome);

/* Frees a request; one that is not over is cancelled. */
void action_webhook_free(struct action_webhook *request);

#endif
