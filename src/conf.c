/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf.h"

#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "conf_action.h"
#include "conf_bounce.h"
#include "conf_key.h"
#include "conf_parse.h"
#include "conf_rule.h"
#include "monitor_doc.h"
#include "throttle.h"

#define DAY 86400
#define HOUR_MS 3600000
#define DAY_MS (24 * HOUR_MS)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define GLOBAL(member) .offset = offsetof(struct conf, member)
#define SERVER(member) .offset = offsetof(struct conf_server, member)
#define PROVIDER(member) .offset = offsetof(struct provider_entry, member)

static const struct conf_key global_keys[] = {
	{"name", CONF_KEY_TEXT, GLOBAL(agent_name), .check = conf_check_text},
	{"agentx-socket", CONF_KEY_TEXT, GLOBAL(agentx_socket), .check = conf_check_socket},
	{"state-dir", CONF_KEY_TEXT, GLOBAL(state_dir), .check = conf_check_path},
	{"poll-interval", CONF_KEY_MS, GLOBAL(poll_interval_ms), 0, 200, HOUR_MS, 30000},
	{"list-interval", CONF_KEY_MS, GLOBAL(list_interval_ms), 0, 200, DAY_MS, 0},
	{"stale-after", CONF_KEY_COUNT, GLOBAL(stale_after), 0, 1, 1000, 3},
	{"down-after", CONF_KEY_COUNT, GLOBAL(down_after), 0, 1, 1000, 3},
	{"timeout", CONF_KEY_MS, GLOBAL(timeout_ms), 0, 100, 600000, 15000},
	{"connect-timeout", CONF_KEY_MS, GLOBAL(connect_timeout_ms), 0, 100, 600000, 5000},
	{"max-reply", CONF_KEY_SIZE, GLOBAL(max_reply), 0, 64 << 10, UINT64_C(4) << 30, 256 << 20},
	{"row-limit", CONF_KEY_COUNT, GLOBAL(row_limit), 0, 0, 10000000, 5000},
	{"row-retention", CONF_KEY_SECONDS, GLOBAL(row_retention_s), 0, 1, 400 * DAY, DAY},
	{"stuck-recipients", CONF_KEY_COUNT, GLOBAL(stuck_recipients), 0, 1, UINT32_MAX - 2, 1000},
	{"stuck-age", CONF_KEY_SECONDS, GLOBAL(stuck_age_s), 0, 1, 30 * DAY, 1800},
	{"stuck-drain-time", CONF_KEY_SECONDS, GLOBAL(stuck_drain_s), 0, 1, 400 * DAY, DAY},
	{"notification-rate", CONF_KEY_COUNT, GLOBAL(notification_rate), 0, 1, 1000, 20},
	{"notification-burst", CONF_KEY_COUNT, GLOBAL(notification_burst), 0, 1, 10000, 50},
	{"ping-interval", CONF_KEY_SECONDS, GLOBAL(ping_interval_s), 0, 1, 3600, 5},
	{"resend-on-reconnect", CONF_KEY_TRUTH, GLOBAL(resend_on_reconnect)},
	{"throttle", CONF_KEY_LIST, GLOBAL(throttle), offsetof(struct conf, throttle_count),
	 .check = conf_check_text},
	{"bounce-hard", CONF_KEY_LIST, GLOBAL(bounces.names[SNAP_KIND_HARD - 1]),
	 offsetof(struct conf, bounces.count[SNAP_KIND_HARD - 1]), .check = conf_check_text},
	{"bounce-soft", CONF_KEY_LIST, GLOBAL(bounces.names[SNAP_KIND_SOFT - 1]),
	 offsetof(struct conf, bounces.count[SNAP_KIND_SOFT - 1]), .check = conf_check_text},
	{"bounce-other", CONF_KEY_LIST, GLOBAL(bounces.names[SNAP_KIND_OTHER - 1]),
	 offsetof(struct conf, bounces.count[SNAP_KIND_OTHER - 1]), .check = conf_check_text},
};

static const struct conf_word start_words[] = {
	{"end", ACCT_START_END}, {"begin", ACCT_START_BEGIN}, {NULL, 0}};

static const struct conf_key server_keys[] = {
	{"url", CONF_KEY_TEXT, SERVER(url), .check = conf_check_url},
	{"accounting", CONF_KEY_LIST, SERVER(accounting),
	 offsetof(struct conf_server, accounting_count), .check = conf_check_accounting},
	{"api-key-file", CONF_KEY_TEXT, SERVER(api_key_file), .check = conf_check_path,
	 .secret = "the absolute path of a file that holds the key is expected; the key itself "
		   "does not belong here"},
	{"ca-file", CONF_KEY_TEXT, SERVER(ca_file), .check = conf_check_readable},
	{"pinned-key", CONF_KEY_TEXT, SERVER(pinned_key), .check = conf_check_pinned_key},
	{"insecure-tls", CONF_KEY_TRUTH, SERVER(insecure_tls)},
	{"queues-query", CONF_KEY_TEXT, SERVER(list_query[DOC_QUEUES]), .check = conf_check_query},
	{"domains-query", CONF_KEY_TEXT, SERVER(list_query[DOC_DOMAINS]),
	 .check = conf_check_query},
	{"vmtas-query", CONF_KEY_TEXT, SERVER(list_query[DOC_VMTAS]), .check = conf_check_query},
	{"jobs-query", CONF_KEY_TEXT, SERVER(list_query[DOC_JOBS]), .check = conf_check_query},
	{"jobs", CONF_KEY_TRUTH, SERVER(jobs)},
	{"start-at", CONF_KEY_WORD, SERVER(start_at), .preset = ACCT_START_END,
	 .words = start_words},
	{"pin", CONF_KEY_LIST, SERVER(pin), offsetof(struct conf_server, pin_count),
	 .check = conf_check_text},
	{"smtp-probe", CONF_KEY_TEXT, SERVER(smtp_probe), .check = conf_check_smtp},
	{"smtp-probe-interval", CONF_KEY_MS, SERVER(smtp_interval_ms), 0, 200, DAY_MS, 60000},
	{"smtp-probe-timeout", CONF_KEY_MS, SERVER(smtp_timeout_ms), 0, 100, 600000, 10000},
	{"spool", CONF_KEY_LIST, SERVER(spool), offsetof(struct conf_server, spool_count),
	 .check = conf_check_path},
	{"process", CONF_KEY_TRUTH, SERVER(process)},
	{"pid-file", CONF_KEY_TEXT, SERVER(pid_file), .check = conf_check_path},
};

static const struct conf_key provider_keys[] = {
	{"domains", CONF_KEY_LIST, PROVIDER(domains), offsetof(struct provider_entry, domain_count),
	 .check = conf_check_text},
	{"rename", CONF_KEY_TEXT, PROVIDER(rename), .check = conf_check_text},
};

/* "fifo:/path" and "/path" are the same file. */
static const char *
plain_path(const char *path)
{
	return strncmp(path, "fifo:", 5) == 0 ? path + 5 : path;
}

/* True if the server's accounting file number index is named before, by it or by another server. */
static bool
is_named_before(const struct conf *conf, const struct conf_server *server, size_t index)
{
	const char *path = server->accounting[index];

	for (const struct conf_server *other = conf->servers; path && other <= server; other++) {
		size_t end = other == server ? index : other->accounting_count;

		for (size_t i = 0; i < end; i++) {
			if (other->accounting[i] &&
			    strcmp(plain_path(other->accounting[i]), plain_path(path)) == 0)
				return true;
		}
	}
	return false;
}

static void
check_accounting(struct conf_reader *reader, cfg_t *section, const struct conf_server *server)
{
	for (unsigned i = 0; i < server->accounting_count; i++) {
		if (is_named_before(reader->conf, server, i))
			conf_complain(reader, conf_parse_value(section, "accounting", i)->line,
				      "accounting file %s is named twice; its records would be "
				      "counted twice",
				      server->accounting[i]);
	}
}

static void
read_key(struct conf_reader *reader, cfg_t *section, struct conf_server *server)
{
	char key[CONF_SECRET_SIZE], why[256];

	if (conf_read_key(server->api_key_file, key, sizeof key, why, sizeof why) < 0) {
		conf_complain(reader, conf_key_line(section, "api-key-file"), "api-key-file %s %s",
			      server->api_key_file, why);
		return;
	}
	server->api_key = arena_strndup(reader->conf->arena, key, strlen(key));
	explicit_bzero(key, sizeof key);
	if (!server->api_key)
		conf_complain(reader, 0, "out of memory");
}

/* A PID file says which process: naming it is asking for it. */
static void
check_process(struct conf_reader *reader, cfg_t *section, struct conf_server *server)
{
	if (server->pid_file && !server->process && conf_parse_value(section, "process", 0))
		conf_complain(reader, conf_key_line(section, "pid-file"),
			      "pid-file contradicts process = no; leave one of them out");
	server->process = server->process || server->pid_file;
}

static void
check_server(struct conf_reader *reader, cfg_t *section, struct conf_server *server)
{
	if (!conf_parse_value(section, "url", 0) && server->accounting_count == 0)
		conf_complain(reader, (unsigned)section->line,
			      "server \"%s\" has neither url nor accounting; set one or both",
			      cfg_title(section));
	if (server->insecure_tls && (server->ca_file || server->pinned_key))
		conf_complain(reader, conf_key_line(section, "insecure-tls"),
			      "insecure-tls = yes contradicts ca-file and pinned-key; set one");
	if (server->api_key_file)
		read_key(reader, section, server);
	check_process(reader, section, server);
	check_accounting(reader, section, server);
}

static void
read_servers(struct conf_reader *reader, cfg_t *tree)
{
	struct conf *conf = reader->conf;
	unsigned count = cfg_size(tree, "server");

	if (count == 0) {
		conf_complain(reader, 0,
			      "there is nothing to monitor; a section server \"NAME\" { ... } is "
			      "expected");
		return;
	}
	conf->servers = arena_alloc(conf->arena, count * sizeof *conf->servers);
	for (unsigned i = 0; conf->servers && i < count; i++) {
		cfg_t *section = cfg_getnsec(tree, "server", i);
		struct conf_server *server = &conf->servers[conf->server_count++];

		server->name = conf_key_title(reader, section);
		conf_key_read(reader, section, server_keys, COUNT(server_keys), server);
		check_server(reader, section, server);
	}
	if (!conf->servers)
		conf_complain(reader, 0, "out of memory");
}

static void
complain_provider(void *ctx, unsigned line, const char *message)
{
	conf_complain(ctx, line, "%s", message);
}

/* Whether names and patterns go together is known when a set is made of them. */
static void
check_providers(struct conf_reader *reader)
{
	struct conf *conf = reader->conf;

	if (!reader->failed)
		providers_free(providers_new(conf->providers, conf->provider_count,
					     complain_provider, reader));
}

static void
read_providers(struct conf_reader *reader, cfg_t *tree)
{
	struct conf *conf = reader->conf;
	unsigned count = cfg_size(tree, "provider");

	if (count == 0)
		return;
	conf->providers = arena_alloc(conf->arena, count * sizeof *conf->providers);
	for (unsigned i = 0; conf->providers && i < count; i++) {
		cfg_t *section = cfg_getnsec(tree, "provider", i);
		struct provider_entry *provider = &conf->providers[conf->provider_count++];

		provider->line = (unsigned)section->line;
		provider->name = conf_key_title(reader, section);
		conf_key_read(reader, section, provider_keys, COUNT(provider_keys), provider);
	}
	if (!conf->providers)
		conf_complain(reader, 0, "out of memory");
	check_providers(reader);
}

static void
check_throttle(struct conf_reader *reader, cfg_t *tree)
{
	const struct conf *conf = reader->conf;
	char error[256 + THROTTLE_PATTERN_MAX];
	struct throttle_set *set;

	if (conf->throttle_count == 0 || reader->failed)
		return;
	set = throttle_set_new(conf->throttle, conf->throttle_count, error, sizeof error);
	if (!set)
		conf_complain(reader, conf_key_line(tree, "throttle"), "throttle: %s", error);
	throttle_set_free(set);
}

static const char *
host_name(struct arena *arena)
{
	char name[256];

	if (gethostname(name, sizeof name) < 0 || !name[0])
		return "localhost";
	name[sizeof name - 1] = '\0';
	return arena_strndup(arena, name, strlen(name));
}

static void
read_global(struct conf_reader *reader, cfg_t *tree)
{
	struct conf *conf = reader->conf;

	conf_key_read(reader, tree, global_keys, COUNT(global_keys), conf);
	check_throttle(reader, tree);
	conf_bounce_check(reader, tree);
	if (!conf->agent_name)
		conf->agent_name = host_name(conf->arena);
	if (!conf->agent_name || !conf->file)
		conf_complain(reader, 0, "out of memory");
	if (!conf->agentx_socket)
		conf->agentx_socket = "/var/agentx/master";
	if (!conf->state_dir)
		conf->state_dir = LOCALSTATEDIR "/lib/pmta-monitor";
	if (!conf_parse_value(tree, "list-interval", 0))
		conf->list_interval_ms = 2 * conf->poll_interval_ms;
	if (conf->connect_timeout_ms <= conf->timeout_ms)
		return;
	if (conf_parse_value(tree, "connect-timeout", 0))
		conf_complain(reader, conf_key_line(tree, "connect-timeout"),
			      "connect-timeout is longer than timeout, which covers the whole "
			      "request; at most %u ms is expected",
			      conf->timeout_ms);
	conf->connect_timeout_ms = conf->timeout_ms;
}

static cfg_t *
parse_file(struct conf_reader *reader)
{
	cfg_opt_t servers[COUNT(server_keys) + 1], thresholds[CONF_RULE_OPTIONS];
	cfg_opt_t global[COUNT(global_keys) + 5], providers[COUNT(provider_keys) + 1], *end;
	const cfg_opt_t last = CFG_END();
	const cfg_flag_t flags = CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES;

	*conf_key_declare(server_keys, COUNT(server_keys), servers) = last;
	*conf_rule_declare(thresholds) = last;
	*conf_key_declare(provider_keys, COUNT(provider_keys), providers) = last;
	end = conf_key_declare(global_keys, COUNT(global_keys), global);
	*end++ = (cfg_opt_t)CFG_SEC("server", servers, flags);
	*end++ = (cfg_opt_t)CFG_SEC("threshold", thresholds, flags);
	*end++ = (cfg_opt_t)CFG_SEC("provider", providers, flags);
	*end++ = (cfg_opt_t)CFG_SEC("action", conf_action_options(), flags);
	*end = last;
	return conf_parse(reader, global);
}

static struct conf *
conf_new(const char *file)
{
	struct arena *arena = arena_new();
	struct conf *conf = arena ? arena_alloc(arena, sizeof *conf) : NULL;

	if (!conf) {
		arena_free(arena);
		return NULL;
	}
	conf->arena = arena;
	conf->file = arena_strndup(arena, file, strlen(file));
	conf->read_at = moment_now().wall_ms / 1000;
	return conf;
}

struct conf *
conf_read(const char *file, conf_error_fn error, void *ctx)
{
	struct conf_reader reader = {.file = file, .error = error, .ctx = ctx};
	cfg_t *tree;

	reader.conf = conf_new(file);
	if (!reader.conf) {
		conf_complain(&reader, 0, "out of memory");
		return NULL;
	}
	tree = parse_file(&reader);
	if (tree) {
		read_global(&reader, tree);
		read_servers(&reader, tree);
		conf_rule_read(&reader, tree);
		read_providers(&reader, tree);
		conf_action_read(&reader, tree);
		cfg_free(tree);
	}
	if (reader.failed) {
		conf_free(reader.conf);
		return NULL;
	}
	return reader.conf;
}

void
conf_free(struct conf *conf)
{
	if (conf)
		arena_free(conf->arena);
}
