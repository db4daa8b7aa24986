/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reply_word.h - writes the words of a reply, each as it may be shown (reply_normalise()).
 */
#ifndef PMTA_REPLY_WORD_H
#define PMTA_REPLY_WORD_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

struct reply_writer {
	const char *begin, *end; /* the clean text that words are slices of */
	char *dst;
	size_t len, room;  /* room does not count the NUL */
	bool full;	   /* what comes now is cut off */
	bool blank;	   /* one is due before what comes next */
	bool behind_ip;	   /* the last word was an IP address */
	struct slice hint; /* the last word, as it came */
};

/* Writes text as it is, cut on a character border where the room ends. */
void reply_word_put(struct reply_writer *writer, struct slice text);

/* Writes what stands for something ("<id>"), whole or not at all. */
void reply_word_mark(struct reply_writer *writer, const char *mark);

/* Writes a word: a run without blanks, brackets, commas and double quotes, or a URL. */
void reply_word_write(struct reply_writer *writer, struct slice word);

/* The length of a word without the punctuation at its end. */
size_t reply_word_trim(struct slice word);

#endif
