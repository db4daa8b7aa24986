/* SPDX-License-Identifier: BSD-2-Clause */
#include "names.h"

#include <stdint.h>
#include <stdio.h>

#include "json.h"

enum { NAME_MAX_LEN = 64 };

/* Names of well-known providers are needed to see them grouped; hosts and addresses are invented.
 */
static const struct name_domain known_domains[] = {
	{"gmail.com", "mx1.gmail.example", {NULL}},
	{"yahoo.rollup", "mx1.yahoo.example", {"yahoo.com", "ymail.com", "aol.com"}},
	{"outlook.com", "mx1.outlook.example", {NULL}},
	{"bücher.example", "mx.xn--bcher-kva.example", {NULL}},
	{"telco.example", "mx1.telco.example", {NULL}},
	{"icloud.com", "mx1.icloud.example", {NULL}},
	{"hotmail.rollup", "mx1.hotmail.example", {"hotmail.com", "live.com", "msn.com"}},
	{"gmx.net", "mx1.gmx.example", {NULL}},
	{"portal.example", "mx1.portal.example", {NULL}},
	{"example.org", "mx1.example.org", {NULL}},
};

/* In the order of the delivery types: file, discard, pipe. */
static const char *const local_domains[NAME_LOCALS] = {
	"inbound.sender.example",
	"trash.sender.example",
	"archive.sender.example",
};

/* The names that parsers stumble over first. */
static const char *const known_jobs[] = {
	"weekly-2026-47",
	"Welcome_42",
	"promo/März",
	"spring, \"big\" sale",
};

const struct name_domain *
names_known_domain(size_t index)
{
	size_t count = sizeof(known_domains) / sizeof(known_domains[0]);

	return index < count ? &known_domains[index] : NULL;
}

char *
names_domain(size_t index)
{
	char name[NAME_MAX_LEN];

	snprintf(name, sizeof(name), "domain-%05zu.example", index + 1);
	return sim_strdup(name);
}

const char *
names_local_domain(size_t index)
{
	return local_domains[index];
}

char *
names_vmta(size_t index, size_t count)
{
	char name[NAME_MAX_LEN];

	if (count > 1 && index == count - 1)
		return sim_strdup("{default}");
	if (index < 26)
		snprintf(name, sizeof(name), "vmta-%c", (char)('a' + index));
	else
		snprintf(name, sizeof(name), "vmta-%zu", index + 1);
	return sim_strdup(name);
}

char *
names_job(size_t index)
{
	char name[NAME_MAX_LEN];

	if (index < sizeof(known_jobs) / sizeof(known_jobs[0]))
		return sim_strdup(known_jobs[index]);
	snprintf(name, sizeof(name), "job-%04zu", index + 1);
	return sim_strdup(name);
}

char *
names_source_ip(size_t vmta)
{
	char ip[NAME_MAX_LEN];

	snprintf(ip, sizeof(ip), "192.0.2.%zu", 20 + vmta % 200);
	return sim_strdup(ip);
}

char *
names_mx_ip(size_t domain)
{
	char ip[NAME_MAX_LEN];

	snprintf(ip, sizeof(ip), "198.51.100.%zu", 1 + domain % 250);
	return sim_strdup(ip);
}
