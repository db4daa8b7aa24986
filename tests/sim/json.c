/* SPDX-License-Identifier: BSD-2-Clause */
#include "json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
out_of_memory(void)
{
	fputs("pmta-sim: out of memory\n", stderr);
	exit(1);
}

void *
sim_alloc(size_t count, size_t size)
{
	void *memory = calloc(count > 0 ? count : 1, size);

	if (memory == NULL)
		out_of_memory();
	return memory;
}

char *
sim_strdup(const char *text)
{
	char *copy = strdup(text);

	if (copy == NULL)
		out_of_memory();
	return copy;
}

/* Doubling keeps the copying of a 12 MB document linear. */
static void
buf_reserve(struct buf *buf, size_t more)
{
	size_t size = buf->size > 0 ? buf->size : 256;
	char *data;

	if (buf->data != NULL && buf->size - buf->len >= more)
		return;
	while (size - buf->len < more)
		size *= 2;
	data = realloc(buf->data, size);
	if (data == NULL)
		out_of_memory();
	buf->data = data;
	buf->size = size;
}

void
buf_add(struct buf *buf, const char *bytes, size_t len)
{
	buf_reserve(buf, len);
	if (len > 0)
		memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
}

void
buf_put(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void
buf_char(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void
buf_number(struct buf *buf, uint64_t number)
{
	char digits[20];
	/* 2^64 has 20 digits; from the right, as they come. */
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	buf_add(buf, digits + at, sizeof(digits) - at);
}

void
buf_printf(struct buf *buf, const char *format, ...)
{
	size_t room = 256;

	/* Most texts fit at once; a longer one tells its length and is written again. */
	for (;;) {
		va_list args;
		int len;

		buf_reserve(buf, room);
		va_start(args, format);
		len = vsnprintf(buf->data + buf->len, room, format, args);
		va_end(args);
		if (len < 0)
			return;
		if ((size_t)len < room) {
			buf->len += (size_t)len;
			return;
		}
		room = (size_t)len + 1;
	}
}

int
buf_read_file(struct buf *buf, const char *path)
{
	FILE *file = fopen(path, "rb");
	char block[65536];
	size_t len;
	int result;

	if (file == NULL)
		return -1;
	while ((len = fread(block, 1, sizeof(block), file)) > 0)
		buf_add(buf, block, len);
	result = ferror(file) ? -1 : 0;
	fclose(file);
	return result;
}

void
buf_free(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf){0};
}

/* The terminator is not counted: the next addition writes over it. */
const char *
buf_text(struct buf *buf)
{
	buf_reserve(buf, 1);
	buf->data[buf->len] = '\0';
	return buf->data;
}

void
buf_consume(struct buf *buf, size_t len)
{
	memmove(buf->data, buf->data + len, buf->len - len);
	buf->len -= len;
}

/* RFC 8259, 7: quotes, backslashes and control characters are escaped, UTF-8 stands as it is. */
static void
put_string(struct buf *buf, const char *text)
{
	buf_char(buf, '"');
	for (const char *p = text; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '"' || c == '\\') {
			buf_char(buf, '\\');
			buf_char(buf, *p);
		} else if (c < 0x20) {
			buf_printf(buf, "\\u%04x", c);
		} else {
			buf_char(buf, *p);
		}
	}
	buf_char(buf, '"');
}

static void
put_key(struct buf *buf, const char *key)
{
	char last = buf->len > 0 ? buf->data[buf->len - 1] : '{';

	/* An opening bracket inside a string is always followed by that string's quote. */
	if (last != '{' && last != '[')
		buf_char(buf, ',');
	if (key != NULL) {
		put_string(buf, key);
		buf_char(buf, ':');
	}
}

void
json_number(struct buf *buf, const char *key, uint64_t number)
{
	put_key(buf, key);
	buf_number(buf, number);
}

void
json_text(struct buf *buf, const char *key, const char *text)
{
	put_key(buf, key);
	put_string(buf, text);
}

void
json_raw(struct buf *buf, const char *key, const char *value)
{
	put_key(buf, key);
	buf_put(buf, value);
}

void
json_kb(struct buf *buf, const char *key, uint64_t bytes)
{
	/* In whole tenths: a double would round large queues. */
	uint64_t rest = bytes % 1024 * 10;
	uint64_t tenths = bytes / 1024 * 10 + (rest + 512) / 1024;

	put_key(buf, key);
	buf_number(buf, tenths / 10);
	if (tenths % 10 != 0) {
		buf_char(buf, '.');
		buf_number(buf, tenths % 10);
	}
}

void
json_open(struct buf *buf, const char *key, char open)
{
	put_key(buf, key);
	buf_char(buf, open);
}

void
json_close(struct buf *buf, char close)
{
	buf_char(buf, close);
}
