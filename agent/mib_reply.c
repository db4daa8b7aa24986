/* SPDX-License-Identifier: BSD-2-Clause */
/* replyTable: what receiving servers replied. */
#include <inttypes.h>
#include <stdio.h>

#include "column.h"
#include "mib.h"

#define FIELD(field) offsetof(struct snap_reply, field)

/* "421 4.7.28", or the one of the two codes that there is. */
static bool
get_status(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	const struct snap_reply *reply = cell->row;
	uint32_t code = reply->key[1], enhanced = reply->key[2];
	char *text = out->buffer;
	int len = 0;

	(void)column;
	text[0] = '\0';
	if (code != 0)
		len = snprintf(text, sizeof out->buffer, "%" PRIu32, code);
	if (enhanced != 0)
		snprintf(text + len, sizeof out->buffer - (size_t)len,
			 "%s%" PRIu32 ".%" PRIu32 ".%" PRIu32, len > 0 ? " " : "",
			 enhanced / 1000000, enhanced / 1000 % 1000, enhanced % 1000);
	return text[0] != '\0' && value_text(out, text);
}

static const struct table_column columns[] = {
	{4, "replyServer", "SnmpAdminString", column_server, 0},
	{5, "replyProvider", "SnmpAdminString", column_text, FIELD(provider)},
	{6, "replyStatus", "SnmpAdminString", get_status, 0},
	{7, "replyText", "SnmpAdminString", column_text, FIELD(text)},
	{8, "replyLastSeenAge", "Gauge32", column_age, FIELD(last_seen)},
	{9, "replyLastSeenTime", "DateAndTime", column_date, FIELD(last_seen)},
	{10, "replyBounced", "Counter64", column_counter64, FIELD(bounced)},
	{11, "replyDeferred", "Counter64", column_counter64, FIELD(deferred)},
};

const struct table mib_reply_table = {
	.name = "replyTable",
	.arc = {6, 4},
	.arc_len = 2,
	.part = SNAP_REPLY,
	.index_len = 4,
	.columns = columns,
	.column_count = sizeof columns / sizeof columns[0],
};
