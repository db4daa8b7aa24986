/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "keeper_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "store_trouble.h"

static void
begin(struct keeper_fixture *k)
{
	struct store *store = store_open(k->dir, k->f.now.wall_ms / 1000);
	struct event_ring *ring = event_ring_new();

	k->keeper = (struct keeper){
		.store = store,
		.model = model_new(keeper_recall, store),
		.follower = follower_new(store),
		.ring = ring,
		.alarms = alarms_new(ring, keeper_last_alarm(store)),
	};
	k->f.model = k->keeper.model;
	k->sent = keeper_load_alarms(&k->keeper, k->f.now);
	keeper_fixture_configure(k);
}

static void
end(struct keeper_fixture *k)
{
	follower_free(k->keeper.follower);
	alarms_free(k->keeper.alarms);
	event_ring_free(k->keeper.ring);
	model_free(k->keeper.model);
}

int
keeper_fixture_setup(void **state)
{
	struct keeper_fixture *k = calloc(1, sizeof *k);

	fixture_conf(&k->f);
	temp_dir_make(k->dir);
	temp_dir_make(k->log_dir);
	snprintf(k->accounting, sizeof k->accounting, "%s/acct.csv", k->log_dir);
	k->paths[0] = k->accounting;
	k->f.servers[0].accounting = k->paths;
	begin(k);
	*state = k;
	return 0;
}

int
keeper_fixture_teardown(void **state)
{
	struct keeper_fixture *k = *state;

	end(k);
	store_trouble_crash(k->keeper.store);
	temp_dir_remove(k->dir);
	temp_dir_remove(k->log_dir);
	free(k);
	return 0;
}

void
keeper_fixture_configure(struct keeper_fixture *k)
{
	model_configure(k->keeper.model, &k->f.conf, k->f.now);
	keeper_load_model(&k->keeper, k->f.now);
	alarms_configure(k->keeper.alarms, k->f.conf.thresholds, k->f.conf.threshold_count,
			 k->keeper.model, k->f.now);
	follower_configure(k->keeper.follower, k->keeper.model);
}

void
keeper_fixture_restart(struct keeper_fixture *k)
{
	keeper_fixture_save(k);
	end(k);
	store_close(k->keeper.store);
	begin(k);
}

void
keeper_fixture_crash(struct keeper_fixture *k)
{
	end(k);
	store_trouble_crash(k->keeper.store);
	begin(k);
}

int
keeper_fixture_save(struct keeper_fixture *k)
{
	return keeper_save(&k->keeper, k->sent);
}

void
keeper_fixture_read(struct keeper_fixture *k)
{
	for (int i = 0; i < 4; i++) {
		fixture_pass(&k->f, 2);
		while (follower_run(k->keeper.follower, 100, k->f.now))
			;
	}
}

struct model_server *
keeper_fixture_server(const struct keeper_fixture *k)
{
	return k->keeper.model->servers[0];
}
