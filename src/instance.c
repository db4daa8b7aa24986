/* SPDX-License-Identifier: BSD-2-Clause */
#include "instance.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

static void
complain_taken(int fd, const char *path)
{
	char pid[32] = "";
	const ssize_t len = pread(fd, pid, sizeof pid - 1, 0);

	if (len > 0)
		pid[strcspn(pid, "\n")] = '\0';
	log_error("main", "%s is in use by another pmta-monitord (pid %s): one process a state-dir",
		  path, pid[0] != '\0' ? pid : "unknown");
}

int
instance_lock(const char *state_dir)
{
	char path[PATH_MAX];
	int fd;

	if (mkdir(state_dir, 0750) != 0 && errno != EEXIST)
		log_warning("main", "%s: %s", state_dir, strerror(errno));
	/* A lock of the kernel's, not the file's existence: it ends with the process, however that
	 * ends. */
	snprintf(path, sizeof path, "%s/lock", state_dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0) {
		log_warning("main", "%s: %s", path, strerror(errno));
		return -2;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		complain_taken(fd, path);
		close(fd);
		return -1;
	}
	if (ftruncate(fd, 0) != 0 || dprintf(fd, "%ld\n", (long)getpid()) < 0)
		log_debug("main", "%s: %s", path, strerror(errno));
	return fd;
}

int
instance_daemonise(int *parent)
{
	int ends[2], null;
	pid_t child;
	char byte;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	child = fork();
	if (child < 0)
		return -1;
	if (child > 0) {
		close(ends[1]);
		_exit(read(ends[0], &byte, 1) == 1 ? 0 : 1);
	}
	close(ends[0]);
	*parent = ends[1];
	if (setsid() < 0)
		return -1;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		return -1;
	if (dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(null, STDERR_FILENO) < 0)
		return -1;
	if (null > STDERR_FILENO)
		close(null);
	return 0;
}

void
instance_release(int parent)
{
	if (write(parent, "", 1) != 1)
		log_debug("main", "who started us is gone: %s", strerror(errno));
	close(parent);
}

int
instance_write_pid(const char *file)
{
	FILE *out = fopen(file, "we");

	if (out == NULL)
		return -1;
	fprintf(out, "%ld\n", (long)getpid());
	return fclose(out);
}
