/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keeper_fixture.h - everything that is kept, over a store and accounting files in a directory of
 * its own; it can be restarted, and can crash.
 */
#ifndef PMTA_KEEPER_FIXTURE_H
#define PMTA_KEEPER_FIXTURE_H

#include "keeper.h"
#include "model_fixture.h"
#include "temp_dir.h"

struct keeper_fixture {
	struct model_fixture f; /* its configuration and clock; the model is this one's */
	struct keeper keeper;
	char dir[TEMP_DIR_MAX];	    /* of the store */
	char log_dir[TEMP_DIR_MAX]; /* of the accounting files */
	char accounting[2 * TEMP_DIR_MAX];
	const char *paths[4]; /* of the first server; one: accounting */
	uint32_t sent;
};

int keeper_fixture_setup(void **state);
int keeper_fixture_teardown(void **state);

/* Puts the configuration in force as a reload does. */
void keeper_fixture_configure(struct keeper_fixture *k);

/* Ends the process and starts it again: after a save, or as kill -9 does. */
void keeper_fixture_restart(struct keeper_fixture *k);
void keeper_fixture_crash(struct keeper_fixture *k);

/* keeper_save(). */
int keeper_fixture_save(struct keeper_fixture *k);

/* Reads all there is in the accounting files, the clock going on until files have changed hands. */
void keeper_fixture_read(struct keeper_fixture *k);

struct model_server *keeper_fixture_server(const struct keeper_fixture *k);

#endif
