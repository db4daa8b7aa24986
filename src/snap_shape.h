/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * snap_shape.h - how the rows of those tables look that have one for each object of a server.
 */
#ifndef PMTA_SNAP_SHAPE_H
#define PMTA_SNAP_SHAPE_H

#include "snap_pack.h"
#include "snap_row.h"

/* The shape of a table's rows; NULL for tables that are never large, whose rows are kept as they
 * are. */
const struct snap_shape *snap_shape_of(enum snap_table table);

#endif
