/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * service.h - what the service manager is told (sd_notify(3)); nothing without libsystemd.
 */
#ifndef PMTA_SERVICE_H
#define PMTA_SERVICE_H

#include <stdint.h>

/* Everything is started. */
void service_ready(void);
/* A new configuration is being read; service_ready() ends this state. */
void service_reloading(void);
void service_stopping(void);

/* How often the service manager is to hear that the process is not hung, in milliseconds: twice in
 * the time after which it would end it (WATCHDOG_USEC, sd_watchdog_enabled(3)). 0: never. */
uint32_t service_alive_ms(void);
/* It is not. */
void service_alive(void);

#endif
