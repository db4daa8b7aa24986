/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * service.h - what the service manager is told (sd_notify(3)); nothing without libsystemd.
 */
#ifndef PMTA_SERVICE_H
#define PMTA_SERVICE_H

/* Everything is started. */
void service_ready(void);
/* A new configuration is being read; service_ready() ends this state. */
void service_reloading(void);
void service_stopping(void);

#endif
