/* SPDX-License-Identifier: BSD-2-Clause */
#include "checker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aside.h"
#include "fetch_smtp.h"
#include "log.h"

/* A look is over within a blink, or has met a file system that hangs: then nobody is in a hurry. */
#define BLINK_MS 200
#define BLINK_STEP_MS 10
#define HANG_STEP_MS 250

/* One thing that is looked at now and then. */
struct check {
	int64_t due; /* monotonic ms; INT64_MAX: never */
	int64_t began;
	bool busy;
	bool failing; /* the last look failed: logged once */
};

struct checker {
	struct model_server *server;
	const struct conf *conf;
	const struct conf_server *section;
	struct check smtp, spool, process;
	struct fetch_smtp *greeter;
	struct aside **disk_looks; /* by path; NULL: none under way */
	struct aside *process_look;
	bool files_told; /* that open files cannot be counted was logged */
};

static void
log_change(const struct checker *checker, struct check *check, uint32_t source, const char *error)
{
	const char *server = checker->server->name;
	const struct model_source *of = model_source(checker->server, source);
	const char *name = of != NULL ? of->name : "";

	if (error != NULL && !check->failing)
		log_warning("check", "%s: %s: %s", server, name, error);
	else if (error == NULL && check->failing)
		log_notice("check", "%s: %s: good again", server, name);
	else if (error != NULL)
		log_debug("check", "%s: %s: %s", server, name, error);
	check->failing = error != NULL;
}

/* Notes what came of a look, and when the next one is due: by the clock of the schedule, but never
 * to make up for missed ones. */
static void
check_ended(struct checker *checker, struct check *check, uint32_t source, const char *error,
	    uint32_t interval_ms, struct moment now)
{
	model_source_done(checker->server, source, error, (uint32_t)(now.mono_ms - check->began),
			  now);
	log_change(checker, check, source, error);
	check->busy = false;
	check->due += interval_ms;
	if (check->due <= now.mono_ms)
		check->due = now.mono_ms + interval_ms;
}

static void
smtp_greeted(void *ctx, const struct check_smtp *result)
{
	struct checker *checker = ctx;
	const struct moment now = moment_now();
	struct check_smtp seen = *result;
	char error[TEXT_MAX];

	seen.probed_mono = now.mono_ms;
	check_smtp_say(&seen, error);
	model_apply_smtp(checker->server, &seen);
	check_ended(checker, &checker->smtp, MODEL_SOURCE_SMTP,
		    seen.state == SNAP_PROBE_ACCEPTING ? NULL : error,
		    checker->section->smtp_interval_ms, now);
}

static void
smtp_start(struct checker *checker, struct moment now)
{
	checker->smtp.began = now.mono_ms;
	checker->smtp.busy = fetch_smtp_greet(checker->greeter, smtp_greeted, checker) == 0;
	if (!checker->smtp.busy)
		check_ended(checker, &checker->smtp, MODEL_SOURCE_SMTP,
			    "cannot be tried: no memory", checker->section->smtp_interval_ms, now);
}

/* A look that hung the last time and still does is not begun again. */
static void
spool_start(struct checker *checker, struct moment now)
{
	checker->spool.began = now.mono_ms;
	checker->spool.busy = true;
	for (size_t i = 0; i < checker->section->spool_count; i++) {
		struct aside **look = &checker->disk_looks[i];
		struct disk_look wanted = {.error = 0};

		if (*look != NULL && aside_result(*look) == NULL)
			continue;
		aside_drop(*look);
		snprintf(wanted.path, sizeof wanted.path, "%s", checker->section->spool[i]);
		*look = aside_start(check_disk_read, &wanted, sizeof wanted);
	}
}

/* Takes what the look at one path showed. Returns true if it is good, else says why not. */
static bool
take_disk(struct aside *look, const char *path, struct check_disk *disk, char text[TEXT_MAX])
{
	const struct disk_look *seen = look != NULL ? aside_result(look) : NULL;
	const char *why = "no thread to look at it with";
	char raw[2 * TEXT_MAX];

	if (seen != NULL && seen->error == 0) {
		check_disk_add(disk, seen);
		return true;
	}
	if (look != NULL)
		why = seen != NULL ? strerror(seen->error) : "the file system does not answer";
	snprintf(raw, sizeof raw, "%.255s: %s", path, why);
	text_clean(text, TEXT_MAX, raw, strlen(raw));
	return false;
}

/* The paths that answered are worth showing even if one does not. */
static void
spool_end(struct checker *checker, struct moment now)
{
	const struct conf_server *section = checker->section;
	struct check_disk disk;
	char error[TEXT_MAX] = "";
	size_t good = 0;

	check_disk_begin(&disk);
	for (size_t i = 0; i < section->spool_count; i++)
		good += take_disk(checker->disk_looks[i], section->spool[i], &disk, error);
	if (good > 0)
		model_apply_disk(checker->server, &disk, now);
	check_ended(checker, &checker->spool, MODEL_SOURCE_SPOOL,
		    good == section->spool_count ? NULL : error, checker->conf->poll_interval_ms,
		    now);
}

static bool
is_over(const struct check *check, const struct conf *conf, struct moment now)
{
	return now.mono_ms - check->began >= conf->timeout_ms;
}

static void
spool_take(struct checker *checker, struct moment now)
{
	bool waiting = false;

	for (size_t i = 0; i < checker->section->spool_count; i++) {
		struct aside *look = checker->disk_looks[i];

		waiting |= look != NULL && aside_result(look) == NULL;
	}
	if (!waiting || is_over(&checker->spool, checker->conf, now))
		spool_end(checker, now);
}

static void
process_start(struct checker *checker, struct moment now)
{
	struct process_look wanted = {.proc = "/proc"};

	checker->process.began = now.mono_ms;
	checker->process.busy = true;
	if (checker->process_look != NULL)
		return;
	if (checker->section->pid_file != NULL)
		snprintf(wanted.pid_file, sizeof wanted.pid_file, "%s", checker->section->pid_file);
	checker->process_look = aside_start(check_process_read, &wanted, sizeof wanted);
}

static void
tell_files(struct checker *checker, const struct process_look *look)
{
	if (look->files_error != 0 && !checker->files_told)
		log_warning("check",
			    "%s: open files of process %u cannot be counted: %s (before Linux 6.2 "
			    "only its own user can, or a daemon with CAP_DAC_READ_SEARCH)",
			    checker->server->name, look->process.pid, strerror(look->files_error));
	checker->files_told = look->files_error != 0;
}

static void
process_end(struct checker *checker, const struct process_look *look, struct moment now)
{
	const char *error = NULL;
	char text[TEXT_MAX];

	if (look == NULL)
		error = checker->process_look != NULL ? "no answer from /proc"
						      : "no thread to look at it with";
	else if (!look->found)
		error = look->error;
	if (error != NULL)
		snprintf(text, sizeof text, "%s", error);
	if (look != NULL) {
		model_apply_process(checker->server, look->found ? &look->process : NULL, now);
		if (look->found)
			tell_files(checker, look);
		aside_drop(checker->process_look);
		checker->process_look = NULL;
	}
	check_ended(checker, &checker->process, MODEL_SOURCE_PROCESS, error != NULL ? text : NULL,
		    checker->conf->poll_interval_ms, now);
}

static void
process_take(struct checker *checker, struct moment now)
{
	struct aside *aside = checker->process_look;
	const struct process_look *look = aside != NULL ? aside_result(aside) : NULL;

	if (look != NULL || aside == NULL || is_over(&checker->process, checker->conf, now))
		process_end(checker, look, now);
}

struct checker *
checker_new(struct fetch *fetch, struct model_server *server, const struct conf *conf,
	    int64_t first_due)
{
	const struct conf_server *section = server->section;
	struct checker *checker = calloc(1, sizeof *checker);

	if (checker == NULL)
		return NULL;
	checker->server = server;
	checker->conf = conf;
	checker->section = section;
	checker->smtp.due = section->smtp_probe != NULL ? first_due : INT64_MAX;
	checker->spool.due = section->spool_count > 0 ? first_due : INT64_MAX;
	checker->process.due = section->process ? first_due : INT64_MAX;
	checker->disk_looks = calloc(section->spool_count + 1, sizeof(struct aside *));
	if (section->smtp_probe != NULL)
		checker->greeter =
			fetch_smtp_new(fetch, section->smtp_probe, section->smtp_timeout_ms);
	if (checker->disk_looks == NULL ||
	    (section->smtp_probe != NULL && checker->greeter == NULL)) {
		checker_free(checker);
		return NULL;
	}
	return checker;
}

void
checker_free(struct checker *checker)
{
	if (checker == NULL)
		return;
	fetch_smtp_free(checker->greeter);
	for (size_t i = 0; checker->disk_looks != NULL && i < checker->section->spool_count; i++)
		aside_drop(checker->disk_looks[i]);
	free(checker->disk_looks);
	aside_drop(checker->process_look);
	free(checker);
}

/* When a look beside is to be asked for again. */
static int64_t
next_look(const struct check *check, struct moment now)
{
	if (!check->busy)
		return check->due;
	return now.mono_ms + (now.mono_ms - check->began < BLINK_MS ? BLINK_STEP_MS : HANG_STEP_MS);
}

int64_t
checker_run(struct checker *checker, struct moment now)
{
	int64_t next, spool, process;

	if (!checker->smtp.busy && checker->smtp.due <= now.mono_ms)
		smtp_start(checker, now);
	if (!checker->spool.busy && checker->spool.due <= now.mono_ms)
		spool_start(checker, now);
	else if (checker->spool.busy)
		spool_take(checker, now);
	if (!checker->process.busy && checker->process.due <= now.mono_ms)
		process_start(checker, now);
	else if (checker->process.busy)
		process_take(checker, now);
	next = checker->smtp.busy ? INT64_MAX : checker->smtp.due;
	spool = next_look(&checker->spool, now);
	process = next_look(&checker->process, now);
	if (spool < next)
		next = spool;
	return process < next ? process : next;
}
