/* SPDX-License-Identifier: BSD-2-Clause */
#include "doc_json.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "moment.h"

/* 2^64: no counter of PowerMTA can be above it. */
#define NUMBER_MAX 18446744073709551616.0

int
doc_error_set(struct doc_error *error, enum doc_error_code code, const char *fmt, ...)
{
	char raw[2 * TEXT_MAX];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(raw, sizeof(raw), fmt, args);
	va_end(args);
	error->code = code;
	text_clean(error->text, sizeof(error->text), raw, len < 0 ? 0 : strlen(raw));
	return -1;
}

int
doc_error_foreign(struct doc_error *error, const char *head, size_t len)
{
	static const char hint[] =
		"(is format=json supported? is this address allowed by http-access?)";
	char quote[49];

	while (len > 0 && doc_json_blank(*head))
		head++, len--;
	if (len == 0)
		return doc_error_set(error, DOC_ERROR_SYNTAX, "is empty");
	text_clean(quote, sizeof(quote), head, len);
	if (*head == '<')
		return doc_error_set(error, DOC_ERROR_SYNTAX,
				     "is HTML or XML, not JSON: it begins with \"%s\" %s", quote,
				     hint);
	return doc_error_set(error, DOC_ERROR_SYNTAX, "is not JSON: it begins with \"%s\"", quote);
}

bool
doc_json_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* The UTF-16 unit of an escape "\uXXXX", or -1 if there is none within len bytes. */
static long
escape_unit(const char *at, size_t len)
{
	char digits[5] = "";

	if (len < 6 || at[0] != '\\' || at[1] != 'u')
		return -1;
	memcpy(digits, at + 2, 4);
	if (strspn(digits, "0123456789abcdefABCDEF") != 4)
		return -1;
	return strtol(digits, NULL, 16);
}

/* Mends one escape in place if cJSON could not represent it. Returns the bytes to go on by. */
static size_t
mend_escape(char *at, size_t len)
{
	long unit = escape_unit(at, len), next;

	if (unit < 0)
		return len < 2 ? len : 2;
	if (unit == 0) {
		/* cJSON's strings end at a NUL: two names could become one. */
		memcpy(at + 2, "0020", 4);
	} else if (unit >= 0xD800 && unit <= 0xDFFF) {
		next = escape_unit(at + 6, len - 6);
		if (unit <= 0xDBFF && next >= 0xDC00 && next <= 0xDFFF)
			return 12;
		memcpy(at + 2, "FFFD", 4);
	}
	return 6;
}

static void
mend_strings(char *bytes, size_t len)
{
	size_t at = 0;
	char *found;

	while (at < len && (found = memchr(bytes + at, '\\', len - at)) != NULL) {
		at = (size_t)(found - bytes);
		at += mend_escape(found, len - at);
	}
	for (found = bytes; (found = memchr(found, '\0', len - (size_t)(found - bytes))) != NULL;)
		*found = '?';
}

cJSON *
doc_json_parse(char *bytes, size_t len, struct doc_error *error)
{
	const char *end = bytes;
	size_t used, rest;
	cJSON *root;

	mend_strings(bytes, len);
	root = cJSON_ParseWithLengthOpts(bytes, len, &end, 0);
	used = (size_t)(end - bytes);
	/* A parser that fails stops at the last byte, if not before. */
	if (root == NULL && used + 1 >= len) {
		doc_error_set(error, DOC_ERROR_SYNTAX,
			      "breaks off after %zu bytes: incomplete JSON", len);
		return NULL;
	}
	while (root != NULL && used < len && doc_json_blank(bytes[used]))
		used++;
	if (root != NULL && used == len)
		return root;
	rest = len - used < 24 ? len - used : 24;
	doc_error_set(error, DOC_ERROR_SYNTAX, "%s near byte %zu: \"%.*s\"",
		      root != NULL ? "goes on behind its end" : "is not valid JSON", used,
		      (int)rest, bytes + used);
	cJSON_Delete(root);
	return NULL;
}

/* An envelope that names a part twice could say "success" and "fail" at once. */
static const char *
repeated_part(const cJSON *root)
{
	static const char *const parts[] = {"data", "status", "message"};
	const cJSON *member;
	unsigned seen;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		seen = 0;
		cJSON_ArrayForEach(member, root)
		{
			if (strcmp(member->string, parts[i]) == 0 && ++seen > 1)
				return parts[i];
		}
	}
	return NULL;
}

static int
check_success(const cJSON *root, struct doc_error *error)
{
	const cJSON *status = doc_json_member(root, "status");
	char message[TEXT_MAX], word[32];

	if (status == NULL)
		return 0;
	if (!cJSON_IsString(status))
		return doc_error_set(error, DOC_ERROR_SHAPE,
				     "has a \"status\" that is no text; expected \"success\"");
	if (strcasecmp(status->valuestring, "success") == 0)
		return 0;
	doc_json_text(root, "status", word, sizeof(word));
	if (doc_json_text(root, "message", message, sizeof(message)) == 0)
		return doc_error_set(error, DOC_ERROR_FAIL,
				     "PowerMTA answered \"%s\" without a message", word);
	return doc_error_set(error, DOC_ERROR_FAIL, "PowerMTA answered \"%s\": %s", word, message);
}

const cJSON *
doc_json_data(const cJSON *root, struct doc_error *error)
{
	const cJSON *data;
	const char *twice;
	char text[TEXT_MAX];

	if (!cJSON_IsObject(root)) {
		doc_error_set(error, DOC_ERROR_SHAPE, "is JSON, but no object");
		return NULL;
	}
	if ((twice = repeated_part(root)) != NULL) {
		doc_error_set(error, DOC_ERROR_SHAPE, "names \"%s\" twice", twice);
		return NULL;
	}
	if (check_success(root, error) != 0)
		return NULL;
	data = doc_json_member(root, "data");
	if (cJSON_IsObject(data))
		return data;
	if (data == NULL)
		doc_error_set(error, DOC_ERROR_SHAPE, "has no \"data\"");
	else if (doc_json_text(root, "data", text, sizeof(text)) > 0)
		doc_error_set(error, DOC_ERROR_SHAPE,
			      "has a text for \"data\", not an object: \"%s\"", text);
	else
		doc_error_set(error, DOC_ERROR_SHAPE, "has a \"data\" that is no object");
	return NULL;
}

const cJSON *
doc_json_member(const cJSON *object, const char *key)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsNull(member) ? NULL : member;
}

/* A numeric string: decimal only, which strtod() alone would not ensure. */
static doc_number
number_of_text(const char *text)
{
	size_t len;
	double value;
	char *end;

	text += strspn(text, " \t\r\n");
	len = strspn(text, "+-.0123456789eE");
	if (len == 0 || text[len + strspn(text + len, " \t\r\n")] != '\0')
		return NAN;
	value = strtod(text, &end);
	return end == text + len ? value : NAN;
}

doc_number
doc_json_value(const cJSON *value)
{
	double number = NAN;

	if (cJSON_IsNumber(value))
		number = value->valuedouble;
	else if (cJSON_IsString(value))
		number = number_of_text(value->valuestring);
	return number >= 0 && number <= NUMBER_MAX ? number : NAN;
}

doc_number
doc_json_number(const cJSON *object, const char *key)
{
	return doc_json_value(doc_json_member(object, key));
}

int
doc_json_flag(const cJSON *object, const char *key)
{
	const cJSON *value = doc_json_member(object, key);

	if (cJSON_IsBool(value))
		return cJSON_IsTrue(value) ? 1 : 0;
	if (cJSON_IsString(value)) {
		if (strcasecmp(value->valuestring, "yes") == 0 ||
		    strcasecmp(value->valuestring, "true") == 0)
			return 1;
		if (strcasecmp(value->valuestring, "no") == 0 ||
		    strcasecmp(value->valuestring, "false") == 0)
			return 0;
	}
	if (doc_json_value(value) == 1)
		return 1;
	return doc_json_value(value) == 0 ? 0 : -1;
}

const char *
doc_json_string(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(doc_json_member(object, key));
}

size_t
doc_json_text(const cJSON *object, const char *key, char *dst, size_t size)
{
	const cJSON *value = doc_json_member(object, key);
	char digits[32];

	if (cJSON_IsString(value))
		return text_clean(dst, size, value->valuestring, strlen(value->valuestring));
	dst[0] = '\0';
	if (!cJSON_IsNumber(value))
		return 0;
	snprintf(digits, sizeof(digits), "%.17g", value->valuedouble);
	return text_clean(dst, size, digits, strlen(digits));
}

int64_t
doc_json_time(const cJSON *object, const char *key)
{
	char text[64];
	size_t len = doc_json_text(object, key, text, sizeof(text));

	return len == 0 ? SNAP_NO_TIME : moment_parse(text, (unsigned)len, NULL);
}
