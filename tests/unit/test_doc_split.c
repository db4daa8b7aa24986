/* SPDX-License-Identifier: BSD-2-Clause */
/* How lists are cut out of their documents, however the bytes arrive, and which ones are refused.
 */
#include "doc_list.h"
#include "doc_reading.h"

static void
assert_refused(const char *text, enum doc_error_code code, const char *words)
{
	struct doc_error error;
	struct doc_list *list = read_list(DOC_QUEUES, text, &error);

	if (list != NULL || error.code != code || strstr(error.text, words) == NULL)
		fail_msg("%s: expected %d \"%s\", got %d \"%s\"", text, (int)code, words,
			 (int)error.code, error.text);
}

static void
list_given_in_several_pieces_is_read_whole(void **state)
{
	struct doc_list *list = read_good(
		DOC_QUEUES, "{\"data\":{\"queue\":{\"name\":\"a\"},\"queue\":{\"name\":\"b\"},"
			    "\"queues\":[{\"name\":\"c\"}],\"totalQueuesWithRcp\":3}}");

	(void)state;
	assert_int_equal(list->count, 3);
	assert_true(list->complete);
	doc_list_free(list);
}

static void
lists_are_looked_for_only_in_data(void **state)
{
	struct doc_list *list =
		read_good(DOC_QUEUES,
			  "{\"queues\":[{\"name\":\"no\"}],\"data\":{\"more\":{\"queues\":"
			  "[{\"name\":\"no\"}]},\"note\":\"queues\",\"vmtas\":[{\"name\":\"no\"}],"
			  "\"\\u0071ueues\":[{\"name\":\"yes\"}]}}");

	(void)state;
	assert_int_equal(list->count, 1);
	assert_string_equal(item_at(list, 0).name, "yes");
	doc_list_free(list);
}

static void
braces_quotes_and_escapes_in_texts_do_not_mislead(void **state)
{
	struct doc_list *list =
		read_good(DOC_QUEUES, "{\"data\":{\"title\":\"]}\\\"{[\\\\\",\"queues\":[ "
				      "{\"name\" : \"}]\\\\\\\"{\\/\\u007b\" ,\n"
				      "\"x\":[{\"y\":\"]\"},[]],\"errors\":[{\"text\":\"\\\\\"}]}"
				      "\t, {\"name\":\"\\u0041\\ud83d\\ude00\"}"
				      "\r\n],\"totalQueuesWithRcp\":2}}");

	(void)state;
	assert_int_equal(list->count, 2);
	assert_string_equal(item_at(list, 0).name, "}]\\\"{/{");
	assert_string_equal(item_at(list, 0).error, "\\");
	assert_string_equal(item_at(list, 1).name, "A\xF0\x9F\x98\x80");
	doc_list_free(list);
}

static void
escapes_that_are_no_characters_keep_names_apart(void **state)
{
	struct doc_list *list = read_good(
		DOC_QUEUES,
		"{\"data\":{\"queues\":[{\"name\":\"a\\u0000b\"},{\"name\":\"a\\u0000c\"},"
		"{\"name\":\"\\ud800x\"},{\"name\":\"\\udfff\\ud800\\n\"}]}}");

	(void)state;
	assert_int_equal(list->count, 4);
	assert_string_equal(item_at(list, 0).name, "a b");
	assert_string_equal(item_at(list, 1).name, "a c");
	assert_string_equal(item_at(list, 2).name, "\xEF\xBF\xBDx");
	assert_string_equal(item_at(list, 3).name, "\xEF\xBF\xBD\xEF\xBF\xBD ");
	doc_list_free(list);
}

static void
failures_and_other_documents_are_refused(void **state)
{
	(void)state;
	assert_refused("{\"status\":\"fail\",\"message\":\"busy\"}", DOC_ERROR_FAIL,
		       "\"fail\": busy");
	assert_refused("{\"data\":{\"queues\":[{\"name\":\"a\"}]},\"status\":\"fail\"}",
		       DOC_ERROR_FAIL, "without a message");
	assert_refused("{\"status\":\"success\",\"message\":\"\"}", DOC_ERROR_SHAPE, "no \"data\"");
	assert_refused("{\"data\":\"none\",\"status\":\"success\"}", DOC_ERROR_SHAPE, "none");
	assert_refused("{\"data\":{\"queues\":7}}", DOC_ERROR_SHAPE, "no list");
	assert_refused("{\"data\":{\"queues\":\"many\"}}", DOC_ERROR_SHAPE, "no list");
	assert_refused("{\"data\":{},\"data\":{}}", DOC_ERROR_SHAPE, "twice");
	assert_refused("", DOC_ERROR_SYNTAX, "empty");
	assert_refused("  \n<!DOCTYPE html><html><head><title>Not allowed on this "
		       "server</title></head></html>",
		       DOC_ERROR_SYNTAX, "HTML or XML");
	assert_refused("503", DOC_ERROR_SYNTAX, "begins with \"503\"");
}

static void
broken_structure_is_refused(void **state)
{
	static const char *const broken[] = {
		"{\"data\":{\"queues\":[{\"name\":\"a\"}]}} x",
		"{\"data\":{\"queues\":[{\"name\":\"a\"}]}}{",
		"{\"data\":{\"queues\":[{\"name\":\"a\"]}]}}",
		"{\"data\":{\"queues\":[{\"name\":\"a\"} {\"name\":\"b\"}]}}",
		"{\"data\":{\"queues\":[{\"name\":\"a\"},]}}",
		"{\"data\":{\"queues\":[,{\"name\":\"a\"}]}}",
		"{\"data\":{\"queues\":[{\"name\":\"a\"}}}",
		"{\"data\":{\"queues\":[{\"name\":\"a\",}]}}",
		"{\"data\":{\"queues\":[{\"name\":\"\\x\"}]}}",
		"{\"data\":{\"queues\":[nul]}}",
		"{\"data\":{\"queues\" [{\"name\":\"a\"}]}}",
		"{\"data\":{\"queues\":1[{\"name\":\"a\"}]}}",
		"{\"data\":{\"queues\":[]\"totalRcp\":1}}",
		"{\"data\":{\"totalRcp\":1 2}}",
		"{\"data\":{]}",
		"{data:{}}",
		"\xEF\xBB{}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		assert_refused(broken[i], DOC_ERROR_SYNTAX, "");
}

static void
byte_order_mark_is_skipped(void **state)
{
	struct doc_list *list =
		read_good(DOC_QUEUES, "\xEF\xBB\xBF\n{\"data\":{\"queues\":[{\"name\":\"a\"}]}}\n");

	(void)state;
	assert_int_equal(list->count, 1);
	doc_list_free(list);
}

static void
every_truncation_is_refused(void **state)
{
	char *text = load(SAMPLES_DIR "/api/queues.json");
	struct doc_error error;
	size_t len = strlen(text);

	(void)state;
	while (text[len - 1] != '}')
		len--;
	for (size_t n = 0; n < len; n++) {
		assert_null(read_bytes(DOC_QUEUES, text, n, 7, &error));
		assert_int_equal(error.code, DOC_ERROR_SYNTAX);
	}
	free(text);
}

static void
limits_of_nesting_item_rest_and_count_hold(void **state)
{
	char *text = calloc(1, 600000);
	struct doc_reader *reader;
	struct doc_error error;
	size_t len;

	(void)state;
	assert_non_null(text);
	strcpy(text, "{\"data\":{\"queues\":[{\"name\":\"a\",\"x\":");
	memset(text + strlen(text), '[', 61);
	assert_refused(text, DOC_ERROR_LIMIT, "64 levels");
	memset(text, 0, 600000);
	strcpy(text, "{\"data\":{\"queues\":[{\"name\":\"");
	memset(text + strlen(text), 'x', 300000);
	assert_null(read_bytes(DOC_QUEUES, text, strlen(text), 4096, &error));
	assert_int_equal(error.code, DOC_ERROR_LIMIT);
	assert_non_null(strstr(error.text, "256 KiB in item 1"));
	memset(text, 0, 600000);
	strcpy(text, "{\"data\":{\"title\":\"");
	memset(text + strlen(text), 'x', 70000);
	assert_null(read_bytes(DOC_QUEUES, text, strlen(text), 4096, &error));
	assert_int_equal(error.code, DOC_ERROR_LIMIT);
	free(text);
	reader = doc_reader_new(DOC_QUEUES, 1);
	assert_non_null(reader);
	text = strdup("{\"data\":{\"queues\":[{\"name\":\"a\"},{\"name\":\"b\"}]}}");
	assert_non_null(text);
	len = strlen(text);
	assert_int_equal(doc_reader_feed(reader, text, len), -1);
	assert_null(doc_reader_finish(reader, &error));
	assert_int_equal(error.code, DOC_ERROR_LIMIT);
	doc_reader_free(reader);
	free(text);
}

static void
unknown_siblings_of_any_size_cost_nothing(void **state)
{
	struct doc_reader *reader = doc_reader_new(DOC_QUEUES, MAX_ITEMS);
	struct doc_error error;
	struct doc_list *list;
	char block[4096];

	(void)state;
	assert_non_null(reader);
	memset(block, ' ', sizeof(block));
	memcpy(block, "[{\"a\":1}],", 10);
	assert_int_equal(doc_reader_feed(reader, "{\"data\":{\"events\":[", 19), 0);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(doc_reader_feed(reader, block, sizeof(block)), 0);
	assert_int_equal(doc_reader_feed(reader, "0],\"queues\":[{\"name\":\"a\"}]}}", 28), 0);
	list = doc_reader_finish(reader, &error);
	assert_non_null(list);
	assert_int_equal(list->count, 1);
	doc_list_free(list);
	doc_reader_free(reader);
}

/* One queue as PowerMTA would list it, with errors enough to make the document large. */
static size_t
write_queue(char *text, size_t size, int number)
{
	static const char error[] =
		"{\"time\":\"2025-06-30 10:00:00\",\"text\":\"connect rate limit reached\"}";

	return (size_t)snprintf(
		text, size,
		"%s{\"name\":\"d%06d.example/vmta-%d\",\"rcp\":%d,\"kb\":%d.5,\"conn\":0,"
		"\"errors\":[%s,%s,%s,%s,%s],\"paused\":\"no\",\"mode\":\"normal\"}",
		number > 0 ? "," : "", number, number % 7, number + 1, number, error, error, error,
		error, error);
}

static void
a_hundred_thousand_queues_need_memory_for_what_is_kept_only(void **state)
{
	struct doc_reader *reader = doc_reader_new(DOC_QUEUES, MAX_ITEMS);
	struct doc_error error;
	struct doc_list *list;
	char text[1024];
	size_t len, total = 0;

	(void)state;
	assert_non_null(reader);
	assert_int_equal(doc_reader_feed(reader, "{\"data\":{\"queues\":[", 19), 0);
	for (int i = 0; i < 100000; i++) {
		len = write_queue(text, sizeof(text), i);
		total += len;
		assert_int_equal(doc_reader_feed(reader, text, len), 0);
	}
	assert_int_equal(doc_reader_feed(reader, "],\"totalQueuesWithRcp\":100000}}", 31), 0);
	list = doc_reader_finish(reader, &error);
	assert_non_null(list);
	assert_int_equal(list->count, 100000);
	assert_true(list->complete);
	assert_string_equal(item_at(list, 99999).name, "d099999.example/vmta-4");
	assert_true(item_at(list, 99999).rcp == 100000);
	/* A name and a few bytes: the errors are alike, and older ones are not kept at all. */
	assert_true(doc_list_size(list) < total / 8);
	doc_list_free(list);
	doc_reader_free(reader);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(list_given_in_several_pieces_is_read_whole),
		cmocka_unit_test(lists_are_looked_for_only_in_data),
		cmocka_unit_test(braces_quotes_and_escapes_in_texts_do_not_mislead),
		cmocka_unit_test(escapes_that_are_no_characters_keep_names_apart),
		cmocka_unit_test(failures_and_other_documents_are_refused),
		cmocka_unit_test(broken_structure_is_refused),
		cmocka_unit_test(byte_order_mark_is_skipped),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(limits_of_nesting_item_rest_and_count_hold),
		cmocka_unit_test(unknown_siblings_of_any_size_cost_nothing),
		cmocka_unit_test(a_hundred_thousand_queues_need_memory_for_what_is_kept_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
