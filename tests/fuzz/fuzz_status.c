/* SPDX-License-Identifier: BSD-2-Clause */
/* Whatever the bytes, doc_parse_status() gives values in range and clean texts, or a clean error.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "monitor_doc.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void
check_text(const char *text, size_t size)
{
	char again[TEXT_MAX];
	size_t len = strnlen(text, size);

	if (len == size)
		abort();
	text_clean(again, sizeof(again), text, len);
	if (strcmp(again, text) != 0)
		abort();
}

static void
check_number(doc_number number)
{
	if (number < 0 || number > 18446744073709551616.0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct doc_status status;
	struct doc_error error = {0};

	if (doc_parse_status((const char *)bytes, len, &status, &error) != 0) {
		if (error.code == 0 || error.text[0] == '\0')
			abort();
		check_text(error.text, sizeof(error.text));
		return 0;
	}
	check_text(status.host, sizeof(status.host));
	check_text(status.version, sizeof(status.version));
	check_text(status.state_text, sizeof(status.state_text));
	check_text(status.start_text, sizeof(status.start_text));
	for (int i = 0; i < DOC_WINDOWS; i++)
		check_number(status.traffic[i].out.rcp);
	for (int i = 1; i <= SNAP_DELIVERY_OTHER; i++)
		check_number(status.queue[i].kb);
	check_number(status.spool_rcp);
	return 0;
}
