/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wait_reason.h - tells from the text of a queue's error why its mail waits. Pure.
 */
#ifndef PMTA_WAIT_REASON_H
#define PMTA_WAIT_REASON_H

#include <stdint.h>

#include "snapshot.h"

/* Classifies an error text of /queues by its opening words, without case; anything unknown is
 * SNAP_WAIT_OTHER, a text that is NULL or blank SNAP_WAIT_NONE. *reply_code gets the SMTP reply
 * code (RFC 5321, 4.2: 200-599) that is quoted in it, or 0. */
enum snap_wait_reason wait_reason_of(const char *text, uint16_t *reply_code);

#endif
