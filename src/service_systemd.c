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
