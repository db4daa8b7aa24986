/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metric_private.h - the lists that the table of metrics consists of, one for each table of the
 * MIB: for metric*.c only.
 *
 * To add a metric, add its line to the list of its table; test_metric tells of a column without
 * one.
 */
#ifndef PMTA_METRIC_PRIVATE_H
#define PMTA_METRIC_PRIVATE_H

#include "metric.h"

struct metric_list {
	const struct metric *metrics;
	size_t count;
};

#define METRIC_LIST(array)                                \
	{                                                 \
		array, sizeof(array) / sizeof((array)[0]) \
	}

extern const struct metric_list metric_server_list, metric_traffic_list, metric_server_window_list,
	metric_vmta_list, metric_vmta_window_list, metric_queue_list, metric_queue_window_list,
	metric_provider_list, metric_provider_window_list, metric_class_list,
	metric_class_window_list, metric_source_list, metric_job_list, metric_domain_list;

/* TruthValue (RFC 2579); yes and no as well, as elsewhere in the configuration. */
extern const struct metric_word metric_truth[];

#endif
