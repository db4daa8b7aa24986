/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

static struct options options;
static char complaint[1024];

/* Parses the words of line, which are parted by single blanks. */
static enum options_action
parse(const char *line)
{
	static char words[1024];
	char *argv[64] = {words};
	int argc = 0;
	FILE *err = fmemopen(complaint, sizeof complaint, "w");
	enum options_action action;

	snprintf(words, sizeof words, "pmta-monitord%s%s", *line ? " " : "", line);
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	complaint[0] = '\0';
	assert_non_null(err);
	action = options_parse(argc, argv, &options, err);
	fclose(err);
	return action;
}

static void
assert_bad(const char *line, const char *words)
{
	assert_int_equal(parse(line), OPTIONS_BAD);
	if (!strstr(complaint, words))
		fail_msg("\"%s\" is not in \"%s\"", words, complaint);
}

static void
test_without_options_it_runs_in_the_background_with_syslog(void **state)
{
	(void)state;
	assert_int_equal(parse(""), OPTIONS_RUN);
	assert_false(options.foreground);
	assert_int_equal(options.log_target, LOG_TO_SYSLOG);
	assert_int_equal(options.log_level, LOG_LEVEL_INFO);
	assert_string_equal(options.conf_file, SYSCONFDIR "/pmta-monitor/pmta-monitord.conf");
	assert_null(options.pid_file);
	assert_int_equal(options.debug_count, 0);
}

static void
test_in_the_foreground_it_logs_to_stderr(void **state)
{
	(void)state;
	assert_int_equal(parse("-f"), OPTIONS_RUN);
	assert_true(options.foreground);
	assert_int_equal(options.log_target, LOG_TO_STDERR);
}

static void
test_every_option_of_a_run_is_taken(void **state)
{
	(void)state;
	assert_int_equal(parse("-f -c /a.conf -l journal:debug -d fetch -dstore"), OPTIONS_RUN);
	assert_string_equal(options.conf_file, "/a.conf");
	assert_int_equal(options.log_target, LOG_TO_JOURNAL);
	assert_int_equal(options.log_level, LOG_LEVEL_DEBUG);
	assert_int_equal(options.debug_count, 2);
	assert_string_equal(options.debug[0], "fetch");
	assert_string_equal(options.debug[1], "store");
	assert_int_equal(parse("-p /run/a.pid -l syslog:warning"), OPTIONS_RUN);
	assert_string_equal(options.pid_file, "/run/a.pid");
	assert_int_equal(options.log_level, LOG_LEVEL_WARNING);
}

static void
test_long_names_mean_the_same(void **state)
{
	(void)state;
	assert_int_equal(parse("--foreground --config=/a --log stderr:notice --debug all"),
			 OPTIONS_RUN);
	assert_true(options.foreground);
	assert_string_equal(options.conf_file, "/a");
	assert_int_equal(options.log_level, LOG_LEVEL_NOTICE);
	assert_string_equal(options.debug[0], "all");
	assert_int_equal(parse("--pid-file=/b"), OPTIONS_RUN);
	assert_string_equal(options.pid_file, "/b");
}

static void
test_each_action_has_its_option(void **state)
{
	static const struct {
		const char *line;
		enum options_action action;
	} cases[] = {{"-t", OPTIONS_CHECK},
		     {"--check", OPTIONS_CHECK},
		     {"-V", OPTIONS_VERSION},
		     {"--version", OPTIONS_VERSION},
		     {"-h", OPTIONS_HELP},
		     {"--help", OPTIONS_HELP},
		     {"--print-mib", OPTIONS_PRINT_MIB},
		     {"--probe http://a", OPTIONS_PROBE}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(parse(cases[i].line), cases[i].action);
}

static void
test_every_option_of_a_probe_is_taken(void **state)
{
	(void)state;
	assert_int_equal(parse("--probe https://a:8080 --save /d --mask --insecure-tls "
			       "--api-key-file /k"),
			 OPTIONS_PROBE);
	assert_string_equal(options.probe.url, "https://a:8080");
	assert_string_equal(options.probe.save_dir, "/d");
	assert_string_equal(options.probe.api_key_file, "/k");
	assert_true(options.probe.mask);
	assert_true(options.probe.insecure_tls);
	assert_int_equal(options.log_target, LOG_TO_STDERR);
}

static void
test_nothing_is_left_over_from_an_earlier_line(void **state)
{
	(void)state;
	parse("-f -d a --probe http://a --save /d");
	assert_int_equal(parse("-t"), OPTIONS_CHECK);
	assert_false(options.foreground);
	assert_int_equal(options.debug_count, 0);
	assert_null(options.probe.url);
	assert_null(options.probe.save_dir);
}

static void
test_help_and_version_win_over_other_actions(void **state)
{
	(void)state;
	assert_int_equal(parse("-t -h"), OPTIONS_HELP);
	assert_int_equal(parse("-V --print-mib"), OPTIONS_VERSION);
}

static void
test_what_is_not_understood_is_named(void **state)
{
	(void)state;
	assert_bad("-x", "-x is no option");
	assert_bad("--bogus", "--bogus is no option");
	assert_bad("--mask=yes", "--mask=yes is no option or takes no argument");
	assert_bad("-c", "-c needs an argument");
	assert_bad("--probe", "--probe needs an argument");
	assert_bad("start", "start: only options are expected");
	assert_bad("-l file", "-l file: stderr, syslog or journal is expected");
	assert_bad("-l stderr:loud", "-l stderr:loud:");
	assert_bad("-l stderr:", "-l stderr::");
}

static void
test_options_that_do_not_go_together_are_refused(void **state)
{
	(void)state;
	assert_bad("-t --print-mib", "-t and --print-mib cannot be used together");
	assert_bad("--probe http://a -t", "--probe and -t cannot be used together");
	assert_bad("--save /d", "need --probe URL");
	assert_bad("-f --insecure-tls", "need --probe URL");
	assert_bad("--probe http://a --mask", "--mask needs --save");
	assert_bad("-f -p /run/a.pid", "-p is of use only without -f");
	assert_bad("-l journal", "need -f");
}

static void
test_more_debug_tokens_than_there_is_room_for_are_refused(void **state)
{
	(void)state;
	assert_int_equal(parse("-d1 -d2 -d3 -d4 -d5 -d6 -d7 -d8 -d9 -d10 -d11 -d12 -d13 -d14 "
			       "-d15 -d16"),
			 OPTIONS_RUN);
	assert_bad("-d1 -d2 -d3 -d4 -d5 -d6 -d7 -d8 -d9 -d10 -d11 -d12 -d13 -d14 -d15 -d16 -d17",
		   "at most 16 tokens");
}

static void
test_the_help_names_every_option(void **state)
{
	static const char *const names[] = {"-c, --config",   "-f, --foreground", "-p, --pid-file",
					    "-l, --log",      "-d, --debug",	  "-t, --check",
					    "--probe URL",    "--save DIR",	  "--mask",
					    "--insecure-tls", "--api-key-file",	  "--print-mib",
					    "-V, --version",  "-h, --help"};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	options_print_help(out);
	fclose(out);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (!strstr(text, names[i]))
			fail_msg("%s is not in the help", names[i]);
	}
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_options_it_runs_in_the_background_with_syslog),
		cmocka_unit_test(test_in_the_foreground_it_logs_to_stderr),
		cmocka_unit_test(test_every_option_of_a_run_is_taken),
		cmocka_unit_test(test_long_names_mean_the_same),
		cmocka_unit_test(test_each_action_has_its_option),
		cmocka_unit_test(test_every_option_of_a_probe_is_taken),
		cmocka_unit_test(test_nothing_is_left_over_from_an_earlier_line),
		cmocka_unit_test(test_help_and_version_win_over_other_actions),
		cmocka_unit_test(test_what_is_not_understood_is_named),
		cmocka_unit_test(test_options_that_do_not_go_together_are_refused),
		cmocka_unit_test(test_more_debug_tokens_than_there_is_room_for_are_refused),
		cmocka_unit_test(test_the_help_names_every_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
