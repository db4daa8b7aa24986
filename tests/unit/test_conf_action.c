/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "conf.h"
#include "conf_action.h"
#include "temp_dir.h"

#define SERVER "server \"mta1\" { url = http://127.0.0.1:8080 }\n"

static char dir[TEMP_DIR_MAX];
static char complaints[2048];

static int
setup(void **state)
{
	(void)state;
	temp_dir_make(dir);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	temp_dir_remove(dir);
	return 0;
}

static void
note(void *ctx, const char *message)
{
	const size_t len = strlen(complaints);

	(void)ctx;
	snprintf(complaints + len, sizeof complaints - len, "%s\n", message);
}

/* The configuration of a section of these keys, in line 2. */
static struct conf *
read_action(const char *keys)
{
	char text[1024];

	complaints[0] = '\0';
	snprintf(text, sizeof text, "%saction \"a\" { %s }\n", SERVER, keys);
	temp_dir_write(dir, "test.conf", text);
	return conf_read(temp_dir_file(dir, "test.conf"), note, NULL);
}

static void
assert_refused(const char *keys, const char *words)
{
	assert_null(read_action(keys));
	if (strstr(complaints, "test.conf:2: ") == NULL || strstr(complaints, words) == NULL)
		fail_msg("expected line 2 and \"%s\", got: %s", words, complaints);
}

/* The path of a file with a secret and this mode; static. */
static const char *
secret(const char *name, const char *text, mode_t mode)
{
	static char key[2 * TEMP_DIR_MAX];
	char path[TEMP_DIR_MAX + 32];

	temp_dir_write(dir, name, text);
	snprintf(path, sizeof path, "%s/%s", dir, name);
	assert_int_equal(chmod(path, mode), 0);
	snprintf(key, sizeof key, "\"%s\"", path);
	return key;
}

static void
a_program_has_arguments_and_defaults(void **state)
{
	struct conf *conf = read_action("exec = { \"/bin/true\", \"--arg\", \"$(id)\", \"\" }");
	const struct conf_action *action;

	(void)state;
	assert_string_equal(complaints, "");
	assert_int_equal(conf->action_count, 1);
	action = conf->actions;
	assert_string_equal(action->name, "a");
	assert_int_equal(action->exec_count, 4);
	assert_string_equal(action->exec[2], "$(id)");
	assert_string_equal(action->exec[3], "");
	assert_int_equal(action->timeout_s, 10);
	assert_int_equal(action->rate, 10);
	assert_int_equal(action->severity, SNAP_SEVERITY_WARNING);
	assert_string_equal(action->match, "*");
	assert_null(action->webhook);
	conf_free(conf);
}

static void
secrets_are_read_out_of_their_files(void **state)
{
	char keys[1024];
	struct conf *conf;

	(void)state;
	snprintf(keys, sizeof keys, "url-file = %s ", secret("url", "https://h.example/x\n", 0600));
	snprintf(keys + strlen(keys), sizeof keys - strlen(keys),
		 "authorization-file = %s severity = critical match = \"gmail*\"",
		 secret("auth", "Bearer abc def\n", 0400));
	conf = read_action(keys);
	assert_string_equal(complaints, "");
	assert_string_equal(conf->actions[0].webhook, "https://h.example/x");
	assert_string_equal(conf->actions[0].authorization, "Bearer abc def");
	assert_int_equal(conf->actions[0].severity, SNAP_SEVERITY_CRITICAL);
	conf_free(conf);
}

static void
pagerduty_needs_its_key_and_has_its_url(void **state)
{
	char keys[1024];
	struct conf *conf;

	(void)state;
	snprintf(keys, sizeof keys, "format = pagerduty key-file = %s", secret("key", "K1", 0600));
	conf = read_action(keys);
	assert_string_equal(complaints, "");
	assert_string_equal(conf->actions[0].webhook, "https://events.pagerduty.com/v2/enqueue");
	assert_string_equal(conf->actions[0].key, "K1");
	conf_free(conf);
	assert_refused("format = pagerduty", "key-file");
	snprintf(keys, sizeof keys, "format = pagerduty news = yes key-file = %s",
		 secret("key", "K1", 0600));
	assert_refused(keys, "never be resolved");
}

static void
one_of_program_and_url_is_expected(void **state)
{
	(void)state;
	assert_refused("severity = major", "one of exec, webhook and url-file is expected");
	assert_refused("exec = { \"/bin/true\" } webhook = \"https://h.example/\"",
		       "one of exec, webhook and url-file is expected");
	assert_refused("url-file = \"/x\" webhook = \"https://h.example/\"",
		       "one of exec, webhook and url-file is expected");
}

static void
a_program_that_cannot_be_run_is_refused(void **state)
{
	(void)state;
	assert_refused("exec = { \"true\" }", "the absolute path of a program is expected");
	assert_refused("exec = { \"/nowhere/x\" }", "/nowhere/x cannot be executed");
}

static void
a_secret_in_the_wrong_place_is_not_repeated(void **state)
{
	char keys[1024];

	(void)state;
	assert_refused("url-file = \"https://hooks.example/T0PSECRET\"", "does not belong here");
	assert_null(strstr(complaints, "T0PSECRET"));
	snprintf(keys, sizeof keys, "url-file = %s", secret("url", "T0PSECRET\n", 0600));
	assert_refused(keys, "holds no URL");
	assert_null(strstr(complaints, "T0PSECRET"));
	snprintf(keys, sizeof keys, "url-file = %s", secret("open", "https://T0PSECRET\n", 0644));
	assert_refused(keys, "has mode 0644");
	assert_null(strstr(complaints, "T0PSECRET"));
}

static void
bad_values_are_refused_with_what_is_allowed(void **state)
{
	(void)state;
	assert_refused("exec = { \"/bin/true\" } severity = loud", "critical major minor warning");
	assert_refused("exec = { \"/bin/true\" } rate = 0", "from 1 to 6000");
	assert_refused("exec = { \"/bin/true\" } timeout = 20m", "from 1s to 10m");
	assert_refused("webhook = \"ftp://h.example/\"", "https://HOST/PATH");
	assert_refused("exec = { \"/bin/true\" } scop = server", "did you mean scope?");
}

static void
a_copy_outlives_the_configuration(void **state)
{
	struct conf *conf = read_action("exec = { \"/bin/true\", \"x\" } match = \"g*\"");
	struct conf_action *copy = conf_action_copy(&conf->actions[0]);

	(void)state;
	conf_free(conf);
	assert_string_equal(copy->name, "a");
	assert_string_equal(copy->exec[1], "x");
	assert_null(copy->exec[2]);
	assert_string_equal(copy->match, "g*");
	conf_action_free(copy);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_program_has_arguments_and_defaults),
		TEST(secrets_are_read_out_of_their_files),
		TEST(pagerduty_needs_its_key_and_has_its_url),
		TEST(one_of_program_and_url_is_expected),
		TEST(a_program_that_cannot_be_run_is_refused),
		TEST(a_secret_in_the_wrong_place_is_not_repeated),
		TEST(bad_values_are_refused_with_what_is_allowed),
		TEST(a_copy_outlives_the_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
