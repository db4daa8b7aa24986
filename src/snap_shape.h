/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * snap_shape.h - which tables of a snapshot may be large, and how their rows are packed.
 */
#ifndef PMTA_SNAP_SHAPE_H
#define PMTA_SNAP_SHAPE_H

#include "snap_pack.h"
#include "snap_row.h"

/* The shape of a table's rows; NULL if they are kept as they are, since there are never many. */
const struct snap_shape *snap_shape_of(enum snap_table table);

#endif
