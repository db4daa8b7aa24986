/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe_known.h"

#include "probe_audit.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define ONCE(path, type)                       \
	{                                      \
		path, PROBE_##type, PROBE_ONCE \
	}
#define EACH(path, type)                          \
	{                                         \
		path, PROBE_##type, PROBE_IN_ITEM \
	}
#define MAYBE(path, type)                          \
	{                                          \
		path, PROBE_##type, PROBE_OPTIONAL \
	}

#define ENVELOPE MAYBE("status", TEXT), MAYBE("message", TEXT)
#define VOLUME(path) ONCE(path ".rcp", NUMBER), ONCE(path ".msg", NUMBER), ONCE(path ".kb", NUMBER)
#define WINDOW(path)                                                                    \
	VOLUME(path ".out"), VOLUME(path ".in"), ONCE(path ".bounceProcessed", NUMBER), \
		ONCE(path ".feedbackLoopProcessed", NUMBER)
#define LIMITS(path) ONCE(path ".cur", NUMBER), ONCE(path ".max", NUMBER), ONCE(path ".top", NUMBER)
#define QUEUED(path) ONCE(path ".rcp", NUMBER), ONCE(path ".dom", NUMBER), ONCE(path ".kb", NUMBER)
#define LIST(total) \
	ENVELOPE, MAYBE("data.title", TEXT), ONCE("data.totalRcp", NUMBER), ONCE(total, NUMBER)
#define ITEM(path)                                                                     \
	EACH(path ".name", NAME), EACH(path ".rcp", NUMBER), EACH(path ".kb", NUMBER), \
		MAYBE(path ".id", NAME), MAYBE(path ".queue", NAME)
#define ERRORS(path) MAYBE(path ".time", TIME), MAYBE(path ".text", TEXT), MAYBE(path ".type", TEXT)

static const struct probe_known status_keys[] = {
	ENVELOPE,
	ONCE("data.mta.product.version", TEXT),
	MAYBE("data.mta.product.*", ANY),
	MAYBE("data.mta.lak.*", ANY),
	MAYBE("data.mta.os.*", ANY),
	MAYBE("data.mta.cpu.*", ANY),
	MAYBE("data.mta.ram.*", ANY),
	MAYBE("data.mta.webUI.*", ANY),
	ONCE("data.mta.fullHostName", TEXT),
	MAYBE("data.mta.userString", ANY),
	MAYBE("data.mta.hostId", ANY),
	ONCE("data.status.timeNow", TIME),
	ONCE("data.status.startupTime", TIME),
	ONCE("data.status.shuttingDown", FLAG),
	ONCE("data.status.status", TEXT),
	WINDOW("data.status.traffic.total"),
	WINDOW("data.status.traffic.lastHr"),
	WINDOW("data.status.traffic.lastMin"),
	WINDOW("data.status.traffic.topPerHr"),
	WINDOW("data.status.traffic.topPerMin"),
	MAYBE("data.status.traffic.perf.lastMin.in.*", ANY),
	LIMITS("data.status.conn.smtpIn"),
	LIMITS("data.status.conn.smtpOut"),
	ONCE("data.status.resolver.namesCached", NUMBER),
	ONCE("data.status.resolver.queriesPending", NUMBER),
	MAYBE("data.status.resolver.queriesActive", NUMBER),
	QUEUED("data.status.queue.smtp"),
	QUEUED("data.status.queue.pipe"),
	QUEUED("data.status.queue.discard"),
	QUEUED("data.status.queue.file"),
	QUEUED("data.status.queue.alias"),
	QUEUED("data.status.queue.bounceProcessor"),
	QUEUED("data.status.queue.feedbackLoopProcessor"),
	MAYBE("data.status.queue.httpDelivery.*", NUMBER),
	ONCE("data.status.spool.initPct", NUMBER),
	ONCE("data.status.spool.dirs", NUMBER),
	ONCE("data.status.spool.files.inUse", NUMBER),
	MAYBE("data.status.spool.files.*", NUMBER),
	ONCE("data.status.spool.totalRcp", NUMBER),
	ONCE("data.status.spool.maxRcp", NUMBER),
};

static const struct probe_known queue_keys[] = {
	LIST("data.totalQueuesWithRcp"),  ITEM("data.queues"),
	EACH("data.queues.conn", NUMBER), EACH("data.queues.paused", FLAG),
	EACH("data.queues.mode", MODE),	  EACH("data.queues.retryTime", TIME),
	ERRORS("data.queues.errors"),	  ERRORS("data.queues.event"),
	ERRORS("data.queues.events"),
};

static const struct probe_known domain_keys[] = {
	LIST("data.totalDomainsWithRcp"),  ITEM("data.domains"),
	EACH("data.domains.conn", NUMBER), ERRORS("data.domains.errors"),
	ERRORS("data.domains.event"),	   ERRORS("data.domains.events"),
};

static const struct probe_known vmta_keys[] = {
	LIST("data.totalVmtasWithRcp"),	       ITEM("data.vmtas"),
	EACH("data.vmtas.pctOfTotal", NUMBER), EACH("data.vmtas.conn", NUMBER),
	EACH("data.vmtas.dom", NUMBER),
};

static const struct probe_known job_keys[] = {
	LIST("data.totalJobsWithRcp"),	 ITEM("data.jobs"),
	EACH("data.jobs.dom", NUMBER),	 EACH("data.jobs.paused", FLAG),
	MAYBE("data.jobs.conn", NUMBER), MAYBE("data.jobs.scheduledStartTime", TIME),
};

static const struct {
	const struct probe_known *keys;
	size_t count;
	const char *plural, *singular;
} documents[] = {
	[DOC_QUEUES] = {queue_keys, COUNT(queue_keys), "queues", "queue"},
	[DOC_DOMAINS] = {domain_keys, COUNT(domain_keys), "domains", "domain"},
	[DOC_VMTAS] = {vmta_keys, COUNT(vmta_keys), "vmtas", "vmta"},
	[DOC_JOBS] = {job_keys, COUNT(job_keys), "jobs", "job"},
	[PROBE_STATUS] = {status_keys, COUNT(status_keys), NULL, NULL},
};

const struct probe_known *
probe_known_keys(int document, size_t *count)
{
	*count = documents[document].count;
	return documents[document].keys;
}

void
probe_known_list(int document, const char **plural, const char **singular)
{
	*plural = documents[document].plural;
	*singular = documents[document].singular;
}
