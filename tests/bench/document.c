/* SPDX-License-Identifier: BSD-2-Clause */
#include "document.h"

#include <stdio.h>
#include <stdlib.h>

size_t
document_put_queue(unsigned i, unsigned vmtas, char *out, size_t size)
{
	return (size_t)snprintf(out, size, "customer%u.example/vmta-%u", i / vmtas,
				i % vmtas * 9 + i / vmtas % 9);
}

static void
put_item(FILE *out, unsigned i, unsigned queues, unsigned vmtas)
{
	char name[64];

	document_put_queue(i, vmtas, name, sizeof name);
	fprintf(out,
		"%s{\"name\":\"%s\",\"rcp\":%u,\"kb\":%u.3,\"conn\":%u,\"errors\":["
		"{\"time\":\"2025-06-30 10:05:00\",\"text\":\"connect rate limit reached\"}],"
		"\"paused\":\"no\",\"mode\":\"%s\",\"retryTime\":\"2025-06-30 10:15:00\"}",
		i > 0 ? "," : "", name, queues - i, i * 3, i % 20,
		i % 3 > 0 ? "normal" : "backoff");
}

char *
document_make(unsigned queues, unsigned vmtas, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	if (out == NULL)
		exit(1);
	fputs("{\"data\":{\"title\":\"Top queues by number of recipients\",\"queues\":[", out);
	for (unsigned i = 0; i < queues; i++)
		put_item(out, i, queues, vmtas);
	fprintf(out,
		"],\"totalRcp\":%llu,\"totalQueuesWithRcp\":%u},\"status\":\"success\","
		"\"message\":\"\"}",
		queues / 2 * (queues + 1ULL), queues);
	if (fclose(out) != 0)
		exit(1);
	return text;
}
