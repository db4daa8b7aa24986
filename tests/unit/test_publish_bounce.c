/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bounce_class.h"
#include "publish_fixture.h"

static void
apply(struct publish_fixture *p, enum acct_type type, const char *queue, const char *class)
{
	struct acct_record record = fixture_record(type, queue);

	record.bounce_cat = fixture_slice(class);
	if (type == ACCT_REMOTE_BOUNCE)
		record.rcpt_domain = fixture_slice("gmail.com");
	fixture_apply(p->f, &record);
}

static const struct snap_part *
part_of(struct publish_fixture *p, enum snap_table table)
{
	fixture_pass(p->f, 10);
	return publish(p)->servers[0].part[table];
}

#define ROWS 3

/* The first rows of a part, of which there must be so many. */
static void
rows_of(const struct snap_part *part, uint32_t count, union snap_room rows[ROWS])
{
	assert_int_equal(part->count, count);
	for (uint32_t i = 0; i < count; i++)
		snap_part_row(part, i, &rows[i]);
}

static void
a_vmta_has_a_row_for_each_class_that_it_met(void **state)
{
	struct publish_fixture *p = *state;
	const struct snap_part *part;
	union snap_room rows[ROWS];

	apply(p, ACCT_BOUNCE, "a.example/v1", "spam-related");
	apply(p, ACCT_BOUNCE, "b.example/v1", "bad-mailbox");
	apply(p, ACCT_TRANSIENT, "a.example/v1", "bad-mailbox");
	apply(p, ACCT_BOUNCE, "a.example/v2", "bad-mailbox");
	apply(p, ACCT_DELIVERY, "a.example/v3", "success");
	part = part_of(p, SNAP_VMTA_BOUNCE);
	assert_int_equal(part->key_len, 2);
	rows_of(part, 3, rows);
	assert_int_equal(rows[0].bounce.key[0], 1);
	assert_int_equal(rows[0].bounce.key[1], bounce_class_index("bad-mailbox"));
	assert_string_equal(rows[0].bounce.name, "v1");
	assert_string_equal(rows[0].bounce.class_name, "bad-mailbox");
	assert_int_equal(rows[0].bounce.bounced, 1);
	assert_int_equal(rows[0].bounce.deferred, 1);
	assert_int_equal(rows[1].bounce.key[1], bounce_class_index("spam-related"));
	assert_int_equal(rows[2].bounce.key[0], 2);
}

static void
remote_bounces_count_for_the_provider_of_their_recipient(void **state)
{
	struct publish_fixture *p = *state;
	const struct snap_part *part;
	union snap_room rows[ROWS];

	apply(p, ACCT_REMOTE_BOUNCE, "", "bad-mailbox");
	apply(p, ACCT_BOUNCE, "gmail.com/v1", "bad-mailbox");
	part = part_of(p, SNAP_PROVIDER_BOUNCE);
	rows_of(part, 1, rows);
	assert_string_equal(rows[0].bounce.name, "gmail");
	assert_int_equal(rows[0].bounce.remote_bounced, 1);
	assert_int_equal(rows[0].bounce.bounced, 1);
}

static void
custom_classes_come_behind_powermtas_own(void **state)
{
	struct publish_fixture *p = *state;
	union snap_room rows[ROWS];

	apply(p, ACCT_BOUNCE, "a.example/v1", "tarpit");
	apply(p, ACCT_BOUNCE, "a.example/v1", "");
	apply(p, ACCT_BOUNCE, "a.example/v1", "other");
	rows_of(part_of(p, SNAP_VMTA_BOUNCE), 3, rows);
	assert_string_equal(rows[0].bounce.class_name, "other");
	assert_int_equal(rows[1].bounce.key[1], MODEL_CLASS_NONE);
	assert_int_equal(rows[2].bounce.key[1], MODEL_CLASS_CUSTOM);
}

static void
only_remote_bounces_are_shown_too(void **state)
{
	struct publish_fixture *p = *state;

	part_of(p, SNAP_PROVIDER_BOUNCE);
	apply(p, ACCT_REMOTE_BOUNCE, "", "bad-mailbox");
	assert_int_equal(part_of(p, SNAP_PROVIDER_BOUNCE)->count, 1);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, publish_fixture_setup, publish_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_vmta_has_a_row_for_each_class_that_it_met),
		TEST(remote_bounces_count_for_the_provider_of_their_recipient),
		TEST(custom_classes_come_behind_powermtas_own),
		TEST(only_remote_bounces_are_shown_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
