/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fixture.h - a snapshot of two servers: in the rows of the first every field has a value of its
 * own, in those of the second none has.
 *
 * Each server has one row of every table. Its key begins with FIXTURE_KEY where it is an object's;
 * the delivery type's is a type there is. A reply without codes has the key 0.0.0.
 */
#ifndef PMTA_FIXTURE_H
#define PMTA_FIXTURE_H

#include "moment.h"
#include "scalars.h"
#include "snapshot.h"

#define FIXTURE_FULL 3	 /* index of the server that has everything */
#define FIXTURE_ABSENT 9 /* of the one that has nothing */
#define FIXTURE_KEY 7
#define FIXTURE_WINDOW 300    /* seconds, last in the key of a window's row */
#define FIXTURE_CLASS 15      /* last in the key of a row of bounces */
#define FIXTURE_EVENT_FULL 40 /* keys of the two events */
#define FIXTURE_EVENT_ABSENT 41

/* fixture_now: wall seconds, and monotonic milliseconds. */
#define FIXTURE_NOW INT64_C(1710252333)
#define FIXTURE_NOW_MONO INT64_C(5000000)

/* The moment at which the ages of the fixture are 1000 seconds and some. */
extern const struct moment fixture_now;
extern const struct snapshot fixture_snapshot;
extern const struct agent_health fixture_health;

#endif
