/* SPDX-License-Identifier: BSD-2-Clause */
#include "action_exec.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "action_text.h"
#include "text.h"

/* Between SIGTERM and SIGKILL. */
#define GRACE_MS 2000

struct action_exec {
	pid_t pid;
	int process, error; /* pidfd; read end of its standard error, -1 closed */
	int64_t due;	    /* next signal */
	bool terminated;    /* SIGTERM was sent */
	uint32_t limit_s;
	size_t said_len;
	char said[256];
};

__attribute__((format(printf, 2, 3))) static void
fail(struct action_outcome *outcome, const char *fmt, ...)
{
	char raw[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(raw, sizeof raw, fmt, ap);
	va_end(ap);
	*outcome = (struct action_outcome){0};
	text_clean(outcome->error, sizeof outcome->error, raw, strlen(raw));
}

/* The program must not notice what our threads block and ignore. 0 or an error number. */
static int
set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;
	int error;

	sigemptyset(&none);
	sigfillset(&all);
	error = posix_spawnattr_setsigmask(attributes, &none);
	if (error == 0)
		error = posix_spawnattr_setsigdefault(attributes, &all);
	if (error == 0)
		error = posix_spawnattr_setpgroup(attributes, 0);
	if (error == 0)
		error = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK |
								     POSIX_SPAWN_SETSIGDEF |
								     POSIX_SPAWN_SETPGROUP);
	return error;
}

/* Nothing of ours stays open in it but these three. 0 or an error number. */
static int
set_files(posix_spawn_file_actions_t *files, int input, int errors)
{
	int error = posix_spawn_file_actions_adddup2(files, input, 0);

	if (error == 0)
		error = posix_spawn_file_actions_addopen(files, 1, "/dev/null", O_WRONLY, 0);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(files, errors, 2);
	if (error == 0)
		error = posix_spawn_file_actions_addclosefrom_np(files, 3);
	return error;
}

/* 0 or an error number. */
static int
spawn(const struct conf_action *action, char **environment, int input, int errors, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	char **arguments = calloc(action->exec_count + 1, sizeof *arguments);
	int error;

	if (arguments == NULL)
		return ENOMEM;
	for (size_t i = 0; i < action->exec_count; i++)
		arguments[i] = (char *)(uintptr_t)action->exec[i];
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attributes);
	error = set_attributes(&attributes);
	if (error == 0)
		error = set_files(&files, input, errors);
	if (error == 0)
		error = posix_spawn(pid, arguments[0], &files, &attributes, arguments, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	free(arguments);
	return error;
}

static void
close_both(const int fds[2])
{
	if (fds[0] >= 0)
		close(fds[0]);
	if (fds[1] >= 0)
		close(fds[1]);
}

/* Its input is written before it starts: an empty pipe holds far more than an event. */
static int
open_pipes(int input[2], int errors[2], const char *json)
{
	const size_t len = strlen(json);

	if (pipe2(input, O_CLOEXEC | O_NONBLOCK) != 0 || pipe2(errors, O_CLOEXEC) != 0)
		return -1;
	if (write(input[1], json, len) != (ssize_t)len)
		return -1;
	/* The program may well expect an input that blocks. */
	if (fcntl(input[0], F_SETFL, 0) != 0 || fcntl(errors[0], F_SETFL, O_NONBLOCK) != 0)
		return -1;
	return 0;
}

static int
run_program(struct action_exec *run, const struct conf_action *action, char **environment,
	    const char *json)
{
	int input[2] = {-1, -1}, errors[2] = {-1, -1};
	int error = open_pipes(input, errors, json) != 0 ? errno : 0;

	if (error == 0)
		error = spawn(action, environment, input[0], errors[1], &run->pid);
	if (error == 0) {
		run->error = errors[0];
		errors[0] = -1;
		run->process = pidfd_open(run->pid, 0);
	}
	close_both(input);
	close_both(errors);
	return error;
}

struct action_exec *
action_exec_start(const struct conf_action *action, const struct snap_event *event, int64_t now,
		  struct action_outcome *outcome)
{
	struct action_exec *run = calloc(1, sizeof *run);
	char **environment = action_environment(event);
	char *json = action_json(event, CONF_ACTION_JSON, NULL);
	int error = ENOMEM;

	if (run != NULL && environment != NULL && json != NULL) {
		run->error = run->process = -1;
		run->limit_s = action->timeout_s;
		run->due = now + (int64_t)action->timeout_s * 1000;
		error = run_program(run, action, environment, json);
	}
	if (error != 0) {
		fail(outcome, "cannot be started: %s", strerror(error));
		free(run);
		run = NULL;
	}
	action_environment_free(environment);
	free(json);
	return run;
}

void
action_exec_fds(const struct action_exec *run, int fds[2])
{
	fds[0] = run->process;
	fds[1] = run->error;
}

int64_t
action_exec_due(const struct action_exec *run)
{
	return run->due;
}

/* Keeps how it begins; all must be read, else the program would wait for us. */
static void
take_errors(struct action_exec *run)
{
	char bytes[4096];
	ssize_t len;

	for (int i = 0; run->error >= 0 && i < 16; i++) {
		len = read(run->error, bytes, sizeof bytes);
		if (len < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (len <= 0) {
			close(run->error);
			run->error = -1;
			return;
		}
		if ((size_t)len > sizeof run->said - 1 - run->said_len)
			len = (ssize_t)(sizeof run->said - 1 - run->said_len);
		memcpy(run->said + run->said_len, bytes, (size_t)len);
		run->said_len += (size_t)len;
	}
}

static void
conclude(struct action_exec *run, const siginfo_t *info, struct action_outcome *outcome)
{
	const char *colon = ": ";

	take_errors(run);
	run->said[run->said_len] = '\0';
	run->said[strcspn(run->said, "\r\n")] = '\0';
	if (run->said[0] == '\0')
		colon = "";
	if (run->terminated)
		fail(outcome, "ran longer than %u s and was ended%s%s", run->limit_s, colon,
		     run->said);
	else if (info->si_code == CLD_EXITED && info->si_status == 0)
		*outcome = (struct action_outcome){.ok = true};
	else if (info->si_code == CLD_EXITED)
		fail(outcome, "exited with status %d%s%s", info->si_status, colon, run->said);
	else
		fail(outcome, "was killed by signal %d%s%s", info->si_status, colon, run->said);
}

static void
send_due_signal(struct action_exec *run, int64_t now)
{
	if (now < run->due)
		return;
	kill(-run->pid, run->terminated ? SIGKILL : SIGTERM);
	run->terminated = true;
	run->due = now + GRACE_MS;
}

bool
action_exec_step(struct action_exec *run, int64_t now, struct action_outcome *outcome)
{
	siginfo_t info = {0};

	take_errors(run);
	if (waitid(P_PID, (id_t)run->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid == run->pid) {
		/* What it left running in its group after the limit must not stay; its number is
		 * nobody else's until it is waited for. */
		if (run->terminated)
			kill(-run->pid, SIGKILL);
		waitid(P_PID, (id_t)run->pid, &info, WEXITED);
		conclude(run, &info, outcome);
		run->pid = 0;
		return true;
	}
	send_due_signal(run, now);
	return false;
}

void
action_exec_free(struct action_exec *run)
{
	siginfo_t info;

	if (run == NULL)
		return;
	if (run->pid > 0) {
		kill(-run->pid, SIGKILL);
		waitid(P_PID, (id_t)run->pid, &info, WEXITED);
	}
	if (run->process >= 0)
		close(run->process);
	if (run->error >= 0)
		close(run->error);
	free(run);
}
