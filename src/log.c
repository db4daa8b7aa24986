/* SPDX-License-Identifier: BSD-2-Clause */
#include "log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "moment.h"
#include "text.h"

#define LINE_MAX_BYTES 1024
#define TOKENS_MAX 32
#define TOKEN_SIZE 32
#define REPEAT_MS 60000 /* a message that goes on and on is mentioned this often */

static const struct {
	const char *name;
	int priority; /* as syslog(3) and sd-daemon(3) number it */
} levels[] = {
	[LOG_LEVEL_ERROR] = {"error", LOG_ERR},	     [LOG_LEVEL_WARNING] = {"warning", LOG_WARNING},
	[LOG_LEVEL_NOTICE] = {"notice", LOG_NOTICE}, [LOG_LEVEL_INFO] = {"info", LOG_INFO},
	[LOG_LEVEL_DEBUG] = {"debug", LOG_DEBUG},
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static enum log_target out_target = LOG_TO_STDERR;
static _Atomic enum log_level least_level = LOG_LEVEL_INFO;

/* Tokens are only ever added, so that readers need no lock: a token is complete before it counts.
 */
static char tokens[TOKENS_MAX][TOKEN_SIZE];
static atomic_size_t token_count;

/* The message written last, and how often it came again since. */
static struct {
	enum log_level level;
	char text[LINE_MAX_BYTES];
	unsigned repeats;
	int64_t written_ms;
} last;

static void
write_all(const char *text, size_t len)
{
	while (len > 0) {
		ssize_t done = write(STDERR_FILENO, text, len);

		if (done < 0 && errno != EINTR)
			return; /* nowhere is left to complain to */
		if (done > 0) {
			text += done;
			len -= (size_t)done;
		}
	}
}

/* One write(2) a line, so that lines of several processes do not mix. */
static void
write_line(enum log_level level, const char *text, int64_t wall_ms)
{
	char line[LINE_MAX_BYTES + 64], stamp[32] = "";
	time_t now = (time_t)(wall_ms / 1000);
	struct tm tm;
	int len;

	if (out_target == LOG_TO_SYSLOG) {
		syslog(levels[level].priority, "%s", text);
		return;
	}
	if (out_target == LOG_TO_JOURNAL) {
		len = snprintf(line, sizeof line, "<%d>%s\n", levels[level].priority, text);
	} else {
		if (localtime_r(&now, &tm))
			strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%S ", &tm);
		len = snprintf(line, sizeof line, "%s%s: %s\n", stamp, levels[level].name, text);
	}
	write_all(line, (size_t)len);
}

static void
write_repeats(struct moment now)
{
	char text[64];

	if (last.repeats == 0)
		return;
	snprintf(text, sizeof text, "last message repeated %u times", last.repeats);
	last.repeats = 0;
	last.written_ms = now.mono_ms;
	write_line(last.level, text, now.wall_ms);
}

static void
write_message(enum log_level level, const char *text, struct moment now)
{
	if (level == last.level && strcmp(text, last.text) == 0) {
		last.repeats++;
		if (now.mono_ms - last.written_ms >= REPEAT_MS)
			write_repeats(now);
		return;
	}
	write_repeats(now);
	write_line(level, text, now.wall_ms);
	last.level = level;
	last.written_ms = now.mono_ms;
	snprintf(last.text, sizeof last.text, "%s", text);
}

void
log_open(enum log_target target, enum log_level level)
{
	pthread_mutex_lock(&lock);
	write_repeats(moment_now());
	last.text[0] = '\0';
	if (out_target == LOG_TO_SYSLOG)
		closelog();
	if (target == LOG_TO_SYSLOG)
		openlog("pmta-monitord", LOG_PID | LOG_NDELAY, LOG_DAEMON);
	out_target = target;
	atomic_store(&least_level, level);
	pthread_mutex_unlock(&lock);
}

void
log_close(void)
{
	log_open(LOG_TO_STDERR, atomic_load(&least_level));
}

void
log_enable_debug(const char *token)
{
	size_t count;

	pthread_mutex_lock(&lock);
	count = atomic_load(&token_count);
	if (count < TOKENS_MAX) {
		snprintf(tokens[count], TOKEN_SIZE, "%s", token);
		atomic_store(&token_count, count + 1);
	}
	pthread_mutex_unlock(&lock);
}

bool
log_debugging(const char *token)
{
	size_t count = atomic_load(&token_count);

	if (atomic_load(&least_level) == LOG_LEVEL_DEBUG)
		return true;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(tokens[i], token) == 0 || strcmp(tokens[i], "all") == 0)
			return true;
	}
	return false;
}

void
log_put(enum log_level level, const char *token, const char *fmt, ...)
{
	char raw[LINE_MAX_BYTES], clean[LINE_MAX_BYTES];
	int saved_errno = errno, len;
	va_list ap;

	if (level == LOG_LEVEL_DEBUG ? !log_debugging(token) : level > atomic_load(&least_level))
		return;
	len = snprintf(raw, sizeof raw, "%s: ", token);
	if (len >= 0 && (size_t)len < sizeof raw) {
		va_start(ap, fmt);
		vsnprintf(raw + len, sizeof raw - (size_t)len, fmt, ap);
		va_end(ap);
	}
	text_clean(clean, sizeof clean, raw, strlen(raw));
	pthread_mutex_lock(&lock);
	write_message(level, clean, moment_now());
	pthread_mutex_unlock(&lock);
	errno = saved_errno;
}
