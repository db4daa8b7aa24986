/* SPDX-License-Identifier: BSD-2-Clause */
#include "bounce_class.h"

static const struct {
	const char *name;
	enum snap_class_kind kind;
} builtin[BOUNCE_CLASS_BUILTIN] = {
	{"bad-configuration", SNAP_KIND_OTHER},	 {"bad-connection", SNAP_KIND_OTHER},
	{"bad-domain", SNAP_KIND_HARD},		 {"bad-mailbox", SNAP_KIND_HARD},
	{"content-related", SNAP_KIND_OTHER},	 {"inactive-mailbox", SNAP_KIND_HARD},
	{"invalid-sender", SNAP_KIND_OTHER},	 {"message-expired", SNAP_KIND_OTHER},
	{"no-answer-from-host", SNAP_KIND_SOFT}, {"other", SNAP_KIND_OTHER},
	{"policy-related", SNAP_KIND_OTHER},	 {"protocol-errors", SNAP_KIND_OTHER},
	{"quota-issues", SNAP_KIND_SOFT},	 {"relaying-issues", SNAP_KIND_SOFT},
	{"routing-errors", SNAP_KIND_SOFT},	 {"spam-related", SNAP_KIND_OTHER},
	{"virus-related", SNAP_KIND_OTHER},
};

static int
fold(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 'a';
	return c == ' ' || c == '_' ? '-' : c;
}

static int
same_name(const char *a, const char *b)
{
	while (*a != '\0' && fold(*a) == fold(*b)) {
		a++;
		b++;
	}
	return fold(*a) == fold(*b);
}

uint32_t
bounce_class_index(const char *name)
{
	for (uint32_t i = 0; i < BOUNCE_CLASS_BUILTIN; i++) {
		if (same_name(name, builtin[i].name))
			return i + 1;
	}
	return 0;
}

const char *
bounce_class_name(uint32_t index)
{
	return builtin[index - 1].name;
}

enum snap_class_kind
bounce_class_kind(const char *name)
{
	const uint32_t index = bounce_class_index(name);

	return index > 0 ? builtin[index - 1].kind : SNAP_KIND_OTHER;
}
