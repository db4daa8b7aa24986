/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

enum { STREAM_BLOCK = 16384, PIECES_A_SECOND = 10 };

struct sleeper {
	struct MHD_Connection *connection;
	double until; /* INFINITY: until released */
};

struct streams {
	struct sleeper *sleepers;
	size_t count, size;
};

struct streams *
streams_new(void)
{
	return sim_alloc(1, sizeof(struct streams));
}

void
streams_free(struct streams *streams)
{
	if (streams == NULL)
		return;
	free(streams->sleepers);
	free(streams);
}

/* A suspended connection costs nothing; one that is asked again and again would cost the core. */
static void
put_to_sleep(struct streams *streams, struct MHD_Connection *connection, double until)
{
	if (streams->count == streams->size) {
		size_t size = streams->size > 0 ? streams->size * 2 : 8;
		struct sleeper *sleepers = sim_alloc(size, sizeof(*sleepers));

		if (streams->count > 0)
			memcpy(sleepers, streams->sleepers, streams->count * sizeof(*sleepers));
		free(streams->sleepers);
		streams->sleepers = sleepers;
		streams->size = size;
	}
	streams->sleepers[streams->count++] = (struct sleeper){connection, until};
	MHD_suspend_connection(connection);
}

void
streams_hang(struct streams *streams, struct MHD_Connection *connection)
{
	put_to_sleep(streams, connection, (double)INFINITY);
}

static void
wake(struct streams *streams, double now)
{
	size_t kept = 0;

	for (size_t i = 0; i < streams->count; i++) {
		if (streams->sleepers[i].until <= now)
			MHD_resume_connection(streams->sleepers[i].connection);
		else
			streams->sleepers[kept++] = streams->sleepers[i];
	}
	streams->count = kept;
}

void
streams_wake(struct streams *streams, double now)
{
	wake(streams, now);
}

void
streams_release(struct streams *streams)
{
	wake(streams, (double)INFINITY);
}

int
streams_wait_ms(const struct streams *streams, double now)
{
	double first = (double)INFINITY;

	for (size_t i = 0; i < streams->count; i++)
		first = fmin(first, streams->sleepers[i].until);
	if (isinf(first))
		return -1;
	return first <= now ? 0 : (int)((first - now) * 1000) + 1;
}

/* What a reply that is made while it is sent remembers. */
struct stream {
	struct streams *streams;
	struct MHD_Connection *connection;
	struct buf body;
	uint64_t rate, left;
	double next; /* when the next piece may go */
	uint64_t item;
};

static void
stream_free(void *cls)
{
	struct stream *stream = cls;

	buf_free(&stream->body);
	free(stream);
}

/* Takes the body's bytes over, so that the caller's buffer is empty afterwards. */
static struct stream *
stream_new(struct buf *body)
{
	struct stream *stream = sim_alloc(1, sizeof(*stream));

	if (body != NULL) {
		stream->body = *body;
		*body = (struct buf){0};
	}
	return stream;
}

static struct MHD_Response *
respond(struct stream *stream, uint64_t size, MHD_ContentReaderCallback read)
{
	struct MHD_Response *response =
		MHD_create_response_from_callback(size, STREAM_BLOCK, read, stream, stream_free);

	if (response == NULL)
		stream_free(stream);
	return response;
}

static ssize_t
read_slowly(void *cls, uint64_t at, char *out, size_t room)
{
	struct stream *stream = cls;
	uint64_t piece = stream->rate / PIECES_A_SECOND;
	double now = clock_real();

	if (now < stream->next) {
		put_to_sleep(stream->streams, stream->connection, stream->next);
		return 0;
	}
	if (piece == 0)
		piece = 1;
	if (piece > room)
		piece = room;
	if (piece > stream->body.len - at)
		piece = stream->body.len - at;
	memcpy(out, stream->body.data + at, piece);
	stream->next = now + (double)piece / (double)stream->rate;
	return (ssize_t)piece;
}

struct MHD_Response *
stream_slow(struct streams *streams, struct MHD_Connection *connection, struct buf *body,
	    uint64_t rate)
{
	struct stream *stream = stream_new(body);

	stream->streams = streams;
	stream->connection = connection;
	stream->rate = rate > 0 ? rate : 1;
	return respond(stream, stream->body.len, read_slowly);
}

/* The length of the whole has been announced: to the reader it is a broken connection. */
static ssize_t
read_half(void *cls, uint64_t at, char *out, size_t room)
{
	struct stream *stream = cls;
	uint64_t half = stream->body.len / 2, piece;

	if (at >= half)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	piece = half - at < room ? half - at : room;
	memcpy(out, stream->body.data + at, piece);
	return (ssize_t)piece;
}

struct MHD_Response *
stream_cut(struct buf *body)
{
	struct stream *stream = stream_new(body);

	return respond(stream, stream->body.len, read_half);
}

/* A document that could be good, up to here: a reader must bound what it takes, not what it
 * dislikes. */
static void
put_more(struct stream *stream)
{
	struct buf *body = &stream->body;

	if (stream->item == 0)
		buf_put(body, "{\"data\":{\"title\":\"Top queues\",\"queues\":[");
	while (body->len < STREAM_BLOCK) {
		if (stream->item > 0)
			buf_char(body, ',');
		buf_printf(body,
			   "{\"name\":\"endless-%llu.example/vmta-a\",\"rcp\":1,\"kb\":4.5,"
			   "\"conn\":0,\"errors\":[],\"paused\":\"no\",\"mode\":\"normal\","
			   "\"retryTime\":\"\"}",
			   (unsigned long long)stream->item++);
	}
}

static ssize_t
read_endlessly(void *cls, uint64_t at, char *out, size_t room)
{
	struct stream *stream = cls;
	size_t piece;

	(void)at;
	if (stream->left == 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	put_more(stream);
	piece = stream->body.len < room ? stream->body.len : room;
	if (piece > stream->left)
		piece = stream->left;
	memcpy(out, stream->body.data, piece);
	buf_consume(&stream->body, piece);
	stream->left -= piece;
	return (ssize_t)piece;
}

struct MHD_Response *
stream_huge(uint64_t bytes)
{
	struct stream *stream = stream_new(NULL);

	stream->left = bytes;
	return respond(stream, MHD_SIZE_UNKNOWN, read_endlessly);
}
