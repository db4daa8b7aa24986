/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * buffer.h - bytes that grow at their end, up to a bound.
 */
#ifndef PMTA_BUFFER_H
#define PMTA_BUFFER_H

#include <stddef.h>

/* Begins as { .max = bound }; bytes is not NUL-terminated and may be NULL while len is 0. */
struct buffer {
	char *bytes;
	size_t len, size, max;
};

/* Appends. Returns 0, or -1 with the buffer unchanged: errno is ENOBUFS at the bound, or ENOMEM. */
int buffer_put(struct buffer *buffer, const char *bytes, size_t len);

/* Frees the bytes; the buffer is empty then and may be used again. */
void buffer_free(struct buffer *buffer);

#endif
