/* SPDX-License-Identifier: BSD-2-Clause */
#include "acct_pump.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "thread.h"

/* One read; a pipe has this unless it was enlarged. */
#define PIECE ((size_t)64 * 1024)

struct acct_pump {
	pthread_t thread;
	int fd;
	int filled_fd; /* eventfd: readable while bytes are held */
	int stop_fd;   /* eventfd: readable when the thread must end */
	bool losing;   /* the thread's: memory was full, and nothing has been kept since */
	bool at_line;  /* the thread's: while losing, the next byte begins a line */
	char piece[PIECE];
	pthread_mutex_t lock; /* for all below */
	struct acct_pump_state state;
	bool reading; /* what the thread reads is neither in the pipe nor held */
	size_t head;  /* of the first byte held; held bytes may go on at the ring's begin */
	char ring[ACCT_PUMP_MAX];
};

static void
signal_fd(int fd)
{
	const uint64_t one = 1;

	/* It cannot fail but by overflow, and then it is readable anyway. */
	while (write(fd, &one, sizeof one) < 0 && errno == EINTR)
		;
}

static void
clear_fd(int fd)
{
	uint64_t count;

	while (read(fd, &count, sizeof count) < 0 && errno == EINTR)
		;
}

/* Copies out of the ring and counts the bytes as gone. */
static void
ring_take(struct acct_pump *pump, char *to, size_t len)
{
	size_t first = ACCT_PUMP_MAX - pump->head;

	first = first < len ? first : len;
	memcpy(to, pump->ring + pump->head, first);
	memcpy(to + first, pump->ring, len - first);
	pump->head = (pump->head + len) % ACCT_PUMP_MAX;
	pump->state.held -= len;
}

/* Behind what is held; there is room for it. */
static void
ring_put(struct acct_pump *pump, const char *bytes, size_t len)
{
	size_t tail, first;

	/* An empty ring begins at its begin again, so that its other pages stay untouched. */
	if (pump->state.held == 0)
		pump->head = 0;
	tail = (pump->head + pump->state.held) % ACCT_PUMP_MAX;
	first = ACCT_PUMP_MAX - tail;
	first = first < len ? first : len;
	memcpy(pump->ring + tail, bytes, first);
	memcpy(pump->ring, bytes + first, len - first);
	pump->state.held += len;
}

/* Throws the begun row at the end of the ring away: its rest will not come. Returns its bytes. */
static size_t
drop_begun_row(struct acct_pump *pump)
{
	size_t held = pump->state.held;
	size_t begun = 0;

	while (begun < held && pump->ring[(pump->head + held - begun - 1) % ACCT_PUMP_MAX] != '\n')
		begun++;
	pump->state.held -= begun;
	return begun;
}

/* Bytes that go of a piece while the memory was full. Nothing is kept until half of it is free, and
 * then from a line's begin on. */
static size_t
lost_of(struct acct_pump *pump, size_t len)
{
	const char *line_end = memchr(pump->piece, '\n', len);

	pump->losing = pump->state.held > ACCT_PUMP_MAX / 2 || (!pump->at_line && !line_end);
	if (!pump->losing)
		return pump->at_line ? 0 : (size_t)(line_end + 1 - pump->piece);
	pump->at_line = pump->piece[len - 1] == '\n';
	return len;
}

static void
keep(struct acct_pump *pump, size_t len)
{
	bool was_empty;
	size_t lost = 0;

	pthread_mutex_lock(&pump->lock);
	was_empty = pump->state.held == 0;
	if (!pump->losing && len > ACCT_PUMP_MAX - pump->state.held) {
		size_t begun = drop_begun_row(pump);

		pump->losing = true;
		pump->at_line = begun == 0;
		pump->state.losses++;
		pump->state.lost += begun;
	}
	if (pump->losing)
		lost = lost_of(pump, len);
	pump->state.lost += lost;
	ring_put(pump, pump->piece + lost, len - lost);
	if (was_empty && pump->state.held > 0)
		signal_fd(pump->filled_fd);
	pump->reading = false;
	pthread_mutex_unlock(&pump->lock);
}

static void
set_reading(struct acct_pump *pump, bool reading)
{
	pthread_mutex_lock(&pump->lock);
	pump->reading = reading;
	pthread_mutex_unlock(&pump->lock);
}

static void
end(struct acct_pump *pump, int error)
{
	pthread_mutex_lock(&pump->lock);
	pump->state.ended = true;
	pump->state.error = error;
	pump->reading = false;
	signal_fd(pump->filled_fd);
	pthread_mutex_unlock(&pump->lock);
}

/* Waits first, since standard input blocks: its flags are not ours alone to change. */
static void *
run(void *ctx)
{
	struct acct_pump *pump = ctx;
	struct pollfd fds[2] = {{.fd = pump->stop_fd, .events = POLLIN},
				{.fd = pump->fd, .events = POLLIN}};

	for (;;) {
		ssize_t got;

		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[0].revents != 0)
			return NULL;
		if (fds[1].revents == 0)
			continue;
		set_reading(pump, true);
		got = read(pump->fd, pump->piece, sizeof pump->piece);
		if (got > 0) {
			keep(pump, (size_t)got);
		} else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
			end(pump, got == 0 ? 0 : errno);
			return NULL;
		} else {
			set_reading(pump, false);
		}
	}
}

static void
pump_close(struct acct_pump *pump)
{
	if (pump->filled_fd >= 0)
		close(pump->filled_fd);
	if (pump->stop_fd >= 0)
		close(pump->stop_fd);
	free(pump);
}

struct acct_pump *
acct_pump_new(int fd)
{
	struct acct_pump *pump = malloc(sizeof *pump);
	int error;

	if (!pump)
		return NULL;
	pump->fd = fd;
	pump->losing = false;
	pump->at_line = false;
	pump->state = (struct acct_pump_state){0};
	pump->reading = false;
	pump->head = 0;
	pump->filled_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pump->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	error = pump->filled_fd < 0 || pump->stop_fd < 0 ? errno : 0;
	if (error == 0) {
		pthread_mutex_init(&pump->lock, NULL);
		error = thread_start(&pump->thread, run, pump);
	}
	if (error == 0)
		return pump;
	pump_close(pump);
	errno = error;
	return NULL;
}

void
acct_pump_free(struct acct_pump *pump)
{
	if (!pump)
		return;
	signal_fd(pump->stop_fd);
	pthread_join(pump->thread, NULL);
	pthread_mutex_destroy(&pump->lock);
	close(pump->fd);
	pump_close(pump);
}

int
acct_pump_fd(const struct acct_pump *pump)
{
	return pump->filled_fd;
}

size_t
acct_pump_take(struct acct_pump *pump, char *to, size_t size)
{
	size_t len;

	pthread_mutex_lock(&pump->lock);
	len = size < pump->state.held ? size : pump->state.held;
	ring_take(pump, to, len);
	if (pump->state.held == 0)
		clear_fd(pump->filled_fd);
	pthread_mutex_unlock(&pump->lock);
	return len;
}

void
acct_pump_look(struct acct_pump *pump, struct acct_pump_state *out)
{
	int unread = 0;

	pthread_mutex_lock(&pump->lock);
	*out = pump->state;
	/* Under the lock, since the thread says so before it reads. */
	out->coming = pump->reading || (ioctl(pump->fd, FIONREAD, &unread) == 0 && unread > 0);
	pthread_mutex_unlock(&pump->lock);
}
