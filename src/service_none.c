/* SPDX-License-Identifier: BSD-2-Clause */
#include "service.h"

void
service_ready(void)
{
}

void
service_reloading(void)
{
}

void
service_stopping(void)
{
}

uint32_t
service_alive_ms(void)
{
	return 0;
}

void
service_alive(void)
{
}
