/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - what is started, in order, and what is stopped, in reverse.
 */
#include <curl/curl.h>
#include <errno.h>
#include <event2/event.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "agent.h"
#include "collector.h"
#include "conf.h"
#include "instance.h"
#include "log.h"
#include "options.h"
#include "probe.h"
#include "rule_explain.h"
#include "service.h"
#include "snapshot.h"

/* The last notification is given this long to get out, looked at in steps. */
#define GOODBYE_MS 2000
#define GOODBYE_STEP_MS 20
/* A block from here on is memory of its own, given back when it is freed: pages of tables are. */
#define LARGE_BLOCK (128 * 1024)

/* Everything the signal handlers need. */
struct daemon {
	const struct options *options;
	struct event_base *base;
	struct snap_hub *hub;
	struct collector *collector;
	struct agent *agent;
	struct event *alive; /* NULL: nobody wants to hear of it */
	struct event *leave; /* looks whether the last notification is out */
	int64_t leave_by;    /* monotonic ms; 0: not asked to */
	char state_dir[512],
		agentx_socket[256]; /* as they were at start: a reload cannot change them */
};

static void
print_complaint(void *ctx, const char *message)
{
	(void)ctx;
	fprintf(stderr, "%s\n", message);
}

static void
log_complaint(void *ctx, const char *message)
{
	(void)ctx;
	log_error("conf", "%s", message);
}

static void
log_agent(int priority, const char *message)
{
	static const enum log_level levels[] = {
		LOG_LEVEL_ERROR,   LOG_LEVEL_ERROR,  LOG_LEVEL_ERROR, LOG_LEVEL_ERROR,
		LOG_LEVEL_WARNING, LOG_LEVEL_NOTICE, LOG_LEVEL_INFO,  LOG_LEVEL_DEBUG,
	};

	log_put(levels[priority & 7], "agentx", "%s", message);
}

/* What a configuration does that is valid: so that one that was meant otherwise is found. */
static void
explain_conf(const struct conf *conf)
{
	char sentence[RULE_EXPLAIN_SIZE];

	printf("built in: raises a critical alarm when any server that is polled gave no good "
	       "answer to %u polls in a row; clears it with the next good one.\n",
	       conf->down_after);
	for (size_t i = 0; i < conf->threshold_count; i++)
		printf("threshold \"%s\": %s\n", conf->thresholds[i].name,
		       rule_explain(&conf->thresholds[i], sentence, sizeof sentence));
}

static int
check_conf(const char *file)
{
	struct conf *conf = conf_read(file, print_complaint, NULL);

	if (conf == NULL)
		return 1;
	printf("%s: valid: %zu server%s, %zu threshold%s\n", file, conf->server_count,
	       conf->server_count == 1 ? "" : "s", conf->threshold_count,
	       conf->threshold_count == 1 ? "" : "s");
	explain_conf(conf);
	conf_free(conf);
	return 0;
}

/* A second signal does not wait for the goodbye to be heard. */
static void
on_stop(evutil_socket_t signal_number, short events, void *ctx)
{
	struct daemon *daemon = ctx;

	(void)events;
	if (daemon->leave_by != 0) {
		event_base_loopbreak(daemon->base);
		return;
	}
	log_notice("main", "signal %d: stopping", (int)signal_number);
	daemon->leave_by = moment_now().mono_ms + GOODBYE_MS;
	collector_say_goodbye(daemon->collector);
	event_active(daemon->leave, EV_TIMEOUT, 0);
}

static void
on_leave(evutil_socket_t fd, short events, void *ctx)
{
	static const struct timeval soon = {0, GOODBYE_STEP_MS * 1000};
	struct daemon *daemon = ctx;

	(void)fd;
	(void)events;
	if (agent_is_done(daemon->agent) || moment_now().mono_ms >= daemon->leave_by)
		event_base_loopbreak(daemon->base);
	else
		event_add(daemon->leave, &soon);
}

/* What only a restart can change is said, rather than passed over. */
static void
warn_fixed(const struct daemon *daemon, const struct conf *conf)
{
	if (strcmp(conf->state_dir, daemon->state_dir) != 0)
		log_warning("conf", "state-dir stays %s until a restart", daemon->state_dir);
	if (strcmp(conf->agentx_socket, daemon->agentx_socket) != 0)
		log_warning("conf", "agentx-socket stays %s until a restart",
			    daemon->agentx_socket);
}

static void
on_reload(evutil_socket_t signal_number, short events, void *ctx)
{
	struct daemon *daemon = ctx;
	struct conf *conf;

	(void)signal_number;
	(void)events;
	service_reloading();
	conf = conf_read(daemon->options->conf_file, log_complaint, NULL);
	if (conf == NULL) {
		log_error("conf", "%s is not valid: the old configuration stays in force",
			  daemon->options->conf_file);
	} else {
		warn_fixed(daemon, conf);
		agent_set_pacing(daemon->agent, conf->notification_rate, conf->notification_burst);
		collector_reload(daemon->collector, conf);
		log_notice("conf", "%s was read again", daemon->options->conf_file);
	}
	service_ready();
}

static const int own_signals[] = {SIGTERM, SIGINT, SIGHUP};

/* A signal that comes before its handler is there waits, rather than ends the process. */
static void
hold_signals(int how)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof own_signals / sizeof own_signals[0]; i++)
		sigaddset(&set, own_signals[i]);
	sigprocmask(how, &set, NULL);
}

static void
on_alive(evutil_socket_t fd, short events, void *ctx)
{
	(void)fd;
	(void)events;
	(void)ctx;
	service_alive();
}

/* While the loop goes round the service manager hears of it, if it wants to. */
static int
watch_alive(struct daemon *daemon)
{
	const uint32_t ms = service_alive_ms();
	const struct timeval interval = {ms / 1000, ms % 1000 * 1000};

	if (ms == 0)
		return 0;
	daemon->alive = event_new(daemon->base, -1, EV_PERSIST, on_alive, NULL);
	return daemon->alive != NULL ? event_add(daemon->alive, &interval) : -1;
}

/* The loop of the main thread: signals and SNMP. 0 after an orderly end. */
static int
serve(struct daemon *daemon, const struct agent_options *options)
{
	struct event *watch[3] = {NULL, NULL, NULL};
	int result = -1;

	for (int i = 0; i < 3; i++) {
		watch[i] = evsignal_new(daemon->base, own_signals[i],
					own_signals[i] == SIGHUP ? on_reload : on_stop, daemon);
		if (watch[i] == NULL || event_add(watch[i], NULL) != 0)
			goto out;
	}
	daemon->leave = evtimer_new(daemon->base, on_leave, daemon);
	daemon->agent = agent_start(daemon->base, daemon->hub, options);
	if (daemon->leave == NULL || daemon->agent == NULL || watch_alive(daemon) != 0)
		goto out;
	hold_signals(SIG_UNBLOCK);
	service_ready();
	result = event_base_dispatch(daemon->base) < 0 ? -1 : 0;
	service_stopping();
out:
	agent_stop(daemon->agent);
	if (daemon->leave != NULL)
		event_free(daemon->leave);
	if (daemon->alive != NULL)
		event_free(daemon->alive);
	for (int i = 0; i < 3; i++) {
		if (watch[i] != NULL)
			event_free(watch[i]);
	}
	return result;
}

/* Starts everything below the signals, and stops it again. Takes over conf. Returns the exit
 * status. */
static int
run_daemon(struct daemon *daemon, struct conf *conf)
{
	const struct agent_options options = {
		.socket = daemon->agentx_socket,
		.ping_interval = conf->ping_interval_s,
		.notification_rate = conf->notification_rate,
		.notification_burst = conf->notification_burst,
		.version = PACKAGE_VERSION,
		.log = log_agent,
	};
	int result = -1;

	log_notice("main", "pmta-monitord %s: %zu server%s, state in %s", PACKAGE_VERSION,
		   conf->server_count, conf->server_count == 1 ? "" : "s", conf->state_dir);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	daemon->base = event_base_new();
	daemon->hub = snap_hub_new();
	if (daemon->base == NULL || daemon->hub == NULL) {
		log_error("main", "cannot start: %s", strerror(errno));
		conf_free(conf);
		goto out;
	}
	daemon->collector = collector_start(conf, daemon->hub);
	if (daemon->collector == NULL)
		goto out;
	result = serve(daemon, &options);
	collector_stop(daemon->collector);
out:
	snap_hub_free(daemon->hub);
	if (daemon->base != NULL)
		event_base_free(daemon->base);
	libevent_global_shutdown();
	curl_global_cleanup();
	return result == 0 ? 0 : 1;
}

/* Keys of monitors belong into no core dump. Where this is not allowed (seccomp filter of the unit)
 * the service manager has seen to it already. */
static void
forbid_core_dumps(void)
{
	const struct rlimit none = {0, 0};

	if (setrlimit(RLIMIT_CORE, &none) != 0)
		log_debug("main", "core dumps cannot be forbidden: %s", strerror(errno));
}

/* From a checked configuration to a process of its own. */
static int
start(const struct options *options)
{
	struct daemon daemon = {.options = options};
	struct conf *conf;
	int lock, result, parent = -1;

	hold_signals(SIG_BLOCK);
	forbid_core_dumps();
	conf = conf_read(options->conf_file, print_complaint, NULL);
	if (conf == NULL)
		return 1;
	snprintf(daemon.state_dir, sizeof daemon.state_dir, "%s", conf->state_dir);
	snprintf(daemon.agentx_socket, sizeof daemon.agentx_socket, "%s", conf->agentx_socket);
	if (!options->foreground && instance_daemonise(&parent) != 0) {
		log_error("main", "cannot go into the background: %s", strerror(errno));
		conf_free(conf);
		return 1;
	}
	lock = instance_lock(conf->state_dir);
	if (lock == -1) {
		conf_free(conf);
		return 1;
	}
	if (options->pid_file != NULL && instance_write_pid(options->pid_file) != 0)
		log_warning("main", "%s: %s", options->pid_file, strerror(errno));
	if (parent >= 0)
		instance_release(parent);
	result = run_daemon(&daemon, conf);
	log_close();
	if (options->pid_file != NULL)
		unlink(options->pid_file);
	if (lock >= 0)
		close(lock);
	return result;
}

static int
run_probe(const struct options_probe *probe)
{
	static const char *const no_queries[4] = {NULL, NULL, NULL, NULL};
	struct fetch_options options = {
		.base_url = probe->url,
		.insecure_tls = probe->insecure_tls,
		.connect_timeout_ms = 5000,
		.timeout_ms = 30000,
		.max_bytes = 256u * 1024 * 1024,
	};
	char key[256] = "", error[256];
	int result;

	if (probe->api_key_file != NULL) {
		if (conf_read_key(probe->api_key_file, key, sizeof key, error, sizeof error) != 0) {
			fprintf(stderr, "%s: %s\n", probe->api_key_file, error);
			return 1;
		}
		options.api_key = key;
	}
	curl_global_init(CURL_GLOBAL_DEFAULT);
	result = probe_run(&options, no_queries, probe->save_dir, probe->mask, stdout);
	curl_global_cleanup();
	return result;
}

/* Lists and tables of megabytes come and go with each poll. Left alone, glibc learns from the first
 * that is freed to keep such room for good, in pieces that nothing fits in later. */
#ifdef M_MMAP_THRESHOLD
static void
give_back_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK);
}
#else
static void
give_back_memory(void)
{
}
#endif

int
main(int argc, char **argv)
{
	struct options options;
	const enum options_action action = options_parse(argc, argv, &options, stderr);

	/* A closed socket and a file at its limit are errors to be handled where they are written
	 * to, not death sentences. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	give_back_memory();
	log_open(options.log_target, options.log_level);
	for (size_t i = 0; i < options.debug_count; i++)
		log_enable_debug(options.debug[i]);
	switch (action) {
	case OPTIONS_RUN:
		return start(&options);
	case OPTIONS_CHECK:
		return check_conf(options.conf_file);
	case OPTIONS_PROBE:
		return run_probe(&options.probe);
	case OPTIONS_PRINT_MIB:
		return agent_print_mib() == 0 ? 0 : 1;
	case OPTIONS_VERSION:
		printf("pmta-monitord %s\n", PACKAGE_VERSION);
		return 0;
	case OPTIONS_HELP:
		options_print_help(stdout);
		return 0;
	default:
		return 2;
	}
}
