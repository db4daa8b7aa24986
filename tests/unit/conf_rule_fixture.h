/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_rule_fixture.h - reads thresholds out of a configuration in a file, and takes what is
 * complained of.
 */
#ifndef PMTA_CONF_RULE_FIXTURE_H
#define PMTA_CONF_RULE_FIXTURE_H

#include "conf.h"

/* The threshold begins in line 2. */
#define SERVER "server \"mta1\" { url = http://a }\n"
#define RULE(body) SERVER "threshold t {\n" body "\n}\n"
/* A rule about the deferrals of a provider, with more in line 4. */
#define DEFERRALS(more) RULE("scope = provider metric = deferral-share raise = 15%\n" more)

struct conf_rule_fixture {
	char file[32];
	char complaints[4096]; /* of the last file, a line each */
	unsigned complaint_count;
	struct conf *conf;
};

/* For cmocka. */
int conf_rule_set_up(void **state);
int conf_rule_tear_down(void **state);
#define CONF_RULE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, conf_rule_set_up, conf_rule_tear_down)

/* What conf_read() says to this text; to be freed. */
struct conf *read_text(struct conf_rule_fixture *f, const char *text);

/* The rules of a text that must be good, until the next. */
const struct rule *read_rules(struct conf_rule_fixture *f, const char *text);

/* The file is refused with just one complaint, in this line, with these words. */
void assert_refused(struct conf_rule_fixture *f, const char *text, unsigned line,
		    const char *words);

void assert_limit(const struct rule_limit *limit, enum rule_limit_kind kind, double number);

#endif
