/* SPDX-License-Identifier: BSD-2-Clause */
#include "event.h"

#include <ctype.h>
#include <stdio.h>

#include "acct.h"

enum { ADDRESS_LEN = 256, DIAG_LEN = 1024, HOST_LEN = 320, NUMBER_LEN = 24 };

/* The texts a record borrows while it is written. */
struct row {
	struct record record;
	char orig[ADDRESS_LEN], rcpt[ADDRESS_LEN], bracketed[ADDRESS_LEN + 2];
	char diag[DIAG_LEN], mta[HOST_LEN], size[NUMBER_LEN];
};

static const char source_mta[] = "app1.sender.example (192.0.2.10)";
static const char esmtp[] = "PIPELINING,8BITMIME,SIZE,STARTTLS";

/* Local parts may be quoted and hold commas (RFC 5321, 4.1.2); domains come in any case. */
static void
put_rcpt(const struct world *world, const struct mail *mail, char out[ADDRESS_LEN])
{
	const char *domain = world->domains[mail->domain].name;
	unsigned long number = (unsigned long)mail->number;

	if (number % 97 == 0)
		snprintf(out, ADDRESS_LEN, "\"kim, lee %lu\"@%s", number, domain);
	else
		snprintf(out, ADDRESS_LEN, "user%lu@%s", number, domain);
	for (char *p = out; number % 53 == 0 && *p != '\0'; p++) {
		if (isascii((unsigned char)*p))
			*p = (char)toupper((unsigned char)*p);
	}
}

static void
row_begin(struct row *row, const struct world *world, enum record_type type)
{
	row->record = (struct record){
		.type = type, .time_logged = world->now, .time_queued = RECORD_NO_TIME};
}

static void
row_mail(struct row *row, const struct world *world, const struct mail *mail)
{
	const char **value = row->record.value;

	put_rcpt(world, mail, row->rcpt);
	if (mail->number % 3 == 0)
		snprintf(row->orig, sizeof(row->orig), "bounces@news.sender.example");
	else
		snprintf(row->orig, sizeof(row->orig), "b-%lu@bounce.sender.example",
			 (unsigned long)mail->number);
	value[FIELD_ORIG] = row->orig;
	value[FIELD_RCPT] = row->rcpt;
	value[FIELD_SRC_TYPE] = "smtp";
	value[FIELD_SRC_MTA] = source_mta;
	if (mail->job < world->job_count)
		value[FIELD_JOB] = world->jobs[mail->job].name;
}

static void
row_queue(struct row *row, const struct world *world, const struct queue *queue)
{
	const char **value = row->record.value;

	value[FIELD_QUEUE] = queue->name;
	value[FIELD_VMTA] = world->vmtas[queue->vmta].name;
	value[FIELD_VMTA_POOL] = world->vmtas[queue->vmta].pool;
	value[FIELD_DLV_TYPE] = delivery_names[queue->type];
}

/* Known only if a server was reached. */
static void
row_server(struct row *row, const struct world *world, const struct queue *queue)
{
	const struct domain *domain = &world->domains[queue->domain];

	snprintf(row->mta, sizeof(row->mta), "%s (%s)", domain->mx, domain->mx_ip);
	row->record.value[FIELD_DSN_MTA] = row->mta;
	row->record.value[FIELD_DLV_SOURCE_IP] = world->vmtas[queue->vmta].ip;
	row->record.value[FIELD_DLV_DESTINATION_IP] = domain->mx_ip;
	row->record.value[FIELD_DLV_ESMTP] = esmtp;
}

/* The columns that d, b and t share. */
static void
row_attempt(struct row *row, const struct world *world, const struct queue *queue,
	    const struct mail *mail, const char *diag)
{
	row_mail(row, world, mail);
	row_queue(row, world, queue);
	row->record.time_queued = mail->queued;
	reply_expand(diag, row->rcpt, world->vmtas[queue->vmta].ip, (unsigned long)mail->number,
		     row->diag, sizeof(row->diag));
	row->record.value[FIELD_DSN_DIAG] = row->diag;
}

/* Jobs are counted beside the rest: a recipient need not belong to one. */
static void
tally_job(struct world *world, const struct mail *mail, enum tally_kind kind, uint64_t amount)
{
	if (mail->job < world->job_count)
		world->jobs[mail->job].tally[kind] += amount;
}

/* For records without a queue: the recipient's domain and the server are known, no more. */
static void
tally_rcpt(struct world *world, const struct mail *mail, enum tally_kind kind)
{
	world->account.tally[kind]++;
	world->domains[mail->domain].account.tally[kind]++;
}

void
event_received(struct world *world, struct queue *queue, const struct mail *mail, bool first)
{
	const struct vmta *vmta = &world->vmtas[queue->vmta];
	struct row row;

	world_enter(world, queue, mail, false);
	flow_add(&world->flow, FLOW_IN_RCP, 1);
	/* A message has its bytes once, however many recipients it goes to. */
	if (first) {
		flow_add(&world->flow, FLOW_IN_MSG, 1);
		flow_add(&world->flow, FLOW_IN_BYTES, mail->size);
	}
	tally_rcpt(world, mail, TALLY_RECEIVED);
	tally_job(world, mail, TALLY_RECEIVED, 1);
	row_begin(&row, world, RECORD_R);
	row_mail(&row, world, mail);
	/* Mail handed to a pool is logged with the pool's name for its VirtualMTA (guide 11.2). */
	row.record.value[FIELD_VMTA] = vmta->pool[0] != '\0' ? vmta->pool : vmta->name;
	row.record.value[FIELD_VMTA_POOL] = vmta->pool;
	row.record.value[FIELD_RCV_SOURCE_IP] = "192.0.2.10";
	row.record.value[FIELD_RCV_DESTINATION_IP] = "192.0.2.1";
	acct_write(world->acct, &row.record);
}

void
event_delivered(struct world *world, struct queue *queue, const struct mail *mail)
{
	bool smtp = queue->type == DELIVERY_SMTP;
	bool discarded = queue->type == DELIVERY_DISCARD;
	struct row row;

	/* Discarded mail is neither sent nor failed, and in no traffic that went out. */
	world_leave(world, queue, mail, discarded ? LEAVE_DISCARDED : LEAVE_OUT);
	world->by_type[queue->type]++;
	if (!discarded) {
		flow_add(&world->flow, FLOW_OUT_RCP, 1);
		flow_add(&world->flow, FLOW_OUT_MSG, 1);
		flow_add(&world->flow, FLOW_OUT_BYTES, mail->size);
	}
	if (smtp) {
		world_tally(world, queue, TALLY_DELIVERED, 1);
		world_tally(world, queue, TALLY_DELIVERED_BYTES, mail->size);
		tally_job(world, mail, TALLY_DELIVERED, 1);
		tally_job(world, mail, TALLY_DELIVERED_BYTES, mail->size);
	}
	row_begin(&row, world, RECORD_D);
	row_attempt(&row, world, queue, mail,
		    smtp ? reply_success((unsigned long)mail->number) : "");
	if (smtp)
		row_server(&row, world, queue);
	snprintf(row.size, sizeof(row.size), "%lu", (unsigned long)mail->size);
	row.record.value[FIELD_DLV_SIZE] = row.size;
	row.record.value[FIELD_DSN_ACTION] = "relayed";
	row.record.value[FIELD_DSN_STATUS] = "2.0.0 (success)";
	acct_write(world->acct, &row.record);
}

/* b and t differ in their action only. */
static void
write_refusal(struct world *world, const struct queue *queue, const struct mail *mail,
	      const struct reply *reply, const char *category, enum record_type type)
{
	struct row row;

	row_begin(&row, world, type);
	row_attempt(&row, world, queue, mail, reply->diag);
	if (reply->answered)
		row_server(&row, world, queue);
	row.record.value[FIELD_DSN_ACTION] = type == RECORD_B ? "failed" : "delayed";
	row.record.value[FIELD_DSN_STATUS] = reply->status;
	row.record.value[FIELD_BOUNCE_CAT] = category;
	acct_write(world->acct, &row.record);
}

void
event_bounced(struct world *world, struct queue *queue, const struct mail *mail,
	      const struct reply *reply, size_t category)
{
	world_leave(world, queue, mail, LEAVE_FAILED);
	world_tally(world, queue, TALLY_BOUNCED, 1);
	tally_job(world, mail, TALLY_BOUNCED, 1);
	world->categories[category].bounced++;
	write_refusal(world, queue, mail, reply, world->categories[category].name, RECORD_B);
}

void
event_deleted(struct world *world, struct queue *queue, const struct mail *mail)
{
	const struct reply *reply = reply_deleted();

	world_leave(world, queue, mail, LEAVE_FAILED);
	world_tally(world, queue, TALLY_DELETED, 1);
	tally_job(world, mail, TALLY_DELETED, 1);
	write_refusal(world, queue, mail, reply, reply->category, RECORD_B);
}

void
event_suppressed(struct world *world, struct queue *queue, const struct mail *mail)
{
	const struct reply *reply = reply_suppressed();

	world_leave(world, queue, mail, LEAVE_FAILED);
	world_tally(world, queue, TALLY_SUPPRESSED, 1);
	tally_job(world, mail, TALLY_SUPPRESSED, 1);
	write_refusal(world, queue, mail, reply, reply->category, RECORD_B);
}

void
event_deferred(struct world *world, struct queue *queue, const struct mail *mail,
	       const struct reply *reply, int64_t due)
{
	struct mail later = *mail;

	later.due = due;
	ring_push(&queue->waiting, &later);
	world_tally(world, queue, TALLY_DEFERRED, 1);
	tally_job(world, mail, TALLY_DEFERRED, 1);
	world->categories[world_category(world, reply->category)].deferred++;
	write_refusal(world, queue, mail, reply, reply->category, RECORD_T);
}

void
event_queue_error(struct world *world, struct queue *queue, const struct reply *reply)
{
	const struct vmta *vmta = &world->vmtas[queue->vmta];
	struct row row;

	world_tally(world, queue, TALLY_QUEUE_ERRORS, 1);
	row_begin(&row, world, RECORD_TQ);
	row_queue(&row, world, queue);
	row_server(&row, world, queue);
	reply_expand(reply->diag, "", vmta->ip, 0, row.diag, sizeof(row.diag));
	row.record.value[FIELD_DSN_DIAG] = row.diag;
	row.record.value[FIELD_DSN_STATUS] = reply->status;
	/* A connection that never came to be has no source address. */
	if (reply->diag[0] == '\0')
		row.record.value[FIELD_DLV_SOURCE_IP] = "0.0.0.0";
	acct_write(world->acct, &row.record);
}

/* What rb and rs have in common. Columns that are not a type's own never reach its rows. */
static void
write_remote(struct world *world, const struct mail *mail, const struct reply *reply,
	     enum record_type type)
{
	struct row row;

	row_begin(&row, world, type);
	row_mail(&row, world, mail);
	reply_expand(reply->diag, row.rcpt, "192.0.2.20", 0, row.diag, sizeof(row.diag));
	row.record.value[FIELD_DSN_DIAG] = row.diag;
	row.record.value[FIELD_DSN_STATUS] = reply->status;
	row.record.value[FIELD_DSN_MTA] = "mail.remote.example (203.0.113.30)";
	row.record.value[FIELD_BOUNCE_CAT] = reply->category;
	row.record.value[FIELD_SRC_MTA] = "mx.remote.example (203.0.113.30)";
	row.record.value[FIELD_DSN_REPORTING_MTA] = "mx.remote.example";
	row.record.value[FIELD_DSN_ACTION] = "delayed";
	row.record.value[FIELD_FORMAT] = "rfc";
	acct_write(world->acct, &row.record);
}

void
event_remote_bounce(struct world *world, const struct mail *mail)
{
	const struct reply *reply = reply_remote(&world->rng);

	tally_rcpt(world, mail, TALLY_REMOTE_BOUNCED);
	world->categories[world_category(world, reply->category)].remote_bounced++;
	flow_add(&world->flow, FLOW_BOUNCES, 1);
	write_remote(world, mail, reply, RECORD_RB);
}

void
event_remote_status(struct world *world, const struct mail *mail)
{
	tally_rcpt(world, mail, TALLY_REMOTE_STATUS);
	flow_add(&world->flow, FLOW_BOUNCES, 1);
	write_remote(world, mail, reply_transient(&world->rng), RECORD_RS);
}

/* Reports differ by who sends them: Microsoft's have few fields, and the recipient in angle
 * brackets or not at all. */
static void
row_report(struct row *row, const struct world *world, const struct queue *queue, bool terse,
	   bool anonymous)
{
	const char **value = row->record.value;

	if (terse) {
		snprintf(row->bracketed, sizeof(row->bracketed), "<%s>", row->rcpt);
		value[FIELD_RCPT] = anonymous ? NULL : row->bracketed;
		value[FIELD_FORMAT] = "jmrp";
		return;
	}
	value[FIELD_FEEDBACK_TYPE] = "abuse";
	value[FIELD_FORMAT] = "arf";
	value[FIELD_USER_AGENT] = "Portal-Feedback/2.0";
	value[FIELD_REPORTING_MTA] = world->domains[queue->domain].mx;
	value[FIELD_REPORTED_DOMAIN] = "sender.example";
	value[FIELD_HEADER_FROM] = "\"Sender, Inc.\" <news@sender.example>";
	value[FIELD_HEADER_RETURN_PATH] = row->orig;
	value[FIELD_HEADER_SUBJECT] = "50% off, today only: \"the big one\"";
}

void
event_complaint(struct world *world, struct queue *queue, const struct mail *mail)
{
	bool terse = mail->number % 2 == 0, anonymous = mail->number % 16 == 0;
	struct row row;

	/* Without a recipient there is no domain to complain about. */
	if (anonymous)
		world->account.tally[TALLY_COMPLAINTS]++;
	else
		tally_rcpt(world, mail, TALLY_COMPLAINTS);
	flow_add(&world->flow, FLOW_COMPLAINTS, 1);
	row_begin(&row, world, RECORD_F);
	row_mail(&row, world, mail);
	row.record.value[FIELD_DLV_SOURCE_IP] = world->vmtas[queue->vmta].ip;
	row.record.value[FIELD_HEADER_JOB] = row.record.value[FIELD_JOB];
	row_report(&row, world, queue, terse, anonymous);
	acct_write(world->acct, &row.record);
}
