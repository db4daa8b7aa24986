/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.h - answers to requests: the monitor's five pages, with the faults set for them.
 */
#ifndef PMTA_SIM_PAGE_H
#define PMTA_SIM_PAGE_H

#include <microhttpd.h>

#include "http.h"
#include "stream.h"

struct request {
	struct sim *sim;
	struct streams *streams;
	const char *scheme; /* and port: of this server, for redirects */
	uint16_t port;
	struct MHD_Connection *connection;
	const char *path;
	bool hung;  /* it waited for /control/clear and is answered now */
	bool stops; /* it asked the listener to stop */
};

/* Each queues an answer. A body is taken over. */
enum MHD_Result send_html(const struct request *request, unsigned status, const char *title);
enum MHD_Result send_json(const struct request *request, unsigned status, struct buf *body);
enum MHD_Result send_redirect(const struct request *request, const char *location);

/* Answers one of the monitor's pages, or lets a fault do it. */
enum MHD_Result page_serve(struct request *request, enum sim_page page);

#endif
