/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_reply.c - libFuzzer entry: any bytes as a diagnostic and as an error text. The text shown is
 * bounded, clean and without an address, and whoever the recipient is, it is the same.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider.h"
#include "throttle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_inside(struct slice part, struct slice whole)
{
	if (part.len > 0)
		assert(part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len);
}

static void
check_reply(const struct reply *reply, struct slice whole)
{
	char shown[REPLY_TEXT_MAX + 60], again[sizeof shown];
	size_t len = reply_normalise(reply, shown, sizeof shown);

	assert(reply->code == 0 || (reply->code >= 200 && reply->code <= 599));
	assert(reply->enhanced.subject <= 999 && reply->enhanced.detail <= 999);
	check_inside(reply->line, whole);
	check_inside(reply->text, whole);
	assert(len <= REPLY_TEXT_MAX && len == strlen(shown));
	assert(!strchr(shown, '@') && !strstr(shown, "  "));
	assert(text_clean(again, sizeof again, shown, len) == len && strcmp(again, shown) == 0);
}

static void
check_throttle(const struct reply *reply, const char *pattern)
{
	const char *const patterns[] = {"421", "4.7.*", pattern};
	char error[256] = "";
	struct throttle_set *set = throttle_set_new(patterns, 3, error, sizeof error);

	assert(set || error[0] != '\0');
	if (set)
		(void)throttle_matches(set, reply);
	throttle_set_free(set);
}

/* The bytes as a recipient: a local part of what RFC 5321 (4.1.2) allows in one, but for signs that
 * also stand between a setting's name and its value, or around a word. */
static void
check_recipient(const uint8_t *data, size_t size)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.-_+!#$%&*/?^{|}~";
	static const char shown_always[] = "refused <address>: user unknown";
	char local[65], diag[128], shown[REPLY_TEXT_MAX + 1];
	struct reply reply;
	size_t len = 0;

	for (; len < size && len < sizeof local - 1; len++)
		local[len] = allowed[data[len] % (sizeof allowed - 1)];
	local[len] = '\0';
	snprintf(diag, sizeof diag, "550 5.1.1 refused %s@mx1.example: user unknown", local);
	reply_read((struct slice){diag, strlen(diag)}, (struct slice){NULL, 0}, &reply);
	reply_normalise(&reply, shown, sizeof shown);
	assert(strcmp(shown, shown_always) == 0);
}

static void
check_provider(const char *text, size_t len)
{
	const char *const domains[] = {text};
	const struct provider_entry entry = {
		.name = "fuzz", .rename = text, .domains = domains, .domain_count = 1};
	struct providers *set = providers_new(&entry, 1, NULL, NULL);

	if (set)
		assert(providers_find(set, text, len) == providers_count(set) || text[0] == '*');
	providers_free(set);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reply reply;
	struct slice whole = {NULL, size};
	char *copy = malloc(size + 1);

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	copy[size] = '\0';
	whole.ptr = copy;
	reply_read(whole, whole, &reply);
	check_reply(&reply, whole);
	check_throttle(&reply, copy);
	reply_read_error(whole, &reply);
	check_reply(&reply, whole);
	check_recipient(data, size);
	check_provider(copy, strlen(copy));
	free(copy);
	return 0;
}
