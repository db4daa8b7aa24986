/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root.h - where the MIB hangs in the OID tree: from ./configure --with-root-oid, and nowhere else.
 *
 * PMTA_ROOT_OID is a list of sub-identifiers, "1, 3, 6, 1, 4, 1, ..."; it comes from the compiler's
 * command line, as the MIB text takes the same OID from the same place.
 */
#ifndef PMTA_ROOT_H
#define PMTA_ROOT_H

#include <stddef.h>
#include <stdint.h>

static const uint32_t mib_root[] = {PMTA_ROOT_OID};
#define MIB_ROOT_LEN (sizeof mib_root / sizeof mib_root[0])

#endif
