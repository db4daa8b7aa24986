/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_conf.c - libFuzzer target: any bytes as a configuration file. A file is either taken, and
 * then whole, or refused with a complaint.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "conf.h"
#include "rule_explain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "does not hold: %s\n", what);
	abort();
}

/* A complaint is one line that begins with the file's name. */
static void
check_complaint(void *ctx, const char *message)
{
	check(strncmp(message, "/proc/self/fd/", 14) == 0, "the complaint names the file");
	check(!strchr(message, '\n'), "the complaint is one line");
	++*(unsigned *)ctx;
}

static void
check_rule(const struct rule *rule)
{
	char text[RULE_EXPLAIN_SIZE];

	check(rule->metric && rule->match && rule->server, "a rule judges something");
	check(metric_needs_window(rule->metric) == (rule->window_s > 0), "a sum has a window");
	switch (rule->when) {
	case RULE_ABOVE:
		check(rule->clear.number < rule->raise.number, "clear is less than raise");
		break;
	case RULE_BELOW:
		check(rule->clear.number > rule->raise.number, "clear is more than raise");
		break;
	case RULE_IS:
		check(rule->states > 0, "a state is one of some words");
		break;
	}
	check(rule_explain(rule, text, sizeof text)[0] != '\0', "it can be explained");
}

static void
check_taken(const struct conf *conf)
{
	check(conf->server_count > 0, "there is a server");
	check(conf->list_interval_ms >= 200 && conf->poll_interval_ms >= 200, "intervals");
	for (size_t i = 0; i < conf->server_count; i++) {
		const struct conf_server *server = &conf->servers[i];

		check(server->name && server->name[0], "a server has a name");
		check(server->url || server->accounting_count > 0, "a server has a source");
	}
	for (size_t i = 0; i < conf->threshold_count; i++)
		check_rule(&conf->thresholds[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];
	unsigned complaints = 0;
	struct conf *conf;
	int fd = memfd_create("conf", MFD_CLOEXEC);

	check(fd >= 0 && write(fd, data, size) == (ssize_t)size, "the input is written");
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	conf = conf_read(path, check_complaint, &complaints);
	check((conf == NULL) == (complaints > 0), "refused means a complaint, taken means none");
	if (conf)
		check_taken(conf);
	conf_free(conf);
	close(fd);
	return 0;
}
