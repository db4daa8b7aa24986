/* SPDX-License-Identifier: BSD-2-Clause */
#include "check_smtp.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A reply to EHLO has a line for each extension, some twenty; one without end is none. */
#define LINES_MAX 128

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The reply code that begins a line, or 0 (RFC 5321, 4.2: the first digit is 2 to 5). */
static uint16_t
code_of(const char *line, size_t len)
{
	if (len < 3 || line[0] < '2' || line[0] > '5' || !is_digit(line[1]) || !is_digit(line[2]))
		return 0;
	if (len > 3 && line[3] != ' ' && line[3] != '-')
		return 0;
	return (uint16_t)((line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0'));
}

/* The code stands once in front, the words of further lines behind. */
static void
take_words(struct smtp_dialogue *dialogue, const char *line, size_t len)
{
	char *text = dialogue->text;
	size_t used = dialogue->lines > 0 ? strlen(text) : 0;
	size_t skip = dialogue->lines > 0 && len > 4 ? 4 : 0;

	if (dialogue->lines > 0 && (len <= 4 || used + 2 >= sizeof dialogue->text))
		return;
	if (dialogue->lines > 0)
		text[used++] = ' ';
	text_clean(text + used, sizeof dialogue->text - used, line + skip, len - skip);
	if (dialogue->lines == 0 && text[0] != '\0' && text[3] == '-')
		text[3] = ' ';
}

static void
reply_ended(struct smtp_dialogue *dialogue, uint32_t ms)
{
	if (dialogue->replies++ == 0) {
		dialogue->banner_ms = ms;
		memcpy(dialogue->banner, dialogue->text, sizeof dialogue->banner);
	}
	if (dialogue->code >= 400 && dialogue->refusal == 0) {
		dialogue->refusal = dialogue->code;
		memcpy(dialogue->refused, dialogue->text, sizeof dialogue->refused);
	}
	dialogue->lines = 0;
}

int
smtp_dialogue_line(struct smtp_dialogue *dialogue, const char *line, size_t len, uint32_t ms)
{
	uint16_t code;

	while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
		len--;
	code = code_of(line, len);
	if (code == 0 || dialogue->lines == LINES_MAX) {
		text_clean(dialogue->odd, sizeof dialogue->odd, len > 0 ? line : "(empty line)",
			   len > 0 ? len : strlen("(empty line)"));
		return -1;
	}
	dialogue->code = code;
	take_words(dialogue, line, len);
	dialogue->lines++;
	if (len <= 3 || line[3] == ' ')
		reply_ended(dialogue, ms);
	return 0;
}

static enum snap_probe_state
state_of_end(enum smtp_end end)
{
	switch (end) {
	case SMTP_END_GREETED:
		return SNAP_PROBE_ACCEPTING;
	case SMTP_END_UNRESOLVED:
		return SNAP_PROBE_UNRESOLVED;
	case SMTP_END_REFUSED:
		return SNAP_PROBE_REFUSED;
	case SMTP_END_UNREACHABLE:
		return SNAP_PROBE_UNREACHABLE;
	case SMTP_END_TIMEOUT:
		return SNAP_PROBE_TIMEOUT;
	case SMTP_END_CLOSED:
		return SNAP_PROBE_CLOSED;
	default:
		return SNAP_PROBE_FAILED;
	}
}

/* What was said goes before how it ended: a server that says 421 closes, and may do so before the
 * dialogue is over. EHLO refused and HELO taken is a server that accepts mail. */
static enum snap_probe_state
state_of(const struct smtp_dialogue *dialogue, enum smtp_end end)
{
	if (dialogue->odd[0] != '\0')
		return SNAP_PROBE_GARBLED;
	if (end != SMTP_END_GREETED && dialogue->refusal >= 500)
		return SNAP_PROBE_REJECTED;
	if (end != SMTP_END_GREETED && dialogue->refusal != 0)
		return SNAP_PROBE_BUSY;
	/* A 3xx for a banner. */
	if (end == SMTP_END_OTHER && dialogue->replies > 0)
		return SNAP_PROBE_GARBLED;
	return state_of_end(end);
}

void
check_smtp_judge(const struct smtp_dialogue *dialogue, enum smtp_end end, const char *reason,
		 uint32_t ms, struct check_smtp *out)
{
	const char *said = reason;

	out->state = state_of(dialogue, end);
	out->banner_ms = dialogue->replies > 0 ? dialogue->banner_ms : SNAP_NONE32;
	out->time_ms = out->state == SNAP_PROBE_ACCEPTING ? ms : SNAP_NONE32;
	if (out->state == SNAP_PROBE_ACCEPTING)
		said = dialogue->banner;
	else if (out->state == SNAP_PROBE_GARBLED)
		said = dialogue->odd[0] != '\0' ? dialogue->odd : dialogue->text;
	else if (out->state == SNAP_PROBE_BUSY || out->state == SNAP_PROBE_REJECTED)
		said = dialogue->refused;
	text_clean(out->reply, sizeof out->reply, said, strlen(said));
}

/* The other states are told by their reply alone. */
static const char *
opening_of(enum snap_probe_state state)
{
	switch (state) {
	case SNAP_PROBE_BUSY:
		return "turned away for now: ";
	case SNAP_PROBE_REJECTED:
		return "turned away for good: ";
	case SNAP_PROBE_GARBLED:
		return "what answers is not SMTP: ";
	default:
		return "";
	}
}

void
check_smtp_say(const struct check_smtp *check, char text[TEXT_MAX])
{
	char raw[2 * TEXT_MAX];

	snprintf(raw, sizeof raw, "%s%s", opening_of(check->state), check->reply);
	text_clean(text, TEXT_MAX, raw, strlen(raw));
}
