/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shortcut.h - answers the master's GETs and GETNEXTs in our tables as they come off the session.
 *
 * On the library's way each request goes through its session with itself (two pipes, four copies of
 * the message), which costs as much as all else together; for what is served alone here, nothing on
 * that way is needed. Any other message takes it.
 */
#ifndef PMTA_SHORTCUT_H
#define PMTA_SHORTCUT_H

#include "handler.h"

/* Stands before the library's callback of every session with the master from now on. The handlers
 * are borrowed; the library must be shut down before they are freed. */
void shortcut_open(struct handlers *handlers);

#endif
