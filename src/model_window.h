/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model_window.h - which windows there are, and what a record adds to them: for the model's own
 * files, and for what keeps and shows them.
 */
#ifndef PMTA_MODEL_WINDOW_H
#define PMTA_MODEL_WINDOW_H

#include "model.h"

/* Seconds of the windows that objects of a kind have, ascending, ended by 0; NULL if they have
 * none. STORE_SERVER: the server itself. */
const uint32_t *model_window_lengths(enum store_kind kind);

/* Their slots; NULL if they have none. */
const struct window_shape *model_window_shape(enum store_kind kind);

/* What a record does to windows. */
struct model_happening {
	int64_t asof, when; /* UTC seconds: model_window_time(), and of the record */
	bool throttled;
	bool failed;	    /* b, t, tq */
	struct reply reply; /* of what failed */
	struct window_event event;
};

/* Sets the server's clock by the record, and reads what it adds. */
void model_happening_read(struct model_server *server, const struct acct_record *record,
			  struct model_happening *out, struct moment now);

/* Marks the server's windows for showing, if it is time and something is in them. */
void model_windows_age(struct model_server *server, struct moment now);

/* Adds it to the window of an object of this kind, if the kind has windows. What is too old, or
 * finds no memory, is left out. */
void model_window_add(struct window **window, enum store_kind kind,
		      const struct model_happening *happening);

#endif
