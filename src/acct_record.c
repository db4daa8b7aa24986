/* SPDX-License-Identifier: BSD-2-Clause */
#include "acct_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* The columns that are read. Names: User's Guide, chapter 11.2; X-job is the message header by
 * which a sender names the job, and all that a feedback report has of it. */
enum column {
	COLUMN_TYPE,
	COLUMN_TIME_LOGGED,
	COLUMN_TIME_QUEUED,
	COLUMN_RCPT,
	COLUMN_DSN_STATUS,
	COLUMN_DSN_DIAG,
	COLUMN_BOUNCE_CAT,
	COLUMN_DLV_TYPE,
	COLUMN_DLV_SIZE,
	COLUMN_VMTA,
	COLUMN_JOB_ID,
	COLUMN_HEADER_JOB,
	COLUMN_QUEUE,
	COLUMN_FEEDBACK_TYPE,
	COLUMNS
};

static const char *const column_names[COLUMNS] = {
	"type",	   "timeLogged", "timeQueued", "rcpt",	"dsnStatus",	"dsnDiag", "bounceCat",
	"dlvType", "dlvSize",	 "vmta",       "jobId", "header_X-job", "queue",   "feedbackType"};

#define NO_FIELD CSV_FIELDS_MAX

/* Longest value quoted in a complaint. */
#define QUOTED_MAX 48

struct acct_header {
	size_t field[COLUMNS]; /* NO_FIELD: the file lacks the column */
	size_t count;
	struct slice names[CSV_FIELDS_MAX]; /* into text */
	char text[];
};

static size_t
kept_fields(const struct csv_row *row)
{
	return row->count < CSV_FIELDS_MAX ? row->count : CSV_FIELDS_MAX;
}

static bool
equals(struct slice s, const char *name)
{
	return s.len == strlen(name) && strncasecmp(s.ptr, name, s.len) == 0;
}

static struct slice
trim(struct slice s)
{
	while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t')) {
		s.ptr++;
		s.len--;
	}
	while (s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* A column's name as the header row has it. Tools that rewrite a file put a BOM before the first.
 */
static struct slice
name_of(const struct csv_row *row, size_t i)
{
	struct slice name = row->field[i];

	if (i == 0 && name.len >= 3 && memcmp(name.ptr, "\xef\xbb\xbf", 3) == 0)
		name = (struct slice){name.ptr + 3, name.len - 3};
	return trim(name);
}

bool
acct_row_is_header(const struct csv_row *row)
{
	return row->count > 0 && equals(name_of(row, 0), column_names[COLUMN_TYPE]);
}

static size_t
find_name(const struct acct_header *header, const char *name)
{
	for (size_t i = 0; i < header->count; i++) {
		if (equals(header->names[i], name))
			return i;
	}
	return NO_FIELD;
}

struct acct_header *
acct_header_new(const struct csv_row *row)
{
	size_t fields = kept_fields(row);
	struct acct_header *header;
	size_t room = 0;
	char *text;

	if (!acct_row_is_header(row))
		return NULL;
	for (size_t i = 0; i < fields; i++)
		room += name_of(row, i).len;
	header = malloc(sizeof *header + room);
	if (!header)
		return NULL;
	text = header->text;
	for (size_t i = 0; i < fields; i++) {
		struct slice name = name_of(row, i);

		memcpy(text, name.ptr, name.len);
		header->names[i] = (struct slice){text, name.len};
		text += name.len;
	}
	header->count = fields;
	for (size_t i = 0; i < COLUMNS; i++)
		header->field[i] = find_name(header, column_names[i]);
	return header;
}

void
acct_header_free(struct acct_header *header)
{
	free(header);
}

bool
acct_header_has(const struct acct_header *header, const char *name)
{
	return find_name(header, name) != NO_FIELD;
}

/* A column's value; empty if the file has no such column or the row ends before it. */
static inline struct slice
value(const struct acct_header *header, const struct csv_row *row, enum column column)
{
	size_t i = header->field[column];

	return i < CSV_FIELDS_MAX && i < row->count ? row->field[i] : (struct slice){NULL, 0};
}

/* Returns 0 for what is no record type. */
static unsigned
type_of(struct slice s)
{
	unsigned key;

	if (s.len != 1 && s.len != 2)
		return 0;
	/* Setting the bit makes a letter small and turns no other byte into a letter. */
	key = (unsigned char)s.ptr[0] | 0x20U;
	if (s.len == 2)
		key = key << 8 | (unsigned char)s.ptr[1] | 0x20U;
	switch (key) {
	case 'd':
		return ACCT_DELIVERY;
	case 'b':
		return ACCT_BOUNCE;
	case 't':
		return ACCT_TRANSIENT;
	case 't' << 8 | 'q':
		return ACCT_TRANSIENT_QUEUE;
	case 'r':
		return ACCT_RECEIPT;
	case 'f':
		return ACCT_FEEDBACK;
	case 'r' << 8 | 'b':
		return ACCT_REMOTE_BOUNCE;
	case 'r' << 8 | 's':
		return ACCT_REMOTE_STATUS;
	default:
		return 0;
	}
}

/* What this host's clock showed as t was which moment? mktime() also knows about summer time. */
static int64_t
from_local(int64_t t)
{
	time_t as_utc = (time_t)t;
	struct tm fields;
	time_t moment;

	if (!gmtime_r(&as_utc, &fields))
		return SNAP_NO_TIME;
	fields.tm_isdst = -1;
	moment = mktime(&fields);
	return moment == (time_t)-1 ? SNAP_NO_TIME : (int64_t)moment;
}

static int64_t
time_of(struct slice s)
{
	int zoned = 1;
	int64_t t;

	if (s.len == 0 || s.len > 64)
		return SNAP_NO_TIME;
	t = moment_parse(s.ptr, (unsigned)s.len, &zoned);
	return t == SNAP_NO_TIME || zoned ? t : from_local(t);
}

static uint64_t
size_of(struct slice s)
{
	uint64_t size = 0;

	/* More digits than this are no size of a message, and would not fit. */
	if (s.len > 18)
		return 0;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return 0;
		size = size * 10 + (uint64_t)(s.ptr[i] - '0');
	}
	return size;
}

/* "user@domain" or "<user@domain>"; the local part may be quoted and hold an '@' of its own. */
static struct slice
domain_of(struct slice rcpt)
{
	const char *at = rcpt.len > 0 ? memrchr(rcpt.ptr, '@', rcpt.len) : NULL;
	struct slice domain = {NULL, 0};

	if (!at)
		return domain;
	domain.ptr = at + 1;
	domain.len = (size_t)(rcpt.ptr + rcpt.len - domain.ptr);
	domain = trim(domain);
	if (domain.len > 0 && domain.ptr[domain.len - 1] == '>')
		domain.len--;
	return trim(domain);
}

static struct slice
first_word(struct slice s)
{
	size_t len = 0;

	s = trim(s);
	while (len < s.len && s.ptr[len] != ' ' && s.ptr[len] != '\t')
		len++;
	s.len = len;
	return s;
}

static void
split_queue(struct acct_record *record)
{
	struct slice queue = record->queue;
	const char *slash = queue.len > 0 ? memchr(queue.ptr, '/', queue.len) : NULL;

	record->queue_domain = queue;
	record->queue_vmta = (struct slice){NULL, 0};
	if (!slash)
		return;
	record->queue_domain.len = (size_t)(slash - queue.ptr);
	record->queue_vmta.ptr = slash + 1;
	record->queue_vmta.len = queue.len - record->queue_domain.len - 1;
}

static int
reject_type(struct slice type, char *error, size_t error_size)
{
	char shown[QUOTED_MAX];

	text_clean(shown, sizeof shown, type.ptr, type.len);
	snprintf(error, error_size,
		 "column type: \"%s\" is no record type; expected d, b, t, tq, r, f, rb or rs",
		 shown);
	return -1;
}

int
acct_record_read(const struct acct_header *header, const struct csv_row *row,
		 struct acct_record *out, char *error, size_t error_size)
{
	struct slice type = value(header, row, COLUMN_TYPE);
	unsigned known = type_of(type);

	if (known == 0)
		return reject_type(type, error, error_size);
	out->type = (enum acct_type)known;
	out->time_logged = time_of(value(header, row, COLUMN_TIME_LOGGED));
	out->time_queued = time_of(value(header, row, COLUMN_TIME_QUEUED));
	out->queue = value(header, row, COLUMN_QUEUE);
	split_queue(out);
	out->vmta = value(header, row, COLUMN_VMTA);
	out->rcpt_domain = domain_of(value(header, row, COLUMN_RCPT));
	out->bounce_cat = value(header, row, COLUMN_BOUNCE_CAT);
	out->dsn_status = first_word(value(header, row, COLUMN_DSN_STATUS));
	out->dsn_diag = value(header, row, COLUMN_DSN_DIAG);
	out->dlv_type = value(header, row, COLUMN_DLV_TYPE);
	out->job = value(header, row, COLUMN_JOB_ID);
	if (out->job.len == 0 && out->type == ACCT_FEEDBACK)
		out->job = value(header, row, COLUMN_HEADER_JOB);
	out->feedback_type = value(header, row, COLUMN_FEEDBACK_TYPE);
	out->size = size_of(value(header, row, COLUMN_DLV_SIZE));
	return 0;
}
