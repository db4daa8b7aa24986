/* SPDX-License-Identifier: BSD-2-Clause */
/* What a greeting says of the port, by the lines that came and how it ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "check_smtp.h"

/* Gives the lines, each ended by '\n', a millisecond after the other. Returns how many were taken.
 */
static unsigned
give(struct smtp_dialogue *dialogue, const char *lines)
{
	unsigned taken = 0;

	memset(dialogue, 0, sizeof *dialogue);
	while (*lines != '\0') {
		const size_t len = strcspn(lines, "\n") + 1;

		if (smtp_dialogue_line(dialogue, lines, len, taken + 1) != 0)
			break;
		taken++;
		lines += len;
	}
	return taken;
}

static struct check_smtp
judge(const char *lines, enum smtp_end end)
{
	struct smtp_dialogue dialogue;
	struct check_smtp check;

	give(&dialogue, lines);
	check_smtp_judge(&dialogue, end, "the reason", 99, &check);
	return check;
}

static void
assert_judged(const char *lines, enum smtp_end end, enum snap_probe_state state, const char *reply)
{
	struct check_smtp check = judge(lines, end);

	if (check.state != state || strcmp(check.reply, reply) != 0)
		fail_msg("\"%s\": expected %d \"%s\", got %d \"%s\"", lines, (int)state, reply,
			 (int)check.state, check.reply);
}

static void
a_greeting_that_went_well_accepts_and_quotes_the_banner(void **state)
{
	struct check_smtp check =
		judge("220 mta1 ESMTP ready\r\n250-mta1\r\n250 SIZE\r\n", SMTP_END_GREETED);

	(void)state;
	assert_int_equal(check.state, SNAP_PROBE_ACCEPTING);
	assert_string_equal(check.reply, "220 mta1 ESMTP ready");
	assert_int_equal(check.banner_ms, 1);
	assert_int_equal(check.time_ms, 99);
}

static void
ehlo_refused_and_helo_taken_accepts(void **state)
{
	(void)state;
	assert_judged("220 old\n502 no EHLO\n250 old\n", SMTP_END_GREETED, SNAP_PROBE_ACCEPTING,
		      "220 old");
}

static void
the_first_refusal_tells_however_the_connection_ended(void **state)
{
	(void)state;
	assert_judged("421 4.3.2 busy\r\n", SMTP_END_OTHER, SNAP_PROBE_BUSY, "421 4.3.2 busy");
	assert_judged("450 later\r\n", SMTP_END_CLOSED, SNAP_PROBE_BUSY, "450 later");
	assert_judged("554 5.7.1 no\r\n", SMTP_END_TIMEOUT, SNAP_PROBE_REJECTED, "554 5.7.1 no");
	assert_judged("220 a\n421 going down\n554 too\n", SMTP_END_OTHER, SNAP_PROBE_BUSY,
		      "421 going down");
}

static void
a_refusal_has_no_time_but_one_until_it_was_there(void **state)
{
	struct check_smtp check = judge("421 busy\n", SMTP_END_OTHER);

	(void)state;
	assert_int_equal(check.time_ms, SNAP_NONE32);
	assert_int_equal(check.banner_ms, 1);
	assert_int_equal(judge("", SMTP_END_TIMEOUT).banner_ms, SNAP_NONE32);
}

static void
where_nothing_was_said_the_end_tells(void **state)
{
	static const struct {
		enum smtp_end end;
		enum snap_probe_state state;
	} cases[] = {
		{SMTP_END_UNRESOLVED, SNAP_PROBE_UNRESOLVED},
		{SMTP_END_REFUSED, SNAP_PROBE_REFUSED},
		{SMTP_END_UNREACHABLE, SNAP_PROBE_UNREACHABLE},
		{SMTP_END_TIMEOUT, SNAP_PROBE_TIMEOUT},
		{SMTP_END_CLOSED, SNAP_PROBE_CLOSED},
		{SMTP_END_OTHER, SNAP_PROBE_FAILED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_judged("", cases[i].end, cases[i].state, "the reason");
	assert_judged("220 a\n", SMTP_END_TIMEOUT, SNAP_PROBE_TIMEOUT, "the reason");
	assert_judged("220 a\n", SMTP_END_CLOSED, SNAP_PROBE_CLOSED, "the reason");
}

static void
the_lines_of_a_reply_are_joined_under_one_code(void **state)
{
	(void)state;
	assert_judged("421-4.3.2 busy\r\n421-\r\n421 try later\r\n", SMTP_END_OTHER,
		      SNAP_PROBE_BUSY, "421 4.3.2 busy try later");
}

static void
a_reply_that_has_not_ended_says_nothing_yet(void **state)
{
	(void)state;
	assert_judged("421-wait\r\n", SMTP_END_TIMEOUT, SNAP_PROBE_TIMEOUT, "the reason");
}

static void
lines_that_are_not_smtp_are_garbled_and_quoted_clean(void **state)
{
	static const char *const lines[] = {"",
					    "\r\n",
					    "22\n",
					    "2200 x\n",
					    "120 x\n",
					    "920 x\n",
					    "HTTP/1.1 400 Bad\n",
					    "SSH-2.0-x\n",
					    "a20 x\n"};
	struct smtp_dialogue dialogue = {0};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		assert_int_equal(smtp_dialogue_line(&dialogue, lines[i], strlen(lines[i]), 1), -1);
	assert_judged("\x1b[2J\xff\n", SMTP_END_OTHER, SNAP_PROBE_GARBLED, " [2J?");
	assert_judged("\n", SMTP_END_OTHER, SNAP_PROBE_GARBLED, "(empty line)");
	assert_judged("354 go on\n", SMTP_END_OTHER, SNAP_PROBE_GARBLED, "354 go on");
}

static void
a_code_alone_is_a_reply(void **state)
{
	(void)state;
	assert_judged("421\r\n", SMTP_END_OTHER, SNAP_PROBE_BUSY, "421");
}

static void
a_reply_without_end_is_none(void **state)
{
	struct smtp_dialogue dialogue = {0};
	unsigned lines = 0;

	(void)state;
	while (lines < 10000 && smtp_dialogue_line(&dialogue, "220-more\r\n", 10, 1) == 0)
		lines++;
	assert_int_equal(lines, 128);
	assert_string_not_equal(dialogue.odd, "");
}

static void
long_replies_are_cut_to_what_can_be_shown(void **state)
{
	char line[2000], lines[4200];

	(void)state;
	memset(line, 'x', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	snprintf(lines, sizeof lines, "421-%s\n421 %s\n", line, line);
	assert_int_equal(strlen(judge(lines, SMTP_END_OTHER).reply), TEXT_MAX - 1);
}

static void
a_log_line_says_in_words_what_a_code_means(void **state)
{
	struct check_smtp check = judge("421 busy\n", SMTP_END_OTHER);
	char text[TEXT_MAX];

	(void)state;
	check_smtp_say(&check, text);
	assert_string_equal(text, "turned away for now: 421 busy");
	check = judge("554 no\n", SMTP_END_OTHER);
	check_smtp_say(&check, text);
	assert_string_equal(text, "turned away for good: 554 no");
	check = judge("", SMTP_END_TIMEOUT);
	check_smtp_say(&check, text);
	assert_string_equal(text, "the reason");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_greeting_that_went_well_accepts_and_quotes_the_banner),
		cmocka_unit_test(ehlo_refused_and_helo_taken_accepts),
		cmocka_unit_test(the_first_refusal_tells_however_the_connection_ended),
		cmocka_unit_test(a_refusal_has_no_time_but_one_until_it_was_there),
		cmocka_unit_test(where_nothing_was_said_the_end_tells),
		cmocka_unit_test(the_lines_of_a_reply_are_joined_under_one_code),
		cmocka_unit_test(a_reply_that_has_not_ended_says_nothing_yet),
		cmocka_unit_test(lines_that_are_not_smtp_are_garbled_and_quoted_clean),
		cmocka_unit_test(a_code_alone_is_a_reply),
		cmocka_unit_test(a_reply_without_end_is_none),
		cmocka_unit_test(long_replies_are_cut_to_what_can_be_shown),
		cmocka_unit_test(a_log_line_says_in_words_what_a_code_means),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
