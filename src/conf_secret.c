/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_read_key() of conf.h. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"

struct complaint {
	char *text;
	size_t size;
};

__attribute__((format(printf, 2, 3))) static int
secret_fail(const struct complaint *complaint, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(complaint->text, complaint->size, fmt, ap);
	va_end(ap);
	return -1;
}

/* A key that others can read is no secret any more: better to say so than to use it. */
static int
check_file(int fd, const struct complaint *complaint)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return secret_fail(complaint, "cannot be read: %s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return secret_fail(complaint, "is no regular file");
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return secret_fail(complaint,
				   "has mode %04o, so that others than its owner have access; "
				   "0600 or 0400 is expected",
				   (unsigned)(st.st_mode & 07777));
	return 0;
}

/* Cuts white space off the end of what was read, and checks what is left. */
static int
check_key(char *key, size_t len, size_t size, bool blanks, const struct complaint *complaint)
{
	while (len > 0 && isspace((unsigned char)key[len - 1]))
		len--;
	if (len == 0)
		return secret_fail(complaint, "holds no key; one line with it is expected");
	if (len == size)
		return secret_fail(complaint, "holds more than a key of at most %zu characters",
				   size - 1);
	for (size_t i = 0; i < len; i++) {
		if (!isgraph((unsigned char)key[i]) && !(blanks && key[i] == ' '))
			return secret_fail(complaint,
					   "holds a key with blanks, control or non-ASCII "
					   "characters; letters, digits and '_' are expected");
	}
	key[len] = '\0';
	return 0;
}

static int
read_line(const char *file, char *key, size_t size, bool blanks, char *error, size_t error_size)
{
	const struct complaint complaint = {error, error_size};
	ssize_t len;
	int result = -1, fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	key[0] = '\0';
	if (fd < 0)
		return secret_fail(&complaint, "cannot be read: %s", strerror(errno));
	if (check_file(fd, &complaint) < 0)
		goto out;
	len = read(fd, key, size);
	if (len < 0)
		secret_fail(&complaint, "cannot be read: %s", strerror(errno));
	else
		result = check_key(key, (size_t)len, size, blanks, &complaint);
out:
	if (result < 0)
		explicit_bzero(key, size);
	close(fd);
	return result;
}

int
conf_read_key(const char *file, char *key, size_t size, char *error, size_t error_size)
{
	return read_line(file, key, size, false, error, error_size);
}

int
conf_read_secret(const char *file, char *secret, size_t size, char *error, size_t error_size)
{
	return read_line(file, secret, size, true, error, error_size);
}
