/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading cells: one by GET, columns side by side by GETBULK. */
#include <string.h>

#include "check_session_private.h"

/* Cells in one answer: fits a datagram of one and a half kilobytes while texts are short, and two
 * fragments else; snmpd gives 100 at most (maxGetbulkResponses). */
#define CELLS_AT_ONCE 40

#define OID_MAX (CHECK_OID_MAX + 1 + CHECK_INDEX_MAX)

/* Where the reading of a column has come to. */
struct cursor {
	oid at[MAX_OID_LEN];
	size_t len;
	size_t column_len; /* of at: the column's own OID */
	size_t fetched;
	bool done;
};

struct walk {
	struct check_session *session;
	const struct check_table *table;
	const struct check_column *const *columns;
	uint32_t window;
	struct check_rows *out;
	struct cursor cursors[CHECK_FETCH_MAX];
	size_t count;
	long cells; /* to ask for at once */
};

static size_t
write_column(const struct check_table *table, const struct check_column *column, oid *out)
{
	for (size_t i = 0; i < table->entry_len; i++)
		out[i] = table->entry[i];
	out[table->entry_len] = column->number;
	return table->entry_len + 1;
}

static bool
read_number(const netsnmp_variable_list *cell, int64_t *out)
{
	switch (cell->type) {
	case ASN_INTEGER:
		*out = *cell->val.integer;
		return true;
	case ASN_GAUGE: /* also Unsigned32 */
	case ASN_COUNTER:
	case ASN_TIMETICKS:
		*out = (int64_t)(*cell->val.integer & 0xffffffff);
		return true;
	case ASN_COUNTER64:
		*out = (int64_t)((uint64_t)(cell->val.counter64->high & 0x7fffffff) << 32 |
				 (cell->val.counter64->low & 0xffffffff));
		return true;
	default:
		return false;
	}
}

/* Keeps a cell if it is of the type that the MIB says; what is not is no value. */
static int
take_cell(const struct check_column *column, const netsnmp_variable_list *cell,
	  const uint32_t *index, size_t index_len, size_t fetched, struct check_rows *out)
{
	bool is_text = column->kind == CHECK_TEXT;
	int64_t number;

	if (is_text && cell->type == ASN_OCTET_STR)
		return check_rows_add_text(out, index, index_len, fetched, cell->val.string,
					   cell->val_len);
	if (!is_text && read_number(cell, &number))
		return check_rows_add_number(out, index, index_len, fetched, number);
	return 0;
}

static int
say_too_many(struct check_session *session)
{
	snprintf(session->error, sizeof session->error,
		 "more than %d cells, or no memory for them: choose a smaller table",
		 CHECK_CELLS_MAX);
	return -1;
}

static int
say_error_status(struct check_session *session, long status)
{
	snprintf(session->error, sizeof session->error, "%s port %s: error status %ld (%s)%s",
		 session->target->host, session->target->port, status, snmp_errstring((int)status),
		 status == SNMP_ERR_GENERR ? ": pmta-monitord does not answer snmpd" : "");
	return -1;
}

int
check_session_get(struct check_session *session, const struct check_table *table,
		  const struct check_column *column, const uint32_t *index, size_t index_len,
		  size_t fetched, struct check_rows *out)
{
	netsnmp_pdu *request = snmp_pdu_create(SNMP_MSG_GET), *answer;
	oid name[OID_MAX];
	size_t len = write_column(table, column, name);
	int result = 0;

	for (size_t i = 0; i < index_len; i++)
		name[len++] = index[i];
	snmp_add_null_var(request, name, len);
	answer = check_session_ask(session, request);
	if (answer == NULL)
		return -1;
	/* SNMPv1 knows no noSuchInstance, but an error instead (RFC 3584, 4.2). */
	if (answer->errstat != SNMP_ERR_NOERROR && answer->errstat != SNMP_ERR_NOSUCHNAME)
		result = say_error_status(session, answer->errstat);
	else if (answer->errstat == SNMP_ERR_NOERROR && answer->variables != NULL &&
		 take_cell(column, answer->variables, index, index_len, fetched, out) != 0)
		result = say_too_many(session);
	snmp_free_pdu(answer);
	return result;
}

/* Takes one varbind of an answer for its cursor. */
static int
take_varbind(struct walk *walk, struct cursor *cursor, const netsnmp_variable_list *cell)
{
	uint32_t index[CHECK_INDEX_MAX];
	size_t index_len = cell->name_length - cursor->column_len;

	if (cursor->done)
		return 0;
	if (cell->type == SNMP_ENDOFMIBVIEW || cell->name_length <= cursor->column_len ||
	    snmp_oid_ncompare(cell->name, cell->name_length, cursor->at, cursor->len,
			      cursor->column_len) != 0) {
		cursor->done = true;
		return 0;
	}
	if (cell->name_length > MAX_OID_LEN ||
	    snmp_oid_compare(cell->name, cell->name_length, cursor->at, cursor->len) <= 0) {
		snprintf(walk->session->error, sizeof walk->session->error,
			 "%s: the agent's OIDs do not ascend", walk->session->target->host);
		return -1;
	}
	memcpy(cursor->at, cell->name, cell->name_length * sizeof(oid));
	cursor->len = cell->name_length;
	if (index_len != walk->table->index_len)
		return 0;
	for (size_t i = 0; i < index_len; i++)
		index[i] = (uint32_t)cell->name[cursor->column_len + i];
	if (walk->table->windows && index[index_len - 1] != walk->window)
		return 0;
	if (take_cell(walk->columns[cursor->fetched], cell, index, index_len, cursor->fetched,
		      walk->out) != 0)
		return say_too_many(walk->session);
	return 0;
}

/* A request for the next cells of all columns that are not done; active gets their cursors. */
static netsnmp_pdu *
make_request(struct walk *walk, struct cursor **active, size_t *count)
{
	bool bulk = walk->session->target->version != 1;
	netsnmp_pdu *request = snmp_pdu_create(bulk ? SNMP_MSG_GETBULK : SNMP_MSG_GETNEXT);

	*count = 0;
	for (size_t i = 0; i < walk->count; i++) {
		if (walk->cursors[i].done)
			continue;
		active[(*count)++] = &walk->cursors[i];
		snmp_add_null_var(request, walk->cursors[i].at, walk->cursors[i].len);
	}
	if (bulk) {
		request->non_repeaters = 0;
		request->max_repetitions = walk->cells / (long)(*count == 0 ? 1 : *count);
		if (request->max_repetitions < 1)
			request->max_repetitions = 1;
	}
	return request;
}

/* Deals with an error status. Returns 0 if it can go on, or -1. */
static int
take_error(struct walk *walk, const netsnmp_pdu *answer, struct cursor **active, size_t count)
{
	/* The end, in SNMPv1. */
	if (answer->errstat == SNMP_ERR_NOSUCHNAME && answer->errindex >= 1 &&
	    (size_t)answer->errindex <= count) {
		active[answer->errindex - 1]->done = true;
		return 0;
	}
	if (answer->errstat == SNMP_ERR_TOOBIG && walk->cells > (long)count) {
		walk->cells /= 2;
		return 0;
	}
	return say_error_status(walk->session, answer->errstat);
}

/* Asks once. Returns 1 if there is more, 0 at the end, -1 on errors. */
static int
walk_step(struct walk *walk)
{
	struct cursor *active[CHECK_FETCH_MAX];
	netsnmp_pdu *answer, *request;
	size_t count, at = 0;
	int result = 0;

	request = make_request(walk, active, &count);
	if (count == 0) {
		snmp_free_pdu(request);
		return 0;
	}
	answer = check_session_ask(walk->session, request);
	if (answer == NULL)
		return -1;
	if (answer->errstat != SNMP_ERR_NOERROR)
		result = take_error(walk, answer, active, count);
	/* An answer has the first cell of each column, then the second of each, and so on. */
	for (const netsnmp_variable_list *cell = answer->variables;
	     cell != NULL && result == 0 && answer->errstat == SNMP_ERR_NOERROR;
	     cell = cell->next_variable)
		result = take_varbind(walk, active[at++ % count], cell);
	/* An empty answer would be asked for again for ever. */
	for (; at < count && answer->errstat == SNMP_ERR_NOERROR; at++)
		active[at]->done = true;
	snmp_free_pdu(answer);
	return result == 0 ? 1 : -1;
}

int
check_session_walk(struct check_session *session, const struct check_table *table,
		   const struct check_column *const *columns, size_t count, uint32_t window,
		   struct check_rows *out)
{
	struct walk walk = {.session = session,
			    .table = table,
			    .columns = columns,
			    .window = window,
			    .out = out,
			    .count = count,
			    .cells = CELLS_AT_ONCE};
	int result;

	for (size_t i = 0; i < count; i++) {
		struct cursor *cursor = &walk.cursors[i];

		cursor->len = cursor->column_len = write_column(table, columns[i], cursor->at);
		cursor->fetched = i;
	}
	do
		result = walk_step(&walk);
	while (result > 0);
	return result;
}
