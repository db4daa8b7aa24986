/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acct_open.h - opens accounting files and finds the places in them where rows begin.
 */
#ifndef PMTA_ACCT_OPEN_H
#define PMTA_ACCT_OPEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Opens a regular file for reading without ever blocking. Returns a descriptor and its *st, or -1
 * with errno, which is EINVAL for what is no regular file. */
int acct_open(const char *path, struct stat *st);

/* pread(2), begun again when a signal interrupts it. */
ssize_t acct_read_at(int fd, char *buffer, size_t size, uint64_t offset);

/* True if a row can begin at offset: at the file's begin, or behind a line end. */
bool acct_is_row_begin(int fd, uint64_t offset);

/* Offset behind the last line end within the first limit bytes; 0 if there is none. */
uint64_t acct_last_line_end(int fd, uint64_t limit);

#endif
