/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe_audit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "doc_json.h"
#include "moment.h"
#include "probe_known.h"

#define PATH_MAX_LEN 160
#define FINDINGS_MAX 200

enum problem { PROBLEM_UNKNOWN, PROBLEM_TYPE };

struct finding {
	char path[PATH_MAX_LEN];
	enum problem problem;
	const char *expected;
	unsigned count;
	char example[48];
};

struct audit {
	const struct probe_known *known;
	size_t known_count;
	unsigned *seen; /* for each known key, how often */
	const char *plural, *singular;
	struct finding findings[FINDINGS_MAX];
	size_t count, omitted, items;
};

static void
describe(const cJSON *value, char *text, size_t size)
{
	if (cJSON_IsString(value))
		text_clean(text, size, value->valuestring, strlen(value->valuestring));
	else if (cJSON_IsNumber(value))
		snprintf(text, size, "%g", value->valuedouble);
	else if (cJSON_IsBool(value))
		snprintf(text, size, "%s", cJSON_IsTrue(value) ? "true" : "false");
	else
		snprintf(text, size, "%s",
			 cJSON_IsNull(value)	? "null"
			 : cJSON_IsArray(value) ? "an array"
						: "an object");
}

static void
add_finding(struct audit *audit, const char *path, enum problem problem, const char *expected,
	    const cJSON *value)
{
	struct finding *finding;

	for (size_t i = 0; i < audit->count; i++) {
		finding = &audit->findings[i];
		if (finding->problem == problem && strcmp(finding->path, path) == 0) {
			finding->count++;
			return;
		}
	}
	if (audit->count == FINDINGS_MAX) {
		audit->omitted++;
		return;
	}
	finding = &audit->findings[audit->count++];
	*finding = (struct finding){.problem = problem, .expected = expected, .count = 1};
	snprintf(finding->path, sizeof(finding->path), "%s", path);
	describe(value, finding->example, sizeof(finding->example));
}

/* True if the value may stand under a key of this type. Null is like a key that is not there. */
static bool
type_fits(enum probe_type type, const cJSON *value)
{
	const char *text = cJSON_GetStringValue(value);

	if (cJSON_IsNull(value))
		return true;
	switch (type) {
	case PROBE_NUMBER:
		return !isnan(doc_json_value(value));
	case PROBE_TEXT:
		return text != NULL;
	case PROBE_NAME:
		return text != NULL || cJSON_IsNumber(value);
	case PROBE_TIME:
		return text != NULL && (*text == '\0' || moment_parse(text, (unsigned)strlen(text),
								      NULL) != SNAP_NO_TIME);
	case PROBE_FLAG:
		return cJSON_IsBool(value) || doc_json_value(value) <= 1 ||
		       (text != NULL &&
			(strcasecmp(text, "yes") == 0 || strcasecmp(text, "no") == 0 ||
			 strcasecmp(text, "true") == 0 || strcasecmp(text, "false") == 0));
	case PROBE_MODE:
		return text != NULL &&
		       (strcasecmp(text, "normal") == 0 || strcasecmp(text, "backoff") == 0);
	case PROBE_ANY:
		break;
	}
	return true;
}

static const char *
type_text(enum probe_type type)
{
	static const char *const texts[] = {
		[PROBE_NUMBER] = "a number from 0 on",
		[PROBE_TEXT] = "a text",
		[PROBE_NAME] = "a text",
		[PROBE_TIME] = "YYYY-MM-DD HH:MM:SS",
		[PROBE_FLAG] = "yes or no",
		[PROBE_MODE] = "normal or backoff",
		[PROBE_ANY] = "",
	};

	return texts[type];
}

/* The known key with this path, or NULL. A last part "*" stands for any one key. */
static const struct probe_known *
find_known(const struct audit *audit, const char *path)
{
	const char *last = strrchr(path, '.');
	size_t parent = last != NULL ? (size_t)(last + 1 - path) : 0;
	const char *known;

	for (size_t i = 0; i < audit->known_count; i++) {
		known = audit->known[i].path;
		if (strcmp(known, path) == 0 ||
		    (strncmp(known, path, parent) == 0 && strcmp(known + parent, "*") == 0))
			return &audit->known[i];
	}
	return NULL;
}

/* True if some known key lies below this path. */
static bool
leads_to_known(const struct audit *audit, const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < audit->known_count; i++) {
		if (strncmp(audit->known[i].path, path, len) == 0 &&
		    audit->known[i].path[len] == '.')
			return true;
	}
	return false;
}

/* The names of list and status vary; in the paths here each has one only. */
static void
join_path(const struct audit *audit, const char *parent, const char *key, char path[PATH_MAX_LEN])
{
	char clean[64];

	text_clean(clean, sizeof(clean), key, strlen(key));
	if (strcmp(parent, "data") == 0 && audit->plural != NULL &&
	    (strcmp(key, audit->plural) == 0 || strcmp(key, audit->singular) == 0))
		snprintf(path, PATH_MAX_LEN, "data.%s", audit->plural);
	else if (strcmp(parent, "data.mta") == 0 && strcmp(key, "status") == 0)
		snprintf(path, PATH_MAX_LEN, "data.status");
	else
		snprintf(path, PATH_MAX_LEN, "%s%s%s", parent, *parent != '\0' ? "." : "", clean);
}

static void walk(struct audit *audit, const cJSON *value, const char *path);

static void
check_leaf(struct audit *audit, const cJSON *value, const char *path)
{
	const struct probe_known *known = find_known(audit, path);

	if (known == NULL) {
		add_finding(audit, path, PROBLEM_UNKNOWN, "", value);
		return;
	}
	audit->seen[known - audit->known] += !cJSON_IsNull(value);
	if (!type_fits(known->type, value))
		add_finding(audit, path, PROBLEM_TYPE, type_text(known->type), value);
}

/* Arrays have no part of their own in a path. Depth is bounded by the known paths. */
static void
walk(struct audit *audit, const cJSON *value, const char *path)
{
	const cJSON *child;
	char child_path[PATH_MAX_LEN];

	if (*path != '\0' &&
	    (!leads_to_known(audit, path) || !(cJSON_IsObject(value) || cJSON_IsArray(value)))) {
		/* Null is like a key that is not there, an empty list for one. */
		if (!leads_to_known(audit, path) || !cJSON_IsNull(value))
			check_leaf(audit, value, path);
		return;
	}
	if (cJSON_IsObject(value) && audit->plural != NULL && strncmp(path, "data.", 5) == 0 &&
	    strcmp(path + 5, audit->plural) == 0)
		audit->items++;
	cJSON_ArrayForEach(child, value)
	{
		if (cJSON_IsObject(value)) {
			join_path(audit, path, child->string, child_path);
			walk(audit, child, child_path);
		} else {
			walk(audit, child, path);
		}
	}
}

static void
print_findings(const struct audit *audit, FILE *out)
{
	const struct finding *finding;

	for (size_t i = 0; i < audit->count; i++) {
		finding = &audit->findings[i];
		fprintf(out, "    ! %-32s ", finding->path);
		if (finding->problem == PROBLEM_UNKNOWN)
			fprintf(out, "is unknown");
		else
			fprintf(out, "is not %s", finding->expected);
		fprintf(out, " (%u times, for example %s)\n", finding->count, finding->example);
	}
	if (audit->omitted > 0)
		fprintf(out, "    ! and %zu more\n", audit->omitted);
}

/* Says what is missing altogether, or in some items. Returns how many keys. */
static size_t
print_missing(const struct audit *audit, FILE *out)
{
	const struct probe_known *known;
	size_t missing = 0;
	bool in_item;

	for (size_t i = 0; i < audit->known_count; i++) {
		known = &audit->known[i];
		in_item = known->where == PROBE_IN_ITEM;
		if (known->where == PROBE_OPTIONAL || (in_item && audit->seen[i] >= audit->items) ||
		    (!in_item && audit->seen[i] > 0))
			continue;
		missing++;
		fprintf(out, "    ! %-32s is missing", known->path);
		if (in_item)
			fprintf(out, " in %zu of %zu items", audit->items - audit->seen[i],
				audit->items);
		fputc('\n', out);
	}
	return missing;
}

void
probe_audit(int document, const char *bytes, size_t len, FILE *out)
{
	struct audit *audit = calloc(1, sizeof(*audit));
	char *copy = malloc(len + 1);
	struct doc_error error;
	cJSON *root = NULL;
	size_t start = len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	if (audit == NULL || copy == NULL)
		goto out;
	audit->known = probe_known_keys(document, &audit->known_count);
	probe_known_list(document, &audit->plural, &audit->singular);
	audit->seen = calloc(audit->known_count, sizeof(*audit->seen));
	memcpy(copy, bytes + start, len - start);
	if (audit->seen == NULL || (root = doc_json_parse(copy, len - start, &error)) == NULL)
		goto out;
	walk(audit, root, "");
	print_findings(audit, out);
	if (print_missing(audit, out) == 0 && audit->count == 0)
		fputs("    every key was understood, and none is missing\n", out);
out:
	cJSON_Delete(root);
	if (audit != NULL)
		free(audit->seen);
	free(audit);
	free(copy);
}
