/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of objects: how they are written, and kept. */
#include <string.h>

#include "bounce_class.h"
#include "model_object.h"

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

size_t
model_name_clean(char out[TEXT_MAX], enum store_kind kind, const char *name, size_t len)
{
	const size_t size = text_clean(out, TEXT_MAX, name, len);

	if (kind == STORE_CLASS && bounce_class_index(out) > 0) {
		strcpy(out, bounce_class_name(bounce_class_index(out)));
		return strlen(out);
	}
	if (kind == STORE_QUEUE || kind == STORE_DOMAIN) {
		for (size_t i = 0; i < size && out[i] != '/'; i++)
			out[i] = lower(out[i]);
	}
	return size;
}

const char *
model_name(const struct model_object *object, char buf[TEXT_MAX])
{
	const struct model_object *domain, *vmta;

	if (!object->composed)
		return object->name;
	domain = object->domain;
	vmta = object->vmta;
	memcpy(buf, domain->name, domain->name_len);
	if (vmta != NULL) {
		buf[domain->name_len] = '/';
		memcpy(buf + domain->name_len + 1, vmta->name, vmta->name_len);
	}
	buf[object->name_len] = '\0';
	return buf;
}

bool
model_is_named(const struct model_object *object, const char *name, size_t len)
{
	const struct model_object *domain, *vmta;

	if (object->name_len != len)
		return false;
	if (!object->composed)
		return memcmp(object->name, name, len) == 0;
	domain = object->domain;
	vmta = object->vmta;
	return memcmp(domain->name, name, domain->name_len) == 0 &&
	       (vmta == NULL ||
		(name[domain->name_len] == '/' &&
		 memcmp(vmta->name, name + domain->name_len + 1, vmta->name_len) == 0));
}
