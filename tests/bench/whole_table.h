/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * whole_table.h - a table as the publisher builds it, for the benchmarks of the model.
 */
#ifndef PMTA_WHOLE_TABLE_H
#define PMTA_WHOLE_TABLE_H

#include "publish_table.h"

/* The table built anew, run by run, in place of this part (NULL: at once), whose reference is taken
 * over. Ends the program without memory. */
struct snap_part *whole_table_renew(struct model_server *server, enum snap_table table,
				    struct snap_part *part, struct moment now);

/* Bytes that its pages have reserved. */
size_t whole_table_size(const struct snap_part *part);

#endif
