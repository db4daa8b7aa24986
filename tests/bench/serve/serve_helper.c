/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rows of the serving benchmark by the helpers that net-snmp has for tables: serve_helper
 * SOCKET ROWS container|iterator. One loop, select(2), as the library's own examples have it.
 */
#include "netsnmp.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "serve_rows.h"

struct row {
	netsnmp_index index; /* first: what the container compares */
	oid oids[2];
	char name[SERVE_NAME_MAX];
	uint32_t number;
};

static struct row *rows;
static uint32_t row_count;

static struct row *
row_fill(uint32_t number)
{
	struct row *row = &rows[number - 1];

	row->index.oids = row->oids;
	row->index.len = 2;
	row->oids[0] = SERVE_SERVER;
	row->oids[1] = number;
	row->number = number;
	serve_name(row->name, number);
	return row;
}

static void
answer_column(netsnmp_variable_list *varbind, const struct row *row,
	      const struct serve_column *column)
{
	uint64_t counter = serve_counter(row->number, column->number);
	struct counter64 pair = {.high = counter >> 32, .low = counter & UINT32_MAX};
	u_long gauge = serve_gauge(row->number, column->number);

	if (column->type == SERVE_TEXT)
		snmp_set_var_typed_value(varbind, ASN_OCTET_STR, row->name, strlen(row->name));
	else if (column->type == SERVE_GAUGE)
		snmp_set_var_typed_value(varbind, ASN_GAUGE, &gauge, sizeof gauge);
	else
		snmp_set_var_typed_value(varbind, ASN_COUNTER64, &pair, sizeof pair);
}

static const struct row *
request_row(netsnmp_request_info *request, bool by_container)
{
	return by_container ? netsnmp_container_table_row_extract(request)
			    : netsnmp_extract_iterator_context(request);
}

static int
on_request(netsnmp_mib_handler *handler, netsnmp_handler_registration *reg,
	   netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
	(void)reg;
	(void)info;
	for (; requests; requests = requests->next) {
		netsnmp_table_request_info *table = netsnmp_extract_table_info(requests);
		const struct row *row = request_row(requests, handler->myvoid != NULL);

		for (size_t i = 0; row && i < SERVE_COLUMNS; i++)
			if (serve_columns[i].number == table->colnum)
				answer_column(requests->requestvb, row, &serve_columns[i]);
	}
	return SNMP_ERR_NOERROR;
}

static netsnmp_table_registration_info *
describe_table(void)
{
	netsnmp_table_registration_info *info =
		SNMP_MALLOC_TYPEDEF(netsnmp_table_registration_info);

	netsnmp_table_helper_add_indexes(info, ASN_UNSIGNED, ASN_UNSIGNED, 0);
	info->min_column = serve_columns[0].number;
	info->max_column = serve_columns[SERVE_COLUMNS - 1].number;
	return info;
}

static int
register_container(netsnmp_handler_registration *reg)
{
	netsnmp_container *container = netsnmp_container_find("serve:table_container");

	/* In their order: an insertion in the middle moves all behind it. */
	for (uint32_t i = 1; i <= row_count; i++)
		CONTAINER_INSERT(container, row_fill(i));
	reg->handler->myvoid = container;
	return netsnmp_container_table_register(reg, describe_table(), container,
						TABLE_CONTAINER_KEY_NETSNMP_INDEX);
}

static netsnmp_variable_list *
iterate_to(void **loop, void **data, netsnmp_variable_list *index, uint32_t number)
{
	const u_long server = SERVE_SERVER, row = number;

	if (number > row_count)
		return NULL;
	*loop = *data = &rows[number - 1];
	snmp_set_var_typed_value(index, ASN_UNSIGNED, &server, sizeof server);
	snmp_set_var_typed_value(index->next_variable, ASN_UNSIGNED, &row, sizeof row);
	return index;
}

static netsnmp_variable_list *
iterate_first(void **loop, void **data, netsnmp_variable_list *index, netsnmp_iterator_info *info)
{
	(void)info;
	return iterate_to(loop, data, index, 1);
}

static netsnmp_variable_list *
iterate_next(void **loop, void **data, netsnmp_variable_list *index, netsnmp_iterator_info *info)
{
	const struct row *row = *loop;

	(void)info;
	return iterate_to(loop, data, index, row->number + 1);
}

static int
register_iterator(netsnmp_handler_registration *reg)
{
	netsnmp_iterator_info *info = SNMP_MALLOC_TYPEDEF(netsnmp_iterator_info);

	for (uint32_t i = 1; i <= row_count; i++)
		row_fill(i);
	info->get_first_data_point = iterate_first;
	info->get_next_data_point = iterate_next;
	info->table_reginfo = describe_table();
	return netsnmp_register_table_iterator(reg, info);
}

int
main(int argc, char **argv)
{
	static const oid by_container[] = {SERVE_RIVAL, 2}, by_iterator[] = {SERVE_RIVAL, 3};
	bool container = argc == 4 && strcmp(argv[3], "container") == 0;
	netsnmp_handler_registration *reg;

	if (argc != 4)
		return 2;
	row_count = (uint32_t)strtoul(argv[2], NULL, 10);
	rows = calloc(row_count, sizeof *rows);
	setenv("MIBS", "", 1);
	signal(SIGPIPE, SIG_IGN);
	netsnmp_enable_subagent();
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET, argv[1]);
	init_agent("serve_helper");
	reg = netsnmp_create_handler_registration("serve", on_request,
						  container ? by_container : by_iterator,
						  OID_LENGTH(by_container), HANDLER_CAN_RONLY);
	if (!rows || !reg || (container ? register_container(reg) : register_iterator(reg)))
		return 1;
	init_snmp("serve_helper");
	for (;;)
		agent_check_and_process(1);
}
