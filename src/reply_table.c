/* SPDX-License-Identifier: BSD-2-Clause */
#include "reply_table.h"

#include <stdlib.h>
#include <string.h>

#include "saturate.h"

#define HEADS 2048u /* a power of two */
#define ROWS_FIRST 16u

uint32_t
reply_enhanced_number(struct reply_enhanced enhanced)
{
	return enhanced.class * 1000000u + enhanced.subject * 1000u + enhanced.detail;
}

static uint16_t *
head_of(const struct reply_table *table, uint32_t provider, uint32_t code, uint32_t enhanced)
{
	uint64_t hash = provider;

	hash = (hash * 1000 + code) * 10000000 + enhanced;
	hash *= UINT64_C(0x9e3779b97f4a7c15);
	return &table->heads[hash >> 32 & (HEADS - 1)];
}

static struct reply_row *
find(const struct reply_table *table, uint32_t provider, uint32_t code, uint32_t enhanced)
{
	struct reply_row *row = NULL;

	if (table->heads == NULL)
		return NULL;
	for (uint32_t at = *head_of(table, provider, code, enhanced); at != 0; at = row->next) {
		row = &table->rows[at - 1];
		if (row->provider == provider && row->code == code && row->enhanced == enhanced)
			return row;
	}
	return NULL;
}

static void
link_row(struct reply_table *table, uint32_t position)
{
	struct reply_row *row = &table->rows[position];
	uint16_t *head = head_of(table, row->provider, row->code, row->enhanced);

	row->next = *head;
	*head = (uint16_t)(position + 1);
}

static void
unlink_row(struct reply_table *table, uint32_t position)
{
	const struct reply_row *row = &table->rows[position];
	uint16_t *at = head_of(table, row->provider, row->code, row->enhanced);

	while (*at != position + 1)
		at = &table->rows[*at - 1].next;
	*at = row->next;
}

/* Room for so many rows. 0, or -1 without memory. */
static int
reserve(struct reply_table *table, uint32_t count)
{
	uint32_t room = table->room > 0 ? table->room : ROWS_FIRST;
	struct reply_row *rows;

	if (table->heads == NULL)
		table->heads = calloc(HEADS, sizeof *table->heads);
	if (table->heads == NULL)
		return -1;
	if (count <= table->room)
		return 0;
	while (room < count)
		room *= 2;
	rows = realloc(table->rows, room * sizeof *rows);
	if (rows == NULL)
		return -1;
	table->rows = rows;
	table->room = room;
	return 0;
}

static uint32_t
longest_unseen(const struct reply_table *table)
{
	uint32_t oldest = 0;

	for (uint32_t i = 1; i < table->count; i++) {
		if (table->rows[i].last_seen < table->rows[oldest].last_seen)
			oldest = i;
	}
	return oldest;
}

static struct reply_row *
make(struct reply_table *table, uint32_t provider, uint32_t code, uint32_t enhanced)
{
	uint32_t position = table->count;

	if (position == REPLY_ROWS_MAX) {
		position = longest_unseen(table);
		unlink_row(table, position);
	} else if (reserve(table, position + 1) != 0) {
		return NULL;
	} else {
		table->count++;
	}
	table->rows[position] = (struct reply_row){
		.provider = provider, .code = code, .enhanced = enhanced, .last_seen = INT64_MIN};
	link_row(table, position);
	return &table->rows[position];
}

/* Counts in the slot of that time; what is older than the newest by an hour is not recent. */
static void
count_recent(struct reply_row *row, int64_t slot)
{
	const int64_t ahead = slot - row->slot;

	if (ahead >= REPLY_SLOTS) {
		memset(row->recent, 0, sizeof row->recent);
	} else if (ahead > 0) {
		const size_t kept = (size_t)(REPLY_SLOTS - ahead);

		memmove(row->recent + ahead, row->recent, kept * sizeof row->recent[0]);
		memset(row->recent, 0, (size_t)ahead * sizeof row->recent[0]);
	}
	if (ahead > 0)
		row->slot = slot;
	if (row->slot - slot < REPLY_SLOTS)
		row->recent[row->slot - slot] = saturate_add32(row->recent[row->slot - slot], 1);
}

/* The first words are kept for an hour: to clean them costs more than all else. */
static void
take_sample(struct reply_row *row, const struct reply *reply, int64_t slot)
{
	if (row->text[0] != '\0' && slot - row->text_slot < REPLY_SLOTS)
		return;
	reply_normalise(reply, row->text, sizeof row->text);
	row->text_slot = slot;
}

void
reply_table_count(struct reply_table *table, uint32_t provider, const struct reply *reply,
		  bool bounced, int64_t when)
{
	const uint32_t enhanced = reply_enhanced_number(reply->enhanced);
	struct reply_row *row;

	if (reply->code == 0 && enhanced == 0 && reply->text.len == 0)
		return;
	row = find(table, provider, reply->code, enhanced);
	if (row == NULL)
		row = make(table, provider, reply->code, enhanced);
	if (row == NULL)
		return;
	if (bounced)
		row->bounced++;
	else
		row->deferred++;
	if (when > row->last_seen)
		row->last_seen = when;
	count_recent(row, when / REPLY_SLOT_S);
	take_sample(row, reply, when / REPLY_SLOT_S);
	row->dirty = true;
}

int
reply_table_restore(struct reply_table *table, uint32_t position, const struct reply_row *row)
{
	if (position != table->count || position >= REPLY_ROWS_MAX ||
	    find(table, row->provider, row->code, row->enhanced) != NULL ||
	    reserve(table, position + 1) != 0)
		return -1;
	table->rows[position] = *row;
	table->count++;
	link_row(table, position);
	return 0;
}

uint64_t
reply_row_recent(const struct reply_row *row, int64_t asof)
{
	const int64_t oldest = asof / REPLY_SLOT_S - REPLY_SLOTS;
	uint64_t sum = 0;

	for (int i = 0; i < REPLY_SLOTS; i++) {
		if (row->slot - i > oldest)
			sum += row->recent[i];
	}
	return sum;
}

void
reply_table_clear(struct reply_table *table)
{
	free(table->rows);
	free(table->heads);
	*table = (struct reply_table){0};
}
