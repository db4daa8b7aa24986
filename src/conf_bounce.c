/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf_bounce.h"

#include "bounce_class.h"

static const char *const keys[] = {"bounce-hard", "bounce-soft", "bounce-other"};

/* A category by its place in the lists. */
struct place {
	int list;
	size_t at;
};

static const char *
name_at(const struct bounce_groups *groups, struct place place)
{
	return groups->names[place.list][place.at];
}

/* The first place that means the same category as this one; itself if none does before. */
static struct place
first_of(const struct bounce_groups *groups, struct place place)
{
	const char *name = name_at(groups, place);

	for (struct place p = {0}; p.list <= place.list; p.list++) {
		const size_t end = p.list == place.list ? place.at : groups->count[p.list];

		for (p.at = 0; p.at < end; p.at++) {
			const char *other = name_at(groups, p);

			if (other && bounce_class_is_same(other, name))
				return p;
		}
	}
	return place;
}

void
conf_bounce_check(struct conf_reader *reader, cfg_t *tree)
{
	const struct bounce_groups *groups = &reader->conf->bounces;

	for (struct place p = {0}; p.list < SNAP_KIND_OTHER; p.list++) {
		for (p.at = 0; p.at < groups->count[p.list]; p.at++) {
			struct place first;

			/* Not fit to be shown: that was complained of. */
			if (!name_at(groups, p))
				continue;
			first = first_of(groups, p);
			if (first.list != p.list || first.at != p.at)
				conf_complain(
					reader,
					conf_parse_value(tree, keys[p.list], (unsigned)p.at)->line,
					"%s: category \"%.256s\" is in %s already; each category "
					"is expected once",
					keys[p.list], name_at(groups, p), keys[first.list]);
		}
	}
}
