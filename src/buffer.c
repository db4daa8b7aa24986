/* SPDX-License-Identifier: BSD-2-Clause */
#include "buffer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE 1024

int
buffer_put(struct buffer *buffer, const char *bytes, size_t len)
{
	size_t size = buffer->size != 0 ? buffer->size : FIRST_SIZE;
	char *grown;

	if (len > buffer->max - buffer->len) {
		errno = ENOBUFS;
		return -1;
	}
	while (size < buffer->len + len)
		size *= 2;
	if (size != buffer->size) {
		if ((grown = realloc(buffer->bytes, size)) == NULL)
			return -1;
		buffer->bytes = grown;
		buffer->size = size;
	}
	if (len > 0)
		memcpy(buffer->bytes + buffer->len, bytes, len);
	buffer->len += len;
	return 0;
}

void
buffer_free(struct buffer *buffer)
{
	free(buffer->bytes);
	buffer->bytes = NULL;
	buffer->len = buffer->size = 0;
}
