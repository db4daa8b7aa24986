/* SPDX-License-Identifier: BSD-2-Clause */
#include "catchup.h"

#include <stdio.h>

#define SIZE_MAX_TEXT 24

static const char *
format_bytes(double bytes, char out[SIZE_MAX_TEXT])
{
	if (bytes < 999.5e6)
		snprintf(out, SIZE_MAX_TEXT, "%.0f MB", bytes / 1e6);
	else
		snprintf(out, SIZE_MAX_TEXT, "%.1f GB", bytes / 1e9);
	return out;
}

/* Of an estimate nobody wants to know the seconds when there are hours. */
static const char *
format_time(double seconds, char out[SIZE_MAX_TEXT])
{
	const double minutes = seconds / 60;

	if (seconds < 99.5)
		snprintf(out, SIZE_MAX_TEXT, "%.0f s", seconds);
	else if (minutes < 99.5)
		snprintf(out, SIZE_MAX_TEXT, "%.0f min", minutes);
	else
		snprintf(out, SIZE_MAX_TEXT, "%.1f h", minutes / 60);
	return out;
}

static void
begin(struct catchup *catchup, uint64_t behind, struct moment now, char line[CATCHUP_LINE_MAX])
{
	char size[SIZE_MAX_TEXT];

	*catchup = (struct catchup){true, behind, behind, now.mono_ms, now.mono_ms};
	snprintf(line, CATCHUP_LINE_MAX, "%s behind, catching up",
		 format_bytes((double)behind, size));
}

static void
end(struct catchup *catchup, struct moment now, char line[CATCHUP_LINE_MAX])
{
	const double seconds = (double)(now.mono_ms - catchup->began) / 1000;
	char size[SIZE_MAX_TEXT], time[SIZE_MAX_TEXT];

	catchup->active = false;
	snprintf(line, CATCHUP_LINE_MAX, "caught up: %s in %s",
		 format_bytes((double)catchup->first, size), format_time(seconds, time));
}

/* The speed is that at which the backlog shrinks, whatever PowerMTA adds to it: by it the rest can
 * be estimated. */
static void
go_on(struct catchup *catchup, uint64_t behind, struct moment now, char line[CATCHUP_LINE_MAX])
{
	const double seconds = (double)(now.mono_ms - catchup->told_at) / 1000;
	const double growth = ((double)behind - (double)catchup->told) / seconds;
	char size[SIZE_MAX_TEXT], time[SIZE_MAX_TEXT];

	format_bytes((double)behind, size);
	if (growth < 0)
		snprintf(line, CATCHUP_LINE_MAX,
			 "%s behind, catching up at %.1f MB/s, about %s left", size, -growth / 1e6,
			 format_time((double)behind / -growth, time));
	else
		snprintf(line, CATCHUP_LINE_MAX, "%s behind, and not catching up: %.1f MB/s more",
			 size, growth / 1e6);
	catchup->told = behind;
	catchup->told_at = now.mono_ms;
}

bool
catchup_note(struct catchup *catchup, uint64_t behind, struct moment now,
	     char line[CATCHUP_LINE_MAX])
{
	if (!catchup->active) {
		if (behind < CATCHUP_BEGIN)
			return false;
		begin(catchup, behind, now, line);
		return true;
	}
	if (behind < CATCHUP_END) {
		end(catchup, now, line);
		return true;
	}
	if (now.mono_ms - catchup->told_at < CATCHUP_EVERY_MS)
		return false;
	go_on(catchup, behind, now, line);
	return true;
}
