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

bool
bounce_class_is_same(const char *a, const char *b)
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
		if (bounce_class_is_same(name, builtin[i].name))
			return i + 1;
	}
	return 0;
}

const char *
bounce_class_name(uint32_t index)
{
	return builtin[index - 1].name;
}

static bool
is_named(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (names[i] != NULL && bounce_class_is_same(names[i], name))
			return true;
	}
	return false;
}

enum snap_class_kind
bounce_class_kind(const struct bounce_groups *groups, const char *name)
{
	const uint32_t index = bounce_class_index(name);

	for (int kind = SNAP_KIND_HARD; kind <= SNAP_KIND_OTHER; kind++) {
		if (is_named(groups->names[kind - 1], groups->count[kind - 1], name))
			return (enum snap_class_kind)kind;
	}
	return index > 0 ? builtin[index - 1].kind : SNAP_KIND_OTHER;
}
