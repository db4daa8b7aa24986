/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Walks columns of a table again and again for a time, for the serving benchmark:
 *
 *   walk_table ADDRESS MILLISECONDS REPETITIONS ROW OID...
 *
 * OIDs are of columns, asked for together: by GETBULK, or by GETNEXT where REPETITIONS is 0. It
 * begins behind index 1.ROW, and there again after the end of the column. Prints the number of
 * varbinds that were in the columns, of requests, and the milliseconds it took. Fails if an answer
 * is missing or not increasing.
 */
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define COLUMNS_MAX 16

struct column {
	oid base[MAX_OID_LEN], at[MAX_OID_LEN];
	size_t base_len, at_len;
};

static struct column columns[COLUMNS_MAX];
static int column_count;
static unsigned long first_row, varbinds, requests;

static double
now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void
begin(void)
{
	for (int i = 0; i < column_count; i++) {
		struct column *c = &columns[i];

		memcpy(c->at, c->base, c->base_len * sizeof(oid));
		c->at[c->base_len] = 1;
		c->at[c->base_len + 1] = first_row;
		c->at_len = c->base_len + 2;
	}
}

static netsnmp_pdu *
make_request(long repetitions)
{
	netsnmp_pdu *pdu = snmp_pdu_create(repetitions ? SNMP_MSG_GETBULK : SNMP_MSG_GETNEXT);

	if (repetitions) {
		pdu->non_repeaters = 0;
		pdu->max_repetitions = repetitions;
	}
	for (int i = 0; i < column_count; i++)
		snmp_add_null_var(pdu, columns[i].at, columns[i].at_len);
	return pdu;
}

/* Returns 1 where all columns go on, 0 at the end of one, -1 on an answer that goes back. */
static int
take_response(const netsnmp_pdu *response)
{
	int i = 0, more = 1;

	for (const netsnmp_variable_list *v = response->variables; v; v = v->next_variable) {
		struct column *c = &columns[i++ % column_count];

		if (v->type == SNMP_ENDOFMIBVIEW ||
		    snmp_oidtree_compare(v->name, v->name_length, c->base, c->base_len) != 0) {
			more = 0;
			continue;
		}
		if (snmp_oid_compare(v->name, v->name_length, c->at, c->at_len) <= 0)
			return -1;
		memcpy(c->at, v->name, v->name_length * sizeof(oid));
		c->at_len = v->name_length;
		varbinds++;
	}
	return i == 0 ? -1 : more;
}

static int
walk(void *session, long repetitions, double until)
{
	int more = 0;

	while (more >= 0 && now_ms() < until) {
		netsnmp_pdu *response = NULL;

		if (!more)
			begin();
		if (snmp_sess_synch_response(session, make_request(repetitions), &response) !=
		    STAT_SUCCESS)
			return -1;
		more = response->errstat ? -1 : take_response(response);
		snmp_free_pdu(response);
		requests++;
	}
	return more < 0 ? -1 : 0;
}

int
main(int argc, char **argv)
{
	netsnmp_session session;
	double began;
	void *opened;

	if (argc < 6 || argc - 5 > COLUMNS_MAX)
		return 2;
	setenv("MIBS", "", 1);
	init_snmp("walk_table");
	snmp_sess_init(&session);
	session.version = SNMP_VERSION_2c;
	session.peername = argv[1];
	session.community = (u_char *)"public";
	session.community_len = 6;
	session.timeout = 20000000;
	session.retries = 0;
	opened = snmp_sess_open(&session);
	first_row = strtoul(argv[4], NULL, 10);
	for (; column_count < argc - 5; column_count++) {
		columns[column_count].base_len = MAX_OID_LEN - 2;
		if (!read_objid(argv[5 + column_count], columns[column_count].base,
				&columns[column_count].base_len))
			return 2;
	}
	began = now_ms();
	if (!opened || walk(opened, atol(argv[3]), began + atof(argv[2]))) {
		fprintf(stderr, "walk_table: no answer, or one that goes back\n");
		return 1;
	}
	printf("%lu %lu %.3f\n", varbinds, requests, now_ms() - began);
	return 0;
}
