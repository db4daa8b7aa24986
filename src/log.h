/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.h - one line a message, with a level and a token, to stderr, syslog or the journal.
 *
 * The token names the part that speaks ("fetch", "store", "agentx"); debug messages are shown only
 * for the tokens asked for with -d. Every message passes log_put(), which replaces control
 * characters, so that text from a remote host cannot forge a line. Thread-safe.
 */
#ifndef PMTA_LOG_H
#define PMTA_LOG_H

#include <stdbool.h>

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_NOTICE,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG
};

enum log_target { LOG_TO_STDERR, LOG_TO_SYSLOG, LOG_TO_JOURNAL };

/* Chooses where messages go and the least severe level that is written. Journal is stderr with the
 * "<N>" priority prefix of sd-daemon(3). The default is stderr and LOG_LEVEL_INFO. */
void log_open(enum log_target target, enum log_level level);

/* Says how often the last message was repeated, if it was, and closes syslog. What is logged from
 * then on goes to stderr. */
void log_close(void);

/* Shows debug messages of this token; "all" shows every token. May be called several times,
 * for up to 32 tokens of 31 characters. */
void log_enable_debug(const char *token);

/* True if debug messages of this token are shown: guards work done only to be logged. */
bool log_debugging(const char *token);

/* Writes one message; longer ones are cut at 1 KiB. A message that equals the one before is counted
 * instead, and mentioned once a minute or before the next other one. Keeps errno. */
void log_put(enum log_level level, const char *token, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#define log_error(token, ...) log_put(LOG_LEVEL_ERROR, token, __VA_ARGS__)
#define log_warning(token, ...) log_put(LOG_LEVEL_WARNING, token, __VA_ARGS__)
#define log_notice(token, ...) log_put(LOG_LEVEL_NOTICE, token, __VA_ARGS__)
#define log_info(token, ...) log_put(LOG_LEVEL_INFO, token, __VA_ARGS__)
#define log_debug(token, ...) log_put(LOG_LEVEL_DEBUG, token, __VA_ARGS__)

#endif
