/* SPDX-License-Identifier: BSD-2-Clause */
/* Why mail waits, by the texts PowerMTA gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wait_reason.h"

static void
assert_reason(const char *text, enum snap_wait_reason reason, uint16_t code)
{
	uint16_t got_code = 999;
	enum snap_wait_reason got = wait_reason_of(text, &got_code);

	if (got != reason || got_code != code)
		fail_msg("\"%s\": expected %d %u, got %d %u", text != NULL ? text : "(none)",
			 (int)reason, code, (int)got, got_code);
}

static void
each_opening_has_its_reason(void **state)
{
	(void)state;
	assert_reason("connect rate limit reached", SNAP_WAIT_CONNECT_RATE, 0);
	assert_reason("message rate limit reached (based on queue's backoff-max-msg-rate in "
		      "configuration)",
		      SNAP_WAIT_MESSAGE_RATE, 0);
	assert_reason(
		"skip of MX requested: \"421 4.2.1 slow\" received from mx.example (192.0.2.1)",
		SNAP_WAIT_MX_SKIPPED, 421);
	assert_reason("Error: \"521 5.2.1 no\" while connected from a to b",
		      SNAP_WAIT_REMOTE_REFUSED, 521);
	assert_reason("All SMTP sources for queue d.example/v are now disabled.",
		      SNAP_WAIT_SOURCES_DISABLED, 0);
}

static void
openings_are_matched_without_case_and_only_at_the_start(void **state)
{
	(void)state;
	assert_reason("CONNECT Rate Limit reached", SNAP_WAIT_CONNECT_RATE, 0);
	assert_reason("the connect rate limit reached its end", SNAP_WAIT_OTHER, 0);
	assert_reason("connect rate", SNAP_WAIT_OTHER, 0);
}

static void
unknown_texts_are_other_and_keep_their_reply_code(void **state)
{
	(void)state;
	assert_reason("ETIMEDOUT connecting to mx.example (192.0.2.1)", SNAP_WAIT_OTHER, 0);
	assert_reason("host said \"451 4.7.1 later\"", SNAP_WAIT_OTHER, 451);
	assert_reason("Error: no route", SNAP_WAIT_OTHER, 0);
}

static void
reply_code_stands_right_behind_the_first_quote(void **state)
{
	(void)state;
	assert_reason("skip of MX requested: \"421-4.7.28 x\" received", SNAP_WAIT_MX_SKIPPED, 421);
	assert_reason("skip of MX requested: \"please wait\", then \"421 x\"", SNAP_WAIT_MX_SKIPPED,
		      0);
	assert_reason("Error: \"5501 x\"", SNAP_WAIT_REMOTE_REFUSED, 0);
	assert_reason("Error: \"199 x\"", SNAP_WAIT_REMOTE_REFUSED, 0);
	assert_reason("Error: \"600 x\"", SNAP_WAIT_REMOTE_REFUSED, 0);
	assert_reason("Error: \"250\"", SNAP_WAIT_REMOTE_REFUSED, 250);
	assert_reason("Error: \"55", SNAP_WAIT_REMOTE_REFUSED, 0);
	assert_reason("Error: \"", SNAP_WAIT_REMOTE_REFUSED, 0);
}

static void
no_text_is_no_reason(void **state)
{
	(void)state;
	assert_reason(NULL, SNAP_WAIT_NONE, 0);
	assert_reason("", SNAP_WAIT_NONE, 0);
	assert_reason(" \n", SNAP_WAIT_NONE, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_opening_has_its_reason),
		cmocka_unit_test(openings_are_matched_without_case_and_only_at_the_start),
		cmocka_unit_test(unknown_texts_are_other_and_keep_their_reply_code),
		cmocka_unit_test(reply_code_stands_right_behind_the_first_quote),
		cmocka_unit_test(no_text_is_no_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
