/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads /status (guide, chapter 5.3). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "doc_json.h"
#include "monitor_doc.h"

/* A /status document has 4 KB; parsed, hostile bytes would need thirty times their size. */
#define STATUS_MAX ((size_t)1 << 20)

static void
read_volume(const cJSON *traffic, const char *direction, struct doc_volume *out)
{
	const cJSON *volume = doc_json_member(traffic, direction);

	out->rcp = doc_json_number(volume, "rcp");
	out->msg = doc_json_number(volume, "msg");
	out->kb = doc_json_number(volume, "kb");
}

static void
read_traffic(const cJSON *status, struct doc_status *out)
{
	static const char *const names[DOC_WINDOWS] = {
		[DOC_TOTAL] = "total",		[DOC_LAST_HOUR] = "lastHr",
		[DOC_LAST_MINUTE] = "lastMin",	[DOC_TOP_HOUR] = "topPerHr",
		[DOC_TOP_MINUTE] = "topPerMin",
	};
	const cJSON *traffic = doc_json_member(status, "traffic");
	const cJSON *window;

	for (int i = 0; i < DOC_WINDOWS; i++) {
		window = doc_json_member(traffic, names[i]);
		read_volume(window, "in", &out->traffic[i].in);
		read_volume(window, "out", &out->traffic[i].out);
		out->traffic[i].bounces = doc_json_number(window, "bounceProcessed");
		out->traffic[i].complaints = doc_json_number(window, "feedbackLoopProcessed");
	}
}

static void
read_connections(const cJSON *conn, const char *direction, doc_number out[3])
{
	const cJSON *limits = doc_json_member(conn, direction);

	out[0] = doc_json_number(limits, "cur");
	out[1] = doc_json_number(limits, "max");
	out[2] = doc_json_number(limits, "top");
}

static void
read_resources(const cJSON *status, struct doc_status *out)
{
	const cJSON *conn = doc_json_member(status, "conn");
	const cJSON *resolver = doc_json_member(status, "resolver");
	const cJSON *spool = doc_json_member(status, "spool");

	read_connections(conn, "smtpIn", out->conn_in);
	read_connections(conn, "smtpOut", out->conn_out);
	out->dns_cached = doc_json_number(resolver, "namesCached");
	out->dns_pending = doc_json_number(resolver, "queriesPending");
	out->dns_active = doc_json_number(resolver, "queriesActive");
	out->spool_init = doc_json_number(spool, "initPct");
	out->spool_dirs = doc_json_number(spool, "dirs");
	out->spool_files = doc_json_number(doc_json_member(spool, "files"), "inUse");
	out->spool_rcp = doc_json_number(spool, "totalRcp");
	out->spool_max = doc_json_number(spool, "maxRcp");
}

/* The names of delivery types differ from version to version: what is new counts as other. */
static enum snap_delivery
delivery_type_of(const char *name)
{
	static const char *const names[SNAP_DELIVERY_OTHER] = {
		[SNAP_DELIVERY_SMTP] = "smtp",
		[SNAP_DELIVERY_PIPE] = "pipe",
		[SNAP_DELIVERY_DISCARD] = "discard",
		[SNAP_DELIVERY_FILE] = "file",
		[SNAP_DELIVERY_ALIAS] = "alias",
		[SNAP_DELIVERY_BOUNCE] = "bounceProcessor",
		[SNAP_DELIVERY_FEEDBACK] = "feedbackLoopProcessor",
		[SNAP_DELIVERY_HTTP] = "httpDelivery",
	};

	for (int type = SNAP_DELIVERY_SMTP; type < SNAP_DELIVERY_OTHER; type++) {
		if (strcmp(names[type], name) == 0)
			return (enum snap_delivery)type;
	}
	return SNAP_DELIVERY_OTHER;
}

/* Adds what may be absent: absent is no zero, but it does not spoil the sum of the others either.
 */
static void
add_number(doc_number *sum, doc_number more)
{
	if (isnan(*sum))
		*sum = more;
	else if (!isnan(more))
		*sum += more;
}

static void
read_queues(const cJSON *status, struct doc_status *out)
{
	const cJSON *entry;
	enum snap_delivery type;

	for (int i = 0; i <= SNAP_DELIVERY_OTHER; i++)
		out->queue[i].rcp = out->queue[i].dom = out->queue[i].kb = NAN;
	cJSON_ArrayForEach(entry, doc_json_member(status, "queue"))
	{
		if (!cJSON_IsObject(entry) || entry->string == NULL)
			continue;
		type = delivery_type_of(entry->string);
		add_number(&out->queue[type].rcp, doc_json_number(entry, "rcp"));
		add_number(&out->queue[type].dom, doc_json_number(entry, "dom"));
		add_number(&out->queue[type].kb, doc_json_number(entry, "kb"));
	}
}

static void
read_identity(const cJSON *mta, const cJSON *status, struct doc_status *out)
{
	const cJSON *product = doc_json_member(mta, "product");

	doc_json_text(mta, "fullHostName", out->host, sizeof(out->host));
	doc_json_text(product, "version", out->version, sizeof(out->version));
	doc_json_text(status, "status", out->state_text, sizeof(out->state_text));
	doc_json_text(status, "startupTime", out->start_text, sizeof(out->start_text));
	out->time_now = doc_json_time(status, "timeNow");
	out->start_time = doc_json_time(status, "startupTime");
	out->shutting_down = doc_json_flag(status, "shuttingDown");
}

static int
read_document(const cJSON *root, struct doc_status *out, struct doc_error *error)
{
	const cJSON *data = doc_json_data(root, error), *mta, *status;

	if (data == NULL)
		return -1;
	mta = doc_json_member(data, "mta");
	status = doc_json_member(data, "status");
	if (!cJSON_IsObject(status))
		status = doc_json_member(mta, "status");
	if (!cJSON_IsObject(status))
		return doc_error_set(
			error, DOC_ERROR_SHAPE,
			"has no object \"status\" in \"data\": it is no /status document");
	read_identity(mta, status, out);
	read_traffic(status, out);
	read_resources(status, out);
	read_queues(status, out);
	return 0;
}

int
doc_parse_status(const char *bytes, size_t len, struct doc_status *out, struct doc_error *error)
{
	size_t start = 0;
	int result = -1;
	char *copy;
	cJSON *root;

	if (len > STATUS_MAX)
		return doc_error_set(error, DOC_ERROR_LIMIT, "is larger than 1 MiB (%zu bytes)",
				     len);
	if (len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
		start = 3;
	while (start < len && doc_json_blank(bytes[start]))
		start++;
	if (start == len)
		return doc_error_foreign(error, "", 0);
	if (bytes[start] != '{')
		return doc_error_foreign(error, bytes + start, len - start);
	if ((copy = malloc(len - start)) == NULL)
		return doc_error_set(error, DOC_ERROR_MEMORY, "found no memory");
	memcpy(copy, bytes + start, len - start);
	memset(out, 0, sizeof(*out));
	root = doc_json_parse(copy, len - start, error);
	if (root != NULL)
		result = read_document(root, out, error);
	cJSON_Delete(root);
	free(copy);
	return result;
}
