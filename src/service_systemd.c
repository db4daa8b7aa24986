/* SPDX-License-Identifier: BSD-2-Clause */
#include "service.h"

#include <systemd/sd-daemon.h>

void
service_ready(void)
{
	sd_notify(0, "READY=1");
}

void
service_reloading(void)
{
	sd_notify(0, "RELOADING=1");
}

void
service_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}

uint32_t
service_alive_ms(void)
{
	uint64_t us = 0;

	if (sd_watchdog_enabled(0, &us) <= 0)
		return 0;
	us /= 2 * 1000;
	return us < 1 ? 1 : us < UINT32_MAX ? (uint32_t)us : UINT32_MAX;
}

void
service_alive(void)
{
	sd_notify(0, "WATCHDOG=1");
}
