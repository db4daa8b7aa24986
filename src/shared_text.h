/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shared_text.h - texts that many objects have alike, kept once.
 *
 * Errors and replies repeat themselves: a hundred thousand queues say "connect rate limit reached".
 * A text is shared with those that were asked for lately; so equal texts may be kept more than
 * once, but what is rare costs no more than a copy of its own. Pure but for memory; one thread.
 */
#ifndef PMTA_SHARED_TEXT_H
#define PMTA_SHARED_TEXT_H

struct shared_texts;

/* None yet; NULL without memory. */
struct shared_texts *shared_texts_new(void);
/* Texts that are still in use outlive it. NULL is allowed. */
void shared_texts_free(struct shared_texts *texts);

/* This text, to be dropped once it is used no more; NULL without memory. It never changes. */
const char *shared_text_get(struct shared_texts *texts, const char *text);
/* NULL is allowed. */
void shared_text_drop(const char *text);

#endif
