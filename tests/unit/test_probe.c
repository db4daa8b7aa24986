/* SPDX-License-Identifier: BSD-2-Clause */
/* What --probe prints and keeps, against a server in this process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <curl/curl.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fetch_server.h"
#include "probe.h"

static struct fetch_server *server;
static char directory[] = "/tmp/test_probe_XXXXXX";
static char documents[64], saved[64];

static const char queues[] =
	"{\"data\":{\"queues\":[{\"name\":\"a.example/"
	"v\",\"rcp\":7,\"kb\":1,\"conn\":0,\"paused\":\"never\","
	"\"mode\":\"normal\",\"retryTime\":\"\",\"weight\":3,\"errors\":[{\"text\":\"jane@a."
	"example unknown\"}]},"
	"{\"name\":\"b.example/"
	"v\",\"rcp\":900,\"kb\":2,\"conn\":0,\"paused\":\"no\",\"mode\":\"backoff\"}],"
	"\"totalRcp\":5000,\"totalQueuesWithRcp\":40},\"status\":\"success\"}";

static void
write_document(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", documents, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static char *
read_all(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 65536);

	assert_non_null(text);
	if (file == NULL)
		fail_msg("%s is not there", path);
	assert_true(fread(text, 1, 65535, file) < 65535);
	fclose(file);
	return text;
}

static char *
read_saved(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", saved, name);
	return read_all(path);
}

/* Runs a probe and returns what it printed, to be freed. */
static char *
probe(const char *url, const char *save_dir, bool mask, int expected)
{
	static const char *const queries[4] = {"maxitems=50", NULL, NULL, NULL};
	struct fetch_options options = {.base_url = url, .timeout_ms = 10000, .max_bytes = 1 << 20};
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(probe_run(&options, queries, save_dir, mask, out), expected);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void
assert_says(const char *text, const char *words)
{
	if (strstr(text, words) == NULL)
		fail_msg("\"%s\" is not in:\n%s", words, text);
}

static void
good_documents_are_shown_without_complaint(void **state)
{
	char *text;

	(void)state;
	fetch_server_set_directory(server, SAMPLES_DIR "/api");
	text = probe(fetch_server_url(server), NULL, false, 0);
	assert_says(text, "out7.mail.example");
	assert_says(text, "29 d 23:59:57");
	assert_says(text, "98765432102");
	assert_says(text, "slow.example/vmta-2");
	assert_says(text, "MX skipped");
	assert_says(text,
		    "4 listed, of 4 with mail; recipients of all: 2134; the list is complete");
	assert_says(text, "every key was understood, and none is missing");
	assert_says(text, "/jobs  HTTP 200");
	assert_null(strstr(text, "NOT understood"));
	free(text);
}

static void
odd_and_missing_keys_are_told(void **state)
{
	char *text;

	(void)state;
	write_document("status.json",
		       "{\"data\":{\"status\":{\"status\":\"running\",\"mood\":\"fine\"}}}");
	write_document("queues.json", queues);
	fetch_server_set_directory(server, documents);
	text = probe(fetch_server_url(server), NULL, false, 0);
	assert_says(text,
		    "data.status.mood                 is unknown (1 times, for example fine)");
	assert_says(text, "data.status.spool.maxRcp         is missing");
	assert_says(text, "data.queues.weight               is unknown (1 times, for example 3)");
	assert_says(
		text,
		"data.queues.paused               is not yes or no (1 times, for example never)");
	assert_says(text, "data.queues.retryTime            is missing in 1 of 2 items");
	assert_says(text, "the list is cut");
	assert_says(text, "http-default-max-items");
	assert_says(text, "/domains  HTTP 404");
	free(text);
}

static void
refused_documents_are_told_with_reason(void **state)
{
	char *text;

	(void)state;
	write_document("status.json", "{\"status\":\"fail\",\"message\":\"no pmtad\"}");
	write_document("queues.json", "<html>");
	fetch_server_set_directory(server, documents);
	text = probe(fetch_server_url(server), NULL, false, 1);
	assert_says(text, "NOT understood\n    PowerMTA answered \"fail\": no pmtad");
	assert_says(text, "is HTML or XML");
	free(text);
	text = probe("http://127.0.0.1:9", NULL, false, 1);
	assert_says(text, "connection refused");
	free(text);
	text = probe("127.0.0.1:8080", NULL, false, 1);
	assert_says(text, "expected http://");
	free(text);
}

static void
every_reply_is_kept_and_masked(void **state)
{
	char *text, *index;
	struct stat stat_buf;
	char path[128];

	(void)state;
	write_document("status.json", "{\"data\":{\"status\":{}}}");
	write_document("queues.json", queues);
	write_document("queueDetail.json", "{\"rcpt\":\"joe@b.example\"}");
	write_document("queues.xml", "<rsp/>");
	fetch_server_set_directory(server, documents);
	free(probe(fetch_server_url(server), saved, true, 0));
	assert_int_equal(stat(saved, &stat_buf), 0);
	assert_int_equal(stat_buf.st_mode & 07777, 0700);
	snprintf(path, sizeof(path), "%s/queues.json", saved);
	assert_int_equal(stat(path, &stat_buf), 0);
	assert_int_equal(stat_buf.st_mode & 07777, 0600);
	text = read_saved("queues.json");
	assert_says(text, "x@a.example unknown");
	assert_null(strstr(text, "jane"));
	free(text);
	text = read_saved("queueDetail.json");
	assert_string_equal(text, "{\"rcpt\":\"x@b.example\"}");
	free(text);
	text = read_saved("queues.xml");
	assert_string_equal(text, "<rsp/>");
	free(text);
	text = read_saved("domains.json");
	assert_string_equal(text, "no such page");
	free(text);
	index = read_saved("index.txt");
	assert_says(index, "queues.json 200 ");
	assert_says(index, " /queues?format=json&maxitems=50 -");
	assert_says(index, "/queueDetail?format=json&queue=b.example%2Fv");
	assert_says(index, "domains.json 404 ");
	assert_null(strstr(index, "listqueue"));
	free(index);
}

static void
replies_are_kept_unchanged_without_mask(void **state)
{
	char *text;

	(void)state;
	write_document("queues.json", queues);
	fetch_server_set_directory(server, documents);
	free(probe(fetch_server_url(server), saved, false, 0));
	text = read_saved("queues.json");
	assert_string_equal(text, queues);
	free(text);
}

static void
unusable_directory_is_named(void **state)
{
	char *text = probe(fetch_server_url(server), "/nonexistent/dir", false, 1);

	(void)state;
	assert_says(text, "/nonexistent/dir: No such file or directory");
	free(text);
}

static int
set_up(void **state)
{
	(void)state;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	assert_non_null(mkdtemp(directory));
	snprintf(documents, sizeof(documents), "%s/documents", directory);
	snprintf(saved, sizeof(saved), "%s/saved", directory);
	assert_int_equal(mkdir(documents, 0700), 0);
	server = fetch_server_new(NULL, NULL);
	return server != NULL ? 0 : -1;
}

static void
remove_directory(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir != NULL)
		closedir(dir);
	rmdir(path);
}

static int
tear_down(void **state)
{
	(void)state;
	remove_directory(documents);
	remove_directory(saved);
	remove_directory(directory);
	fetch_server_free(server);
	curl_global_cleanup();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_documents_are_shown_without_complaint),
		cmocka_unit_test(odd_and_missing_keys_are_told),
		cmocka_unit_test(refused_documents_are_told_with_reason),
		cmocka_unit_test(every_reply_is_kept_and_masked),
		cmocka_unit_test(replies_are_kept_unchanged_without_mask),
		cmocka_unit_test(unusable_directory_is_named),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
