/* SPDX-License-Identifier: BSD-2-Clause */
#include "acct_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define NO_FIELD CSV_FIELDS_MAX

/* Longest value quoted in a complaint. */
#define QUOTED_MAX 48

struct acct_header {
	size_t field[ACCT_COLUMNS]; /* NO_FIELD: the file lacks the column */
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
	return row->count > 0 && equals(name_of(row, 0), "type");
}

/* From the last column to the first, since of a repeated name the first one counts. */
static void
map_columns(struct acct_header *header)
{
	for (size_t i = 0; i < ACCT_COLUMNS; i++)
		header->field[i] = NO_FIELD;
	for (size_t i = header->count; i-- > 0;) {
		enum acct_column column =
			acct_column_find(header->names[i].ptr, header->names[i].len);

		if (column != ACCT_COLUMNS)
			header->field[column] = i;
	}
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
	map_columns(header);
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
	for (size_t i = 0; i < header->count; i++) {
		if (equals(header->names[i], name))
			return true;
	}
	return false;
}

/* "type" alone may be the end of any text; with another column's name behind it, it is a header. */
const char *
acct_header_search(const char *line, size_t len)
{
	static const char first[] = "type,";
	const char *end = line + len;
	const char *at = line;

	while ((at = memmem(at, (size_t)(end - at), first, sizeof first - 1)) != NULL) {
		const char *second = at + sizeof first - 1;
		enum acct_column column;
		size_t length = 0;

		while (second + length < end && !strchr(",\r\n", second[length]))
			length++;
		column = acct_column_find(second, length);
		if (at > line && column != ACCT_COLUMNS && column != ACCT_COLUMN_TYPE)
			return at;
		at = second;
	}
	return NULL;
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

/* A whole number; false for what is none. */
static bool
number_of(struct slice s, uint64_t *out)
{
	uint64_t number = 0;

	/* More digits than this are no size or time of a message, and would not fit. */
	if (s.len == 0 || s.len > 18)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		number = number * 10 + (uint64_t)(s.ptr[i] - '0');
	}
	*out = number;
	return true;
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

/* True if text holds words, which are small letters and blanks, in any case. */
static bool
contains(struct slice text, const char *words)
{
	size_t len = strlen(words);

	for (size_t i = 0; i + len <= text.len; i++) {
		if ((text.ptr[i] | 0x20) == words[0] && strncasecmp(text.ptr + i, words, len) == 0)
			return true;
	}
	return false;
}

/* Bounces that tell nothing of a recipient's server (guide 6.3 and 10.8). */
static void
read_own_bounce(struct acct_record *record)
{
	record->is_admin_delete = false;
	record->is_suppressed = false;
	if (record->type != ACCT_BOUNCE)
		return;
	record->is_admin_delete = contains(record->dsn_diag, "deleted by administrator");
	record->is_suppressed = equals(record->dsn_status, "5.7.1") &&
				contains(record->dsn_diag, "suppression list");
}

static int
reject_type(struct slice type, const char *kind, char *error, size_t error_size)
{
	char shown[QUOTED_MAX];

	text_clean(shown, sizeof shown, type.ptr, type.len);
	snprintf(error, error_size,
		 "%s type: \"%s\" is no record type; expected d, b, t, tq, r, f, rb or rs", kind,
		 shown);
	return -1;
}

static void
read_times(const struct slice values[ACCT_COLUMNS], struct acct_record *out)
{
	uint64_t seconds = 0;

	out->time_logged = time_of(values[ACCT_COLUMN_TIME_LOGGED]);
	out->time_queued = time_of(values[ACCT_COLUMN_TIME_QUEUED]);
	out->has_total_seconds_queued =
		number_of(values[ACCT_COLUMN_TOTAL_SECONDS_QUEUED], &seconds);
	out->total_seconds_queued = (int64_t)seconds;
}

int
acct_record_from(const struct slice values[ACCT_COLUMNS], const char *kind, struct acct_record *out,
		 char *error, size_t error_size)
{
	unsigned known = type_of(values[ACCT_COLUMN_TYPE]);

	if (known == 0)
		return reject_type(values[ACCT_COLUMN_TYPE], kind, error, error_size);
	out->type = (enum acct_type)known;
	read_times(values, out);
	out->queue = values[ACCT_COLUMN_QUEUE];
	split_queue(out);
	out->vmta = values[ACCT_COLUMN_VMTA];
	out->rcpt_domain = domain_of(values[ACCT_COLUMN_RCPT]);
	out->bounce_cat = values[ACCT_COLUMN_BOUNCE_CAT];
	out->dsn_status = first_word(values[ACCT_COLUMN_DSN_STATUS]);
	out->dsn_diag = values[ACCT_COLUMN_DSN_DIAG];
	out->dsn_mta = values[ACCT_COLUMN_DSN_MTA];
	out->dlv_type = values[ACCT_COLUMN_DLV_TYPE];
	out->dlv_source_ip = values[ACCT_COLUMN_DLV_SOURCE_IP];
	out->job = values[ACCT_COLUMN_JOB_ID];
	if (out->job.len == 0 && out->type == ACCT_FEEDBACK)
		out->job = values[ACCT_COLUMN_HEADER_JOB];
	out->feedback_type = values[ACCT_COLUMN_FEEDBACK_TYPE];
	if (!number_of(values[ACCT_COLUMN_DLV_SIZE], &out->size))
		out->size = 0;
	read_own_bounce(out);
	return 0;
}

int
acct_record_read(const struct acct_header *header, const struct csv_row *row,
		 struct acct_record *out, char *error, size_t error_size)
{
	const size_t kept = kept_fields(row);
	struct slice values[ACCT_COLUMNS];

	for (size_t i = 0; i < ACCT_COLUMNS; i++) {
		size_t field = header->field[i];

		values[i] = field < kept ? row->field[field] : (struct slice){NULL, 0};
	}
	return acct_record_from(values, "column", out, error, error_size);
}
