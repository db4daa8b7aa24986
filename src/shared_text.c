/* SPDX-License-Identifier: BSD-2-Clause */
#include "shared_text.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* How many are remembered: one for each hash, so that none is ever looked for. */
#define RECENT 1024u

struct shared_text {
	uint32_t refs;
	char bytes[];
};

struct shared_texts {
	const char *recent[RECENT]; /* each holds a reference; NULL: none */
};

struct shared_texts *
shared_texts_new(void)
{
	return calloc(1, sizeof(struct shared_texts));
}

void
shared_texts_free(struct shared_texts *texts)
{
	if (texts == NULL)
		return;
	for (uint32_t i = 0; i < RECENT; i++)
		shared_text_drop(texts->recent[i]);
	free(texts);
}

/* What holds the text: its bytes are the end of it. */
static struct shared_text *
holder_of(const char *text)
{
	return (struct shared_text *)((uintptr_t)text - offsetof(struct shared_text, bytes));
}

static const char *
text_new(const char *text)
{
	const size_t size = strlen(text) + 1;
	struct shared_text *holder = malloc(sizeof *holder + size);

	if (holder == NULL)
		return NULL;
	holder->refs = 1;
	memcpy(holder->bytes, text, size);
	return holder->bytes;
}

static const char *
text_ref(const char *text)
{
	holder_of(text)->refs++;
	return text;
}

const char *
shared_text_get(struct shared_texts *texts, const char *text)
{
	const char **place = &texts->recent[text_hash(text, strlen(text), 0) % RECENT];
	const char *made;

	if (*place != NULL && strcmp(*place, text) == 0)
		return text_ref(*place);
	made = text_new(text);
	if (made == NULL)
		return NULL;
	shared_text_drop(*place);
	*place = text_ref(made);
	return made;
}

void
shared_text_drop(const char *text)
{
	if (text != NULL && --holder_of(text)->refs == 0)
		free(holder_of(text));
}
