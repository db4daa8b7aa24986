/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fetch_url.h - decides which URLs are fetched, and where a redirect may lead. Pure.
 */
#ifndef PMTA_FETCH_URL_H
#define PMTA_FETCH_URL_H

#include <stdbool.h>
#include <stddef.h>

/* True if the URL is well-formed, http or https. */
bool fetch_url_valid(const char *url);

/*
 * Returns 0 if a redirect from one URL to another (absolute) may be followed with the API key: same
 * host name without case, http or https, and never from https to http. The port may change, since
 * https has another one by default. Else -1 and a reason that names the host, clean.
 */
int fetch_url_check_redirect(const char *from, const char *to, char *error, size_t size);

#endif
