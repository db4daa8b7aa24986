/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.h - makes texts that strangers wrote fit to be shown: bounded, valid UTF-8, one line.
 */
#ifndef PMTA_TEXT_H
#define PMTA_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Longest text shown, as SnmpAdminString (RFC 3411) allows: 255 octets and a NUL. */
#define TEXT_MAX 256

/*
 * Copies len bytes of src into dst (size bytes, size > 0), always NUL-terminated: each control
 * character (C0, DEL, C1) becomes a blank, each byte that is not UTF-8 becomes '?', and the text is
 * cut on a character border. Returns the length written.
 */
size_t text_clean(char *dst, size_t size, const char *src, size_t len);

/* True if text matches the glob pattern: '*' any run, '?' one byte, all else itself; ASCII case is
 * ignored. Linear in practice, never exponential. */
int text_glob(const char *pattern, const char *text);

/* A hash of len bytes, begun with 0 or, where somebody might think of texts that meet, with a
 * number that he cannot know. */
uint32_t text_hash(const char *text, size_t len, uint32_t begin);

/* A slice of somebody else's buffer: not NUL-terminated, owns nothing. ptr may be NULL if len is 0.
 */
struct slice {
	const char *ptr;
	size_t len;
};

#endif
