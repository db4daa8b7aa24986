/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_fixture.h - a store in a directory of its own for each test; *state is the store.
 */
#ifndef PMTA_STORE_FIXTURE_H
#define PMTA_STORE_FIXTURE_H

#include "store_db.h"
#include "temp_dir.h"

/* When the store is begun, wall seconds. */
#define NOW 1795348800

extern char store_fixture_dir[TEMP_DIR_MAX];

/* For cmocka. */
int store_fixture_setup(void **state);
int store_fixture_teardown(void **state);

/* As if the daemon had been started again. */
void reopen(void **state);

#endif
