/* SPDX-License-Identifier: BSD-2-Clause */
#include "doc_item.h"

#include <string.h>
#include <strings.h>

#include "level.h"
#include "wait_reason.h"

/* The item's name as it stands: a text or, for jobs, a number. NULL if there is none. */
static const cJSON *
find_name(const cJSON *item)
{
	static const char *const keys[] = {"name", "id", "queue"};
	const cJSON *name;
	const char *text;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		name = doc_json_member(item, keys[i]);
		text = cJSON_GetStringValue(name);
		if (cJSON_IsNumber(name) || (text != NULL && text[strspn(text, " \t\r\n")] != '\0'))
			return name;
	}
	return NULL;
}

static enum doc_item_result
read_name(const cJSON *item, char out[TEXT_MAX])
{
	const cJSON *name = find_name(item);

	if (name == NULL)
		return DOC_ITEM_NAMELESS;
	if (cJSON_IsString(name) && strlen(name->valuestring) >= TEXT_MAX)
		return DOC_ITEM_LONG_NAME;
	doc_json_text(item, name->string, out, TEXT_MAX);
	return DOC_ITEM_READ;
}

/* Other events (of mode, of recipients) may stand in the same array. */
static bool
is_error(const cJSON *event)
{
	const char *type = doc_json_string(event, "type");

	return doc_json_string(event, "text") != NULL &&
	       (type == NULL || strcasecmp(type, "error") == 0);
}

static const cJSON *
find_errors(const cJSON *item)
{
	static const char *const keys[] = {"errors", "event", "events"};
	const cJSON *errors = NULL;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && errors == NULL; i++)
		errors = doc_json_member(item, keys[i]);
	return errors;
}

/* The newest error by time; among equals, or without times, the one that stands first. */
static const cJSON *
find_newest_error(const cJSON *item, int64_t *time)
{
	const cJSON *errors = find_errors(item), *newest = NULL, *event;
	int64_t event_time;

	*time = SNAP_NO_TIME;
	if (cJSON_IsObject(errors)) {
		*time = doc_json_time(errors, "time");
		return is_error(errors) ? errors : NULL;
	}
	cJSON_ArrayForEach(event, errors)
	{
		if (!is_error(event))
			continue;
		event_time = doc_json_time(event, "time");
		if (newest != NULL && event_time <= *time)
			continue;
		newest = event;
		*time = event_time;
	}
	return newest;
}

static void
read_error(const cJSON *item, char text[TEXT_MAX], struct doc_item *out)
{
	int64_t time;
	const cJSON *newest = find_newest_error(item, &time);

	out->error_time = SNAP_NO_TIME;
	out->wait_reason =
		(uint8_t)wait_reason_of(doc_json_string(newest, "text"), &out->reply_code);
	if (out->wait_reason == SNAP_WAIT_NONE)
		return;
	doc_json_text(newest, "text", text, TEXT_MAX);
	out->error = text;
	out->error_time = time;
}

static uint8_t
read_paused(const cJSON *item)
{
	int paused = doc_json_flag(item, "paused");

	if (paused < 0)
		return 0;
	return paused ? 1 : 2;
}

static uint8_t
read_mode(const cJSON *item)
{
	const char *mode = doc_json_string(item, "mode");

	if (mode != NULL && strcasecmp(mode, "normal") == 0)
		return SNAP_MODE_NORMAL;
	if (mode != NULL && strcasecmp(mode, "backoff") == 0)
		return SNAP_MODE_BACKOFF;
	return 0;
}

enum doc_item_result
doc_item_read(const cJSON *item, struct doc_item_texts *texts, struct doc_item *out)
{
	memset(out, 0, sizeof(*out));
	out->name = texts->name;
	out->rcp = level_of(doc_json_number(item, "rcp"));
	out->kb = level_of(doc_json_number(item, "kb"));
	out->conn = level_of(doc_json_number(item, "conn"));
	out->dom = level_of(doc_json_number(item, "dom"));
	out->share = level_of(doc_json_number(item, "pctOfTotal") * 100);
	out->paused = read_paused(item);
	out->mode = read_mode(item);
	out->retry_time = doc_json_time(item, "retryTime");
	read_error(item, texts->error, out);
	return read_name(item, texts->name);
}
