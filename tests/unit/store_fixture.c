/* SPDX-License-Identifier: BSD-2-Clause */
#include "store_fixture.h"

#include <stddef.h>

char store_fixture_dir[TEMP_DIR_MAX];

int
store_fixture_setup(void **state)
{
	temp_dir_make(store_fixture_dir);
	*state = store_open(store_fixture_dir, NOW);
	return *state != NULL ? 0 : -1;
}

int
store_fixture_teardown(void **state)
{
	store_close(*state);
	temp_dir_remove(store_fixture_dir);
	return 0;
}

void
reopen(void **state)
{
	store_close(*state);
	*state = store_open(store_fixture_dir, NOW + 500);
}
