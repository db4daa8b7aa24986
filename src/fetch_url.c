/* SPDX-License-Identifier: BSD-2-Clause */
#include "fetch_url.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "text.h"

struct url_parts {
	char *scheme, *host;
};

static void
free_parts(struct url_parts *parts)
{
	curl_free(parts->scheme);
	curl_free(parts->host);
}

/* Returns 0, or -1 if it is no URL; the parts are to be freed in either case. */
static int
parse_url(const char *url, struct url_parts *parts)
{
	CURLU *handle = curl_url();
	int result = -1;

	parts->scheme = parts->host = NULL;
	if (handle == NULL)
		return -1;
	if (curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(handle, CURLUPART_SCHEME, &parts->scheme, 0) == CURLUE_OK &&
	    curl_url_get(handle, CURLUPART_HOST, &parts->host, 0) == CURLUE_OK)
		result = 0;
	curl_url_cleanup(handle);
	return result;
}

static bool
is_web(const struct url_parts *parts)
{
	return strcasecmp(parts->scheme, "http") == 0 || strcasecmp(parts->scheme, "https") == 0;
}

bool
fetch_url_valid(const char *url)
{
	struct url_parts parts;
	bool valid = parse_url(url, &parts) == 0 && is_web(&parts);

	free_parts(&parts);
	return valid;
}

static int
refuse(char *error, size_t size, const char *reason, const char *what)
{
	char raw[512];

	snprintf(raw, sizeof(raw), "redirect refused: %s (%.200s)", reason, what);
	text_clean(error, size, raw, strlen(raw));
	return -1;
}

int
fetch_url_check_redirect(const char *from, const char *to, char *error, size_t size)
{
	struct url_parts old, new;
	int result = 0;

	if (parse_url(from, &old) + parse_url(to, &new) != 0 || !is_web(&new))
		result = refuse(error, size, "it leads to no http or https URL", to);
	else if (strcasecmp(old.host, new.host) != 0)
		result = refuse(error, size, "it leads to another host", new.host);
	else if (strcasecmp(old.scheme, "https") == 0 && strcasecmp(new.scheme, "https") != 0)
		result = refuse(error, size, "it leads from https back to http", to);
	free_parts(&old);
	free_parts(&new);
	return result;
}
