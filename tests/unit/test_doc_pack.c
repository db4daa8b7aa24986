/* SPDX-License-Identifier: BSD-2-Clause */
/* What a list keeps of its items, and what that costs. */
#include "doc_list.h"
#include "doc_reading.h"

#define MANY 30000
/* The years 0 and 9999, the farthest that a time can be told of. */
#define FIRST_SECOND INT64_C(-62167219200)
#define LAST_SECOND INT64_C(253402300799)

/* Items with texts of their own. */
struct books {
	struct doc_item items[MANY];
	char names[MANY][TEXT_MAX];
	char errors[MANY][TEXT_MAX];
};

static struct doc_item
plain_item(const char *name)
{
	return (struct doc_item){.name = name,
				 .error_time = SNAP_NO_TIME,
				 .retry_time = SNAP_NO_TIME,
				 .rcp = SNAP_NONE32,
				 .kb = SNAP_NONE32,
				 .conn = SNAP_NONE32,
				 .dom = SNAP_NONE32,
				 .share = SNAP_NONE32};
}

/* Levels of every length, and the two ends of their range. */
static uint32_t
random_level(unsigned *seed)
{
	const unsigned shift = (unsigned)rand_r(seed) % 34;

	if (shift > 31)
		return SNAP_NONE32 - (shift - 32);
	return ((uint32_t)rand_r(seed) << 16 ^ (uint32_t)rand_r(seed)) >> shift;
}

static int64_t
random_time(unsigned *seed)
{
	switch (rand_r(seed) % 4) {
	case 0:
		return SNAP_NO_TIME;
	case 1:
		return rand_r(seed) % 2 == 0 ? FIRST_SECOND : LAST_SECOND;
	default:
		return 1795348800 + rand_r(seed) % 7200 - 3600;
	}
}

/* Some errors are alike; lengths go up to the longest. */
static void
make_item(struct books *books, size_t i, unsigned *seed)
{
	struct doc_item *item = &books->items[i];
	const size_t room = TEXT_MAX - 1;

	*item = plain_item(books->names[i]);
	snprintf(books->names[i], TEXT_MAX, "%0*zu/vmta", 1 + rand_r(seed) % 250, i);
	item->rcp = random_level(seed);
	item->kb = random_level(seed);
	item->conn = random_level(seed);
	item->dom = random_level(seed);
	item->share = random_level(seed);
	item->paused = (uint8_t)(rand_r(seed) % 3);
	item->mode = (uint8_t)(rand_r(seed) % 3);
	item->wait_reason = (uint8_t)(SNAP_WAIT_NONE + rand_r(seed) % 8);
	item->reply_code = (uint16_t)(rand_r(seed) % 600);
	item->error_time = random_time(seed);
	item->retry_time = random_time(seed);
	if (rand_r(seed) % 3 == 0)
		return;
	memset(books->errors[i], 'e', (size_t)rand_r(seed) % (2 * room) % (room + 1));
	memcpy(books->errors[i], &"0123456789"[rand_r(seed) % 10], 1);
	item->error = books->errors[i];
}

static struct doc_list *
make_list(const struct doc_item *items, size_t count)
{
	struct doc_list *list = doc_list_new(DOC_QUEUES);

	assert_non_null(list);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(doc_list_add(list, &items[i]), 0);
	return list;
}

static void
items_come_out_as_they_went_in(void **state)
{
	struct books *books = calloc(1, sizeof(*books));
	struct doc_cursor cursor = {0};
	struct doc_list *list;
	struct doc_item item;
	unsigned seed = 2;

	(void)state;
	assert_non_null(books);
	for (size_t i = 0; i < MANY; i++)
		make_item(books, i, &seed);
	list = make_list(books->items, MANY);
	assert_int_equal(doc_list_settle(list), 0);
	assert_int_equal(list->count, MANY);
	for (size_t i = 0; i < MANY; i++) {
		assert_true(doc_list_next(list, &cursor, &item));
		assert_same_item(&item, &books->items[i]);
	}
	assert_false(doc_list_next(list, &cursor, &item));
	for (size_t i = 0; i < MANY; i++) {
		assert_true(doc_list_take(list, &item));
		assert_same_item(&item, &books->items[i]);
	}
	assert_false(doc_list_take(list, &item));
	doc_list_free(list);
	free(books);
}

/* Many queues, and this many errors that differ: bytes of memory for one queue. */
static size_t
cost_of(int errors)
{
	char name[64], error[64];
	struct doc_item item = plain_item(name);
	struct doc_list *list = make_list(NULL, 0);
	size_t size;

	item.rcp = 1000;
	item.kb = 40000;
	item.error = error;
	item.error_time = 1795348800;
	item.retry_time = 1795348800 + 600;
	for (int i = 0; i < 4 * MANY; i++) {
		snprintf(name, sizeof(name), "%07d.example/vmta", i);
		snprintf(error, sizeof(error), "rate limit %d reached", i % errors);
		assert_int_equal(doc_list_add(list, &item), 0);
	}
	size = doc_list_size(list);
	doc_list_free(list);
	return size / (4 * MANY);
}

static void
an_item_costs_its_name_and_little_more(void **state)
{
	(void)state;
	/* A name of 20 bytes and its end; the rest in one to three bytes a number. */
	assert_in_range(cost_of(1), 30, 45);
}

static void
errors_that_repeat_themselves_cost_little(void **state)
{
	(void)state;
	assert_in_range(cost_of(100), cost_of(1), cost_of(1) + 4);
	assert_true(cost_of(4 * MANY) > cost_of(1) + 20);
}

static void
memory_is_given_up_as_items_are_taken(void **state)
{
	struct doc_list *list = make_list(NULL, 0);
	char name[32];
	struct doc_item item = plain_item(name);
	size_t whole;

	(void)state;
	for (int i = 0; i < 4 * MANY; i++) {
		snprintf(name, sizeof(name), "%07d.example/vmta", i);
		assert_int_equal(doc_list_add(list, &item), 0);
	}
	assert_int_equal(doc_list_settle(list), 0);
	whole = doc_list_size(list);
	for (int i = 0; i < 2 * MANY; i++)
		assert_true(doc_list_take(list, &item));
	assert_in_range(doc_list_size(list), whole / 3, whole * 2 / 3);
	while (doc_list_take(list, &item))
		;
	assert_int_equal(doc_list_size(list), 0);
	assert_int_equal(list->count, 4 * MANY);
	doc_list_free(list);
}

/* Every name three times, in two orders: one time each is left, that of the first. */
static void
of_many_items_named_again_the_first_stand(void **state)
{
	struct doc_list *list = make_list(NULL, 0);
	struct doc_cursor cursor = {0};
	char name[32];
	struct doc_item item = plain_item(name);

	(void)state;
	for (int i = 0; i < 3 * MANY; i++) {
		snprintf(name, sizeof(name), "%d", i < 2 * MANY ? i / 2 : 3 * MANY - 1 - i);
		item.rcp = (uint32_t)i;
		assert_int_equal(doc_list_add(list, &item), 0);
	}
	assert_int_equal(doc_list_settle(list), 0);
	assert_int_equal(list->count, MANY);
	assert_int_equal(list->skipped, 2 * MANY);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "%d", i);
		assert_true(doc_list_next(list, &cursor, &item));
		assert_string_equal(item.name, name);
		assert_int_equal(item.rcp, 2 * i);
	}
	assert_false(doc_list_next(list, &cursor, &item));
	assert_true(list->listed_rcp == (double)MANY * (MANY - 1));
	doc_list_free(list);
}

/* The least of a list of these recipients, each under a name of its own. */
static uint32_t
least_of(const uint32_t *recipients, size_t count)
{
	struct doc_list *list = make_list(NULL, 0);
	char name[32];
	struct doc_item item = plain_item(name);
	uint32_t least;

	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%zu", i);
		item.rcp = recipients[i];
		assert_int_equal(doc_list_add(list, &item), 0);
	}
	assert_int_equal(doc_list_settle(list), 0);
	least = list->least_rcp;
	doc_list_free(list);
	return least;
}

static void
only_a_list_that_never_rises_has_a_least(void **state)
{
	(void)state;
	assert_int_equal(least_of((uint32_t[]){9, 5, 5, 2}, 4), 2);
	assert_int_equal(least_of((uint32_t[]){7}, 1), 7);
	assert_int_equal(least_of((uint32_t[]){9, 5, 6, 2}, 4), SNAP_NONE32);
	assert_int_equal(least_of((uint32_t[]){9, SNAP_NONE32, 2}, 3), SNAP_NONE32);
	assert_int_equal(least_of((uint32_t[]){SNAP_NONE32, 2}, 2), SNAP_NONE32);
	assert_int_equal(least_of(NULL, 0), SNAP_NONE32);
}

static void
an_item_named_again_makes_no_list_rise(void **state)
{
	struct doc_list *list = read_good(
		DOC_QUEUES, "{\"data\":{\"queues\":[{\"name\":\"a\",\"rcp\":5},{\"name\":\"b\","
			    "\"rcp\":3},{\"name\":\"a\",\"rcp\":9}]}}");

	(void)state;
	assert_int_equal(list->least_rcp, 3);
	assert_true(list->listed_rcp == 8);
	doc_list_free(list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_come_out_as_they_went_in),
		cmocka_unit_test(an_item_costs_its_name_and_little_more),
		cmocka_unit_test(errors_that_repeat_themselves_cost_little),
		cmocka_unit_test(memory_is_given_up_as_items_are_taken),
		cmocka_unit_test(of_many_items_named_again_the_first_stand),
		cmocka_unit_test(only_a_list_that_never_rises_has_a_least),
		cmocka_unit_test(an_item_named_again_makes_no_list_rise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
