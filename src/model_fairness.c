/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether VMTAs get their share: deliveries of the last hour against what waits. One number for all
 * of them is Jain's index, (sum x)^2 / (n * sum x^2) of n numbers: 1 if all are alike, 1/n if one
 * has everything (R. Jain, D. Chiu, W. Hawe, DEC-TR-301, 1984). It does not depend on the unit of
 * x, so that deliveries for each waiting recipient serve as well as the quotient of both shares.
 */
#include "level.h"
#include "model_object.h"
#include "model_window.h"

#define LAST_HOUR_S 3600

uint64_t
model_last_hour(const struct model_server *server, const struct model_object *vmta,
		struct moment now)
{
	const enum store_kind kind = vmta != NULL ? STORE_VMTA : STORE_SERVER;
	struct window_sum sum;

	window_sum(vmta != NULL ? vmta->window : server->window, model_window_shape(kind),
		   model_window_time(server, now), LAST_HOUR_S, &sum);
	return sum.count[WINDOW_DELIVERED];
}

/* What waits in all VMTAs, by their list; 0 if that is not known. */
static uint32_t
waiting(const struct model_server *server)
{
	const struct model_list *list = &server->list[DOC_VMTAS];

	if (list->total_recipients != SNAP_NONE32)
		return list->total_recipients;
	return list->complete ? list->listed_recipients : 0;
}

uint32_t
model_delivery_share(const struct model_server *server, const struct model_object *vmta,
		     struct moment now)
{
	const uint64_t all = model_last_hour(server, NULL, now);

	if (!server->has_accounting || all == 0)
		return SNAP_NONE32;
	return level_of((doc_number)model_last_hour(server, vmta, now) * 10000 / (doc_number)all);
}

uint32_t
model_fairness(const struct model_server *server, const struct model_object *vmta,
	       struct moment now)
{
	const uint32_t level = model_level(server, vmta, vmta->recipients, now);
	const uint64_t all = model_last_hour(server, NULL, now);

	if (!server->has_accounting || all == 0 || level == 0 || level == SNAP_NONE32 ||
	    waiting(server) == 0)
		return SNAP_NONE32;
	return level_of((doc_number)model_last_hour(server, vmta, now) / (doc_number)all *
			waiting(server) / level * 100);
}

void
model_fairness_update(struct model_server *server, struct moment now)
{
	const struct model_set *vmtas = &server->set[STORE_VMTA];
	const uint32_t before = server->vmta_fairness;
	double sum = 0, squares = 0;
	uint32_t count = 0;

	for (uint32_t i = 0; server->has_accounting && i < vmtas->count; i++) {
		const struct model_object *vmta = vmtas->order[i];
		const uint32_t level = model_level(server, vmta, vmta->recipients, now);
		double served;

		if (level == 0 || level == SNAP_NONE32)
			continue;
		served = (double)model_last_hour(server, vmta, now) / level;
		sum += served;
		squares += served * served;
		count++;
	}
	server->vmta_fairness = SNAP_NONE32;
	if (count >= 2 && squares > 0)
		server->vmta_fairness = level_of(sum * sum / (count * squares) * 10000);
	if (server->vmta_fairness != before)
		server->version++;
}
