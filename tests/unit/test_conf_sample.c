/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sample configuration as it is shipped. TOP_SRCDIR is the directory that has init/.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"

#define SAMPLE TOP_SRCDIR "/init/pmta-monitord.conf.in"

static void
print_complaint(void *ctx, const char *message)
{
	(void)ctx;
	print_error("%s\n", message);
}

static void
test_the_sample_is_valid_as_shipped(void **state)
{
	struct conf *conf = conf_read(SAMPLE, print_complaint, NULL);

	(void)state;
	assert_non_null(conf);
	assert_int_equal(conf->server_count, 1);
	assert_int_equal(conf->threshold_count, 18);
	for (size_t i = 0; i < conf->threshold_count; i++)
		assert_non_null(conf->thresholds[i].advice);
	conf_free(conf);
}

/* Copies the sample without the '#' of its commented-out keys, and with LOCALSTATEDIR put in. */
static void
uncomment(FILE *in, FILE *out)
{
	char line[512];

	while (fgets(line, sizeof line, in)) {
		char *mark = line + strspn(line, "\t"), *dir = strstr(line, "@localstatedir@");

		/* These need files that a test has not, or contradict each other. */
		if (strstr(line, "ca-file") || strstr(line, "api-key-file"))
			continue;
		if (mark[0] == '#' && islower((unsigned char)mark[1]))
			mark[0] = ' ';
		if (dir)
			fprintf(out, "%.*s%s%s", (int)(dir - line), line, LOCALSTATEDIR,
				dir + strlen("@localstatedir@"));
		else
			fputs(line, out);
	}
}

static struct conf *
read_text(const char *text, FILE *sample)
{
	char path[] = "/tmp/test_conf_sample.XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");
	struct conf *conf;

	assert_non_null(file);
	if (sample)
		uncomment(sample, file);
	else
		fputs(text, file);
	fclose(file);
	conf = conf_read(path, print_complaint, NULL);
	unlink(path);
	assert_non_null(conf);
	return conf;
}

static void
test_the_keys_it_shows_commented_out_have_their_defaults(void **state)
{
	FILE *sample = fopen(SAMPLE, "r");
	struct conf *shown, *preset;

	(void)state;
	assert_non_null(sample);
	shown = read_text(NULL, sample);
	preset = read_text("server a { url = http://a }", NULL);
	fclose(sample);
	assert_string_equal(shown->agent_name, "mail-cluster-1");
	assert_string_equal(shown->agentx_socket, preset->agentx_socket);
	assert_string_equal(shown->state_dir, preset->state_dir);
	assert_int_equal(shown->poll_interval_ms, preset->poll_interval_ms);
	assert_int_equal(shown->list_interval_ms, preset->list_interval_ms);
	assert_int_equal(shown->stale_after, preset->stale_after);
	assert_int_equal(shown->down_after, preset->down_after);
	assert_int_equal(shown->timeout_ms, preset->timeout_ms);
	assert_int_equal(shown->connect_timeout_ms, preset->connect_timeout_ms);
	assert_int_equal(shown->max_reply, preset->max_reply);
	assert_int_equal(shown->row_limit, preset->row_limit);
	assert_int_equal(shown->row_retention_s, preset->row_retention_s);
	assert_int_equal(shown->notification_rate, preset->notification_rate);
	assert_int_equal(shown->notification_burst, preset->notification_burst);
	assert_int_equal(shown->ping_interval_s, preset->ping_interval_s);
	assert_int_equal(shown->servers[0].start_at, preset->servers[0].start_at);
	assert_int_equal(shown->servers[0].jobs, preset->servers[0].jobs);
	assert_int_equal(shown->servers[0].insecure_tls, preset->servers[0].insecure_tls);
	assert_int_equal(shown->servers[0].accounting_count, 2);
	assert_int_equal(shown->servers[0].pin_count, 2);
	conf_free(shown);
	conf_free(preset);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_sample_is_valid_as_shipped),
		cmocka_unit_test(test_the_keys_it_shows_commented_out_have_their_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
