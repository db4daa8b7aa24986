/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * level.h - a number as a level: what a Gauge32 can show.
 */
#ifndef PMTA_LEVEL_H
#define PMTA_LEVEL_H

#include <stdint.h>

#include "snapshot.h"

/* Rounded, latched below SNAP_NONE32, which stands for an absent one (NaN). Not for negative ones.
 */
uint32_t level_of(double number);

#endif
