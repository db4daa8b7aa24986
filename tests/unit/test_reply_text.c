/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reply.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static char shown[REPLY_TEXT_MAX + 1];

/* What a reply is shown as; the caller copies it before the next call. */
static const char *
normalise(const char *diag, size_t len)
{
	struct reply reply;
	size_t length;

	reply_read((struct slice){diag, len}, (struct slice){NULL, 0}, &reply);
	length = reply_normalise(&reply, shown, sizeof shown);
	assert_int_equal(length, strlen(shown));
	return shown;
}

static void
assert_shown(const char *diag, const char *expected)
{
	assert_string_equal(normalise(diag, strlen(diag)), expected);
}

struct example {
	const char *diag, *shown;
};

static const struct example realistic[] = {
	{"smtp;421 4.7.28 Our system has seen an unusual rate of mail from your IP address "
	 "[192.0.2.21      15]. Mail has been rate limited. d9si1234567wrf.12 - gsmtp",
	 "Our system has seen an unusual rate of mail from your IP address [<ip> <n>]. Mail has "
	 "been rate limited. <id> - gsmtp"},
	{"smtp;421-4.7.28 [192.0.2.21      15] We see an unusual rate of 421-4.7.28 mail from your "
	 "network. For more, go to 421 4.7.28 https://help.bigmail.example/mail/answer/81126 "
	 "ffacd0b85a97d-38a1b2c3d4esi123456f8f.99 - gsmtp",
	 "[<ip> <n>] We see an unusual rate of mail from your network. For more, go to "
	 "https://help.bigmail.example/mail/answer/81126 <id> - gsmtp"},
	{"smtp;550-5.1.1 No such account. Check anna.schmidt@bigmail.example 550-5.1.1 for typos, "
	 "see 550 5.1.1 https://help.bigmail.example/?p=NoSuchUser "
	 "a640c23a62f3a-aa5b2e5c1f3si12345.67 - gsmtp",
	 "No such account. Check <address> for typos, see https://help.bigmail.example/?<query> "
	 "<id> - gsmtp"},
	{"smtp;550-5.7.26 Mail from sender.example is not authenticated. 550 5.7.26 See our pages",
	 "Mail from sender.example is not authenticated. See our pages"},
	{"smtp;421 4.7.0 [XSS04] Messages from 192.0.2.21 deferred due to complaints - 4.16.55.1; "
	 "see https://postmaster.portal.example/error-codes",
	 "[XSS04] Messages from <ip> deferred due to complaints - <ip>; see "
	 "https://postmaster.portal.example/error-codes"},
	{"smtp;554 mta4123.mail.bf1.portal.example - (4.7.9) service refused",
	 "<host>.portal.example - (4.7.9) service refused"},
	{"smtp;554 delivery error: dd No mailbox here - atlas214.free.mail.ne1.portal.example",
	 "delivery error: dd No mailbox here - <host>.portal.example"},
	{"smtp;550 Action not taken: mailbox unavailable (S2017062302). "
	 "[CO1PEPF000042AD.namprd03.prod.guard.example 2026-11-22T10:00:00.123Z 08DD0A1B2C3D4E5F]",
	 "Action not taken: mailbox unavailable (S2017062302). [<host>.prod.guard.example <n> "
	 "<id>]"},
	{"smtp;550 5.7.1 Messages from [192.0.2.21] weren't sent, your network is on our list "
	 "(S3150). See http://mail.live.example/support/troubleshoot.aspx#errors.",
	 "Messages from [<ip>] weren't sent, your network is on our list (S3150). See "
	 "http://mail.live.example/support/troubleshoot.aspx?<query>."},
	{"smtp;421 RP-001 (BAY004-MC1F12) Some messages from 192.0.2.21 weren't sent",
	 "RP-001 (<id>) Some messages from <ip> weren't sent"},
	{"smtp;451 4.7.500 Server busy. Please try again later from [192.0.2.21]. (AS77712345)",
	 "Server busy. Please try again later from [<ip>]. (AS77712345)"},
	{"smtp;550 5.4.1 Recipient address rejected: Access denied. "
	 "[DB5EUR03FT012.eop-EUR03.prod.guard.example 2026-11-22T10:00:00.000Z 08DD1234ABCD5678]",
	 "Recipient address rejected: Access denied. [<host>.prod.guard.example <n> <id>]"},
	{"smtp;250 2.6.0 <00abc000.0@app1.sender.example> [InternalId=12345678901234, "
	 "Hostname=AM0PR01MB1234.eurprd01.prod.guard.example] Queued mail for delivery",
	 "<address> [InternalId=<n>, Hostname=<host>.prod.guard.example] Queued mail for "
	 "delivery"},
	{"smtp;550 5.1.1 <nobody@portal.example>: Recipient address rejected: User unknown in "
	 "\"virtual mailbox table\"",
	 "<address>: Recipient address rejected: User unknown in \"virtual mailbox table\""},
	{"smtp;451 4.7.1 <anna@corp.example>: Recipient address rejected: Greylisted for 5 minutes",
	 "<address>: Recipient address rejected: Greylisted for <n> minutes"},
	{"smtp;451 4.7.1 Greylisting in action, please come back in 287 seconds",
	 "Greylisting in action, please come back in <n> seconds"},
	{"smtp;554 5.7.1 Service unavailable; Client host [192.0.2.21] blocked using "
	 "zen.dnsbl.example; https://www.dnsbl.example/query/ip/192.0.2.21",
	 "Service unavailable; Client host [<ip>] blocked using zen.dnsbl.example; "
	 "https://www.dnsbl.example/query/ip/<ip>"},
	{"smtp;554 5.7.1 Listed: 21.2.0.192.zen.dnsbl.example", "Listed: <host>.zen.dnsbl.example"},
	{"smtp;550 5.7.1 [2001:db8:1::21] Our system thinks this is suspicious",
	 "[<ip>] Our system thinks this is suspicious"},
	{"smtp;550 5.7.1 [IPv6:2001:db8:1::21] has no reverse DNS",
	 "[IPv6:<ip>] has no reverse DNS"},
	{"smtp;550-Action not taken: mailbox unavailable 550 For explanation visit "
	 "https://postmaster.freebox.example/error-messages?ip=192.0.2.21&c=hi&rcpt=anna",
	 "Action not taken: mailbox unavailable For explanation visit "
	 "https://postmaster.freebox.example/error-messages?<query>"},
	{"smtp;554-No SMTP service 554-Bad DNS PTR record. 554 Visit postmaster.freebox.example/"
	 "case?c=r0601&i=ip&v=192.0.2.21&r=0MKp8a-1kXyz02Q3a-00abcd",
	 "No SMTP service Bad DNS PTR record. Visit postmaster.freebox.example/case?<query>"},
	{"smtp;550 5.1.1 anna@corp.example... User unknown", "<address>... User unknown"},
	{"smtp;550 5.1.1 anna... User unknown", "<address>... User unknown"},
	{"smtp;550 sorry, no mailbox here by that name (#5.1.1)",
	 "sorry, no mailbox here by that name (#5.1.1)"},
	{"smtp;550 5.2.2 Mailbox of user anna42 is full", "Mailbox of user <address> is full"},
	{"smtp;552 5.2.2 user \"anna\" over quota", "user \"<address>\" over quota"},
	{"smtp;554 5.6.0 Message content rejected, id=01234-05",
	 "Message content rejected, id=<id>"},
	{"smtp;250 2.0.0 Ok: queued as 4Xz3fK1J2mz9sQ", "Ok: queued as <id>"},
	{"smtp;250 2.0.0 Ok: queued as \"4F1A2B\"", "Ok: queued as \"<id>\""},
	{"smtp;554 5.6.0 virus Eicar-Test found in 1tABCd-0001Xy-2K",
	 "virus Eicar-Test found in <id>"},
	{"smtp;550 5.7.23 SPF fail: bounce-4711-anna=bigmail.example is not allowed",
	 "SPF fail: <address> is not allowed"},
	{"smtp;550 5.7.1 DMARC fail header.from=sender.example policy p=reject",
	 "DMARC fail header.from=sender.example policy p=reject"},
	{"smtp;550 5.1.8 MAIL FROM:<c1-563-998@bounce.sender.example> rejected",
	 "MAIL FROM:<address> rejected"},
	{"smtp;501 5.1.7 <> null sender refused", "<> null sender refused"},
	{"smtp;552 5.3.4 message of 48213 bytes exceeds limit of 2048 KB",
	 "message of <n> bytes exceeds limit of <n> KB"},
	{"smtp;421 4.4.5 Too many connections from 192.0.2.21 (limit 20), session 7f3a",
	 "Too many connections from <ip> (limit 20), session <id>"},
	{"smtp;421 too many errors (host smtp-in-042.telco.example) OFX_506 [506]",
	 "too many errors (host <host>.telco.example) OFX_506 [506]"},
	{"smtp;554 5.2.0 RL000001 192.0.2.21 sending too fast", "RL000001 <ip> sending too fast"},
	{"smtp;550 5.0.350 Remote error; ref: \"aW5kZXgtYm9keTEyMzQ1Njc4OTAx\"",
	 "Remote error; ref: \"<id>\""},
	{"smtp;550 5.7.1 Cipher TLSv1.2 needed, IPv4/IPv6 both, RFC 5321, port 25",
	 "Cipher TLSv1.2 needed, IPv4/IPv6 both, RFC 5321, port 25"},
	{"smtp;550 5.7.20 DKIM d=sender.example s=sel fails, trace deadbeef0123",
	 "DKIM d=sender.example s=sel fails, trace <id>"},
	{"smtp;550 refused [192.0.2.21] 25 times, rcpt=anna&ip=192.0.2.21",
	 "refused [<ip>] 25 times, rcpt=<address>&ip=<ip>"},
	{"smtp;550 see (https://portal.example/why?a=1,anna;ben) now",
	 "see (https://portal.example/why?<query>) now"},
	{"smtp;550 5.1.1 error 550 5.1.1 again", "error 550 5.1.1 again"},
	{"smtp;550 5.1.2 163.com and 126.com are here, news2.example too",
	 "163.com and 126.com are here, news2.example too"},
};

static void
realistic_replies_keep_their_reason_only(void **state)
{
	(void)state;
	assert_true(COUNT(realistic) >= 40);
	for (size_t i = 0; i < COUNT(realistic); i++)
		assert_shown(realistic[i].diag, realistic[i].shown);
}

/* Puts values into the %s of a template; each is different in two replies of one reason. */
static void
assert_same_reason(const char *const *templates, size_t template_count, const char *const *values,
		   size_t value_count)
{
	char first[REPLY_TEXT_MAX + 1], diag[512];

	for (size_t t = 0; t < template_count; t++) {
		for (size_t v = 0; v < value_count; v++) {
			const char *place = strstr(templates[t], "%s");

			snprintf(diag, sizeof diag, "%.*s%s%s", (int)(place - templates[t]),
				 templates[t], values[v], place + 2);
			normalise(diag, strlen(diag));
			if (v == 0)
				memcpy(first, shown, sizeof first);
			assert_string_equal(shown, first);
			assert_null(strstr(shown, values[v]));
		}
	}
}

static void
the_same_reason_reads_the_same_for_every_recipient(void **state)
{
	static const char *const templates[] = {
		"smtp;550 5.1.1 <%s>: Recipient address rejected: User unknown",
		"smtp;550 5.1.1 %s... User unknown",
		"smtp;550 5.1.1 unknown user %s, sorry",
		"smtp;550 no such recipient (%s)",
		"smtp;550 rcpt=%s; blocked",
		"smtp;550 \"RCPT TO:<%s>\" refused",
		"smtp;550 5.1.1 [%s]",
		"smtp;550 %s",
	};
	static const char *const recipients[] = {
		"anna@corp.example",
		"Anna.Schmidt+news@mail.corp.example",
		"o'neil@corp.example",
		"bounce-4711-anna=corp.example@sender.example",
		"\"kim, lee\"@corp.example",
		"\"a \\\"b\\\" <c>@d\"@corp.example",
		"j\xc3\xbcrgen@b\xc3\xbc\x63her.example",
		"123456@corp.example",
		"a@b",
		"redacted@192.0.2.1",
		"user{1}|/~!#$%^&*?`=@corp.example",
		"SRS0=AbCd=XY=corp.example=anna@forward.example",
	};

	(void)state;
	assert_same_reason(templates, COUNT(templates), recipients, COUNT(recipients));
}

static void
the_same_reason_reads_the_same_for_every_identifier(void **state)
{
	static const char *const templates[] = {
		"smtp;550 rejected, id=%s.",
		"smtp;550 rejected (id %s)",
		"smtp;550 message-id: %s, blocked",
		"smtp;421 session %s closed",
	};
	static const char *const ids[] = {"4F1A2B",
					  "12",
					  "1tABCd-0001Xy-2K",
					  "deadbeef01",
					  "9f1c2d3e-1111-4222-8333-a1b2c3d4e5f6",
					  "qp4711"};

	(void)state;
	assert_same_reason(templates, COUNT(templates), ids, COUNT(ids));
}

static void
the_same_reason_reads_the_same_for_every_host(void **state)
{
	static const char *const templates[] = {
		"smtp;554 %s ESMTP not accepting",
		"smtp;421 try %s, it is free",
		"smtp;550 [%s] refuses",
	};
	static const char *const hosts[] = {"mx1.telco.example", "mx22.eu7.telco.example",
					    "smtp-in-042.fra1.prod3.telco.example",
					    "192-0-2-1.dyn1.telco.example"};

	(void)state;
	assert_same_reason(templates, COUNT(templates), hosts, COUNT(hosts));
}

static void
the_reason_itself_is_not_generalised(void **state)
{
	static const char *const reasons[] = {"451 4.7.500 busy",	   "451 XS01 busy",
					      "451 (S3150) busy",	   "451 [XSS04] busy",
					      "451 RFC 5321 says no",	   "451 code XY12CD",
					      "451 see www.dnsbl.example", "451 greylisted"};

	(void)state;
	for (size_t i = 0; i < COUNT(reasons); i++)
		assert_null(strchr(normalise(reasons[i], strlen(reasons[i])), '<'));
}

static void
the_text_is_one_clean_line(void **state)
{
	static const char diag[] = "smtp;550\r\n a\r\n\tb\x1b[31m \0c  \xff\xe2\x80\xa8 d \x7f";

	(void)state;
	assert_string_equal(normalise(diag, sizeof diag - 1), "a b [31m c ? d");
}

static void
an_address_is_found_behind_the_end_of_the_text_shown(void **state)
{
	static char diag[70000];

	(void)state;
	/* Wherever the address stands, no letter of it may be seen. */
	for (size_t at = 150; at < 2200; at++) {
		memset(diag, 'x', sizeof diag);
		for (size_t i = 4; i < at; i += 5)
			diag[i] = ' ';
		diag[at] = ' ';
		memset(diag + at + 1, 'q', 60);
		memcpy(diag + at + 61, "@corp.example ", 14);
		assert_null(strchr(normalise(diag, sizeof diag), 'q'));
		assert_true(strlen(shown) <= REPLY_TEXT_MAX);
	}
}

static void
an_address_that_the_limit_of_what_is_seen_cuts_is_not_shown(void **state)
{
	static char diag[4096];

	(void)state;
	/* So many blanks that all words would fit into the text shown. */
	for (size_t at = 1000; at < 2100; at++) {
		memset(diag, ' ', sizeof diag);
		memcpy(diag, "550 no", 6);
		memset(diag + at, 'q', 64);
		memcpy(diag + at + 64, "@corp.example", 13);
		assert_null(strchr(normalise(diag, sizeof diag), 'q'));
	}
}

static void
the_text_is_cut_on_a_character_border_and_marks_are_whole(void **state)
{
	char diag[600], dst[64];
	struct reply reply;

	(void)state;
	for (size_t lead = 0; lead < 40; lead++) {
		memset(diag, 'x', lead);
		strcpy(diag + lead, " \xe2\x82\xac\xe2\x82\xac <anna@corp.example> \xe2\x82\xac");
		reply_read((struct slice){diag, strlen(diag)}, (struct slice){NULL, 0}, &reply);
		for (size_t size = 1; size < sizeof dst; size++) {
			char clean[64];
			const char *mark;

			assert_true(reply_normalise(&reply, dst, size) < size);
			assert_true(text_clean(clean, sizeof clean, dst, strlen(dst)) < size);
			assert_string_equal(clean, dst);
			mark = strchr(dst, '<');
			assert_true(mark == NULL || strncmp(mark, "<address>", 9) == 0);
		}
	}
}

static void
hostile_texts_end_soon_and_stay_bounded(void **state)
{
	static const char *const pieces[] = {"\"", "<",	      "\\\"", "<\"", "@", "=",	":",  "?=",
					     "a.", "http://", "550-", "\"@", "'", "1:", "%40"};
	static char diag[20000];

	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++) {
		const size_t len = strlen(pieces[i]);

		for (size_t at = 0; at + len < sizeof diag; at += len)
			memcpy(diag + at, pieces[i], len);
		memcpy(diag, "550-", 4);
		assert_true(strlen(normalise(diag, sizeof diag - 1)) <= REPLY_TEXT_MAX);
		assert_null(strchr(shown, '@'));
	}
}

static void
texts_of_powermta_itself_are_kept(void **state)
{
	static const struct example errors[] = {
		{"connect rate limit reached", "connect rate limit reached"},
		{"All SMTP sources for queue corp.example/192.0.2.164 are now disabled.",
		 "All SMTP sources for queue <queue> are now disabled."},
		{"message rate limit reached (based on queue's max-msg-rate in configuration)",
		 "message rate limit reached (based on queue's max-msg-rate in configuration)"},
		{"Error: \"timed out\" while connected from app1.sender.example (192.0.2.10) to "
		 "mx12.mail.bigmail.example (198.51.100.25)",
		 "Error: \"timed out\" while connected from <host>.sender.example (<ip>) to "
		 "<host>.mail.bigmail.example (<ip>)"},
		{"skip of MX requested: \"421 4.2.1 Slow down, anna@corp.example\" received from "
		 "mx1.bigmail.example (198.51.100.25) while connected from a to b",
		 "Slow down, <address>"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++) {
		struct reply reply;

		reply_read_error((struct slice){errors[i].diag, strlen(errors[i].diag)}, &reply);
		reply_normalise(&reply, shown, sizeof shown);
		assert_string_equal(shown, errors[i].shown);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(realistic_replies_keep_their_reason_only),
		cmocka_unit_test(the_same_reason_reads_the_same_for_every_recipient),
		cmocka_unit_test(the_same_reason_reads_the_same_for_every_identifier),
		cmocka_unit_test(the_same_reason_reads_the_same_for_every_host),
		cmocka_unit_test(the_reason_itself_is_not_generalised),
		cmocka_unit_test(the_text_is_one_clean_line),
		cmocka_unit_test(an_address_is_found_behind_the_end_of_the_text_shown),
		cmocka_unit_test(an_address_that_the_limit_of_what_is_seen_cuts_is_not_shown),
		cmocka_unit_test(the_text_is_cut_on_a_character_border_and_marks_are_whole),
		cmocka_unit_test(hostile_texts_end_soon_and_stay_bounded),
		cmocka_unit_test(texts_of_powermta_itself_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
