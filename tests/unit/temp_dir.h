/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * temp_dir.h - a directory for one test, removed with all that is in it.
 */
#ifndef PMTA_TEMP_DIR_H
#define PMTA_TEMP_DIR_H

#define TEMP_DIR_MAX 256

/* Makes a new directory under TMPDIR. The test fails if it cannot. */
void temp_dir_make(char path[TEMP_DIR_MAX]);
void temp_dir_remove(const char *path);

/* The path of a file in it, in a buffer of its own until the fourth call after. */
const char *temp_dir_file(const char *dir, const char *name);

/* Appends to a file, or writes it anew. */
void temp_dir_append(const char *dir, const char *name, const char *text);
void temp_dir_write(const char *dir, const char *name, const char *text);

#endif
