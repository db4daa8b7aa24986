/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netsnmp.h - the headers of libnetsnmp and libnetsnmpagent, in the only order they can be read in.
 */
#ifndef PMTA_NETSNMP_H
#define PMTA_NETSNMP_H

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <net-snmp/agent/agent_callbacks.h>
#include <net-snmp/agent/agent_sysORTable.h>
#include <net-snmp/agent/sysORTable.h>
#include <net-snmp/library/large_fd_set.h>

/* The library's transports and sessions announce AgentX by this version (its agentx/protocol.h is
 * not installed). */
#define NETSNMP_VERSION_AGENTX 193

#endif
