/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe_print.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <time.h>

#define ROWS_MAX 10
#define ERROR_WIDTH 100

static void
print_number(doc_number number, int width, FILE *out)
{
	if (isnan(number))
		fprintf(out, " %*s", width, "-");
	else
		fprintf(out, " %*.0f", width, number);
}

static void
print_level(uint32_t level, int width, FILE *out)
{
	if (level == SNAP_NONE32)
		fprintf(out, " %*s", width, "-");
	else
		fprintf(out, " %*" PRIu32, width, level);
}

static void
print_text(const char *label, const char *text, FILE *out)
{
	fprintf(out, "    %-18s %s\n", label, text[0] != '\0' ? text : "-");
}

/* PowerMTA's own clock, shown as it stood there. */
static void
print_time(const char *label, int64_t time, FILE *out)
{
	time_t seconds = (time_t)time;
	struct tm parts;
	char text[32] = "";

	if (time != SNAP_NO_TIME && gmtime_r(&seconds, &parts) != NULL)
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &parts);
	print_text(label, text, out);
}

static void
print_uptime(const struct doc_status *status, FILE *out)
{
	long long up = status->time_now - status->start_time;

	if (status->time_now == SNAP_NO_TIME || status->start_time == SNAP_NO_TIME || up < 0)
		return;
	fprintf(out, "    %-18s %lld d %02lld:%02lld:%02lld\n", "up", up / 86400, up / 3600 % 24,
		up / 60 % 60, up % 60);
}

static void
print_volume(const struct doc_volume *volume, FILE *out)
{
	print_number(volume->rcp, 12, out);
	print_number(volume->msg, 12, out);
	print_number(volume->kb, 14, out);
}

static void
print_traffic(const struct doc_status *status, FILE *out)
{
	static const char *const names[DOC_WINDOWS] = {"total", "last hour", "last minute",
						       "top per hour", "top per minute"};

	fprintf(out, "\n    %-14s %12s %12s %14s %12s %12s %14s %9s %10s\n", "traffic", "out rcp",
		"out msg", "out KB", "in rcp", "in msg", "in KB", "bounces", "complaints");
	for (int i = 0; i < DOC_WINDOWS; i++) {
		fprintf(out, "    %-14s", names[i]);
		print_volume(&status->traffic[i].out, out);
		print_volume(&status->traffic[i].in, out);
		print_number(status->traffic[i].bounces, 9, out);
		print_number(status->traffic[i].complaints, 10, out);
		fputc('\n', out);
	}
}

static void
print_row(const char *label, const doc_number *numbers, size_t count, FILE *out)
{
	fprintf(out, "    %-22s", label);
	for (size_t i = 0; i < count; i++)
		print_number(numbers[i], 12, out);
	fputc('\n', out);
}

static void
print_resources(const struct doc_status *status, FILE *out)
{
	const doc_number spool[] = {status->spool_rcp, status->spool_max, status->spool_files,
				    status->spool_dirs, status->spool_init};
	const doc_number dns[] = {status->dns_cached, status->dns_pending, status->dns_active};

	fprintf(out, "\n    %-22s %12s %12s %12s\n", "connections", "now", "max", "top");
	print_row("in", status->conn_in, 3, out);
	print_row("out", status->conn_out, 3, out);
	fprintf(out, "\n    %-22s %12s %12s %12s %12s %12s\n", "spool", "recipients", "max",
		"files", "dirs", "loaded %");
	print_row("", spool, 5, out);
	fprintf(out, "\n    %-22s %12s %12s %12s\n", "resolver", "cached", "pending", "active");
	print_row("", dns, 3, out);
}

static void
print_queued(const struct doc_status *status, FILE *out)
{
	static const char *const names[] = {"",
					    "smtp",
					    "pipe",
					    "discard",
					    "file",
					    "alias",
					    "bounce processor",
					    "feedback processor",
					    "http",
					    "other types"};

	fprintf(out, "\n    %-22s %12s %12s %12s\n", "queued by type", "recipients", "domains",
		"KB");
	for (int i = SNAP_DELIVERY_SMTP; i <= SNAP_DELIVERY_OTHER; i++) {
		const doc_number row[] = {status->queue[i].rcp, status->queue[i].dom,
					  status->queue[i].kb};

		print_row(names[i], row, 3, out);
	}
}

void
probe_print_status(const struct doc_status *status, FILE *out)
{
	static const char *const flags[] = {"", "no", "yes"};

	print_text("host", status->host, out);
	print_text("version", status->version, out);
	print_text("state", status->state_text, out);
	print_text("shutting down", flags[status->shutting_down + 1], out);
	print_time("PowerMTA's clock", status->time_now, out);
	print_time("started", status->start_time, out);
	print_uptime(status, out);
	print_traffic(status, out);
	print_queued(status, out);
	print_resources(status, out);
}

static const char *
wait_reason_text(uint8_t reason)
{
	static const char *const texts[] = {
		[SNAP_WAIT_NONE] = "-",
		[SNAP_WAIT_CONNECT_RATE] = "connect rate",
		[SNAP_WAIT_MESSAGE_RATE] = "message rate",
		[SNAP_WAIT_MX_SKIPPED] = "MX skipped",
		[SNAP_WAIT_REMOTE_REFUSED] = "remote refused",
		[SNAP_WAIT_SOURCES_DISABLED] = "sources disabled",
		[SNAP_WAIT_OTHER] = "other",
	};

	return reason < sizeof(texts) / sizeof(texts[0]) && texts[reason] != NULL ? texts[reason]
										  : "-";
}

static void
print_queue_row(const struct doc_item *item, FILE *out)
{
	static const char *const modes[] = {"-", "normal", "backoff"};
	static const char *const flags[] = {"-", "yes", "no"};

	print_level(item->conn, 5, out);
	fprintf(out, " %-7s %-6s %-16s", modes[item->mode], flags[item->paused],
		wait_reason_text(item->wait_reason));
}

static void
print_item(enum doc_list_kind kind, const struct doc_item *item, FILE *out)
{
	char error[ERROR_WIDTH + 1];

	fputs("    ", out);
	print_level(item->rcp, 11, out);
	print_level(item->kb, 13, out);
	if (kind == DOC_QUEUES) {
		print_queue_row(item, out);
	} else {
		print_level(item->conn, 5, out);
		print_level(item->dom, 7, out);
	}
	fprintf(out, "  %s\n", item->name);
	if (item->error == NULL)
		return;
	text_clean(error, sizeof(error), item->error, strlen(item->error));
	fprintf(out, "    %11s  %s\n", "", error);
}

static void
print_extent(const struct doc_list *list, FILE *out)
{
	fprintf(out, "    %zu listed, of", list->count);
	print_number(list->total_items, 0, out);
	fputs(" with mail; recipients of all:", out);
	print_number(list->total_rcp, 0, out);
	fprintf(out, "; the list is %s\n", list->complete ? "complete" : "cut");
	if (!list->complete)
		fputs("    to see more: http-default-max-items in PowerMTA's configuration (10 by "
		      "default)\n",
		      out);
	if (list->skipped > 0)
		fprintf(out,
			"    %zu items were skipped: without a name, named twice, or with a name "
			"of over"
			" 255 bytes\n",
			list->skipped);
}

void
probe_print_list(const struct doc_list *list, FILE *out)
{
	struct doc_cursor cursor = {0};
	struct doc_item item;

	print_extent(list, out);
	if (list->count == 0)
		return;
	if (list->kind == DOC_QUEUES)
		fprintf(out, "    %12s %13s %5s %-7s %-6s %-16s  %s\n", "RECIPIENTS", "KB", "CONN",
			"MODE", "PAUSED", "WAITS FOR", "NAME AND LAST ERROR");
	else
		fprintf(out, "    %12s %13s %5s %7s  %s\n", "RECIPIENTS", "KB", "CONN", "DOMAINS",
			"NAME");
	for (int row = 0; row < ROWS_MAX && doc_list_next(list, &cursor, &item); row++)
		print_item(list->kind, &item, out);
	if (list->count > ROWS_MAX)
		fprintf(out, "    ... and %zu more\n", list->count - ROWS_MAX);
}
