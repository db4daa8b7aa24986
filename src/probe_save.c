/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe_save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe_mask.h"

struct probe_save {
	int dir;
	FILE *index;
	bool mask;
};

/* Opens a file of the directory for writing; links are not followed out of it. NULL with errno. */
static FILE *
open_file(int dir, const char *name)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	FILE *file;

	if (fd < 0)
		return NULL;
	/* The file may be an old one with another mode. */
	if (fchmod(fd, 0600) == 0 && (file = fdopen(fd, "w")) != NULL)
		return file;
	close(fd);
	return NULL;
}

struct probe_save *
probe_save_new(const char *dir, bool mask)
{
	struct probe_save *save = calloc(1, sizeof(*save));

	if (save == NULL)
		return NULL;
	save->mask = mask;
	save->dir = -1;
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		goto fail;
	save->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (save->dir < 0 || (save->index = open_file(save->dir, "index.txt")) == NULL)
		goto fail;
	fprintf(save->index, "# file HTTP-status bytes path error\n");
	return save;
fail:
	probe_save_free(save);
	return NULL;
}

int
probe_save_put(struct probe_save *save, struct probe_reply *reply)
{
	FILE *file = open_file(save->dir, reply->file);
	size_t len = reply->len, written;

	if (file == NULL)
		return -1;
	if (save->mask && len > 0)
		len = probe_mask(reply->bytes, len);
	written = len > 0 ? fwrite(reply->bytes, 1, len, file) : 0;
	fprintf(save->index, "%s %ld %zu %s %s\n", reply->file, reply->http_status, reply->len,
		reply->path, reply->error[0] != '\0' ? reply->error : "-");
	return fclose(file) == 0 && written == len ? 0 : -1;
}

int
probe_save_free(struct probe_save *save)
{
	int result = 0, saved_errno = errno;

	if (save == NULL)
		return 0;
	if (save->index != NULL && fclose(save->index) != 0) {
		result = -1;
		saved_errno = errno;
	}
	if (save->dir >= 0)
		close(save->dir);
	free(save);
	errno = saved_errno;
	return result;
}
