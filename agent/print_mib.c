/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "agent.h"
#include "mib_text.h"

int
agent_print_mib(void)
{
	for (const char *const *line = mib_text; *line != NULL; line++)
		if (fputs(*line, stdout) == EOF)
			return -1;
	/* Only now does a full disk show. */
	return fflush(stdout) == 0 ? 0 : -1;
}
