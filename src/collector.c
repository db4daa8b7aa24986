/* SPDX-License-Identifier: BSD-2-Clause */
#include "collector.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "action.h"
#include "alarm.h"
#include "baseline.h"
#include "event_ring.h"
#include "fetch.h"
#include "follower.h"
#include "keeper.h"
#include "log.h"
#include "model.h"
#include "norm.h"
#include "publish.h"
#include "store.h"
#include "thread.h"
#include "watch.h"

/* Time given to accounting before polls, saving and publishing have their turn: more of it the more
 * saving costs, so that catching up with old files is mostly reading. */
#define READ_BUDGET_MS 100
#define READ_BUDGET_MAX_MS 1000
#define READ_PER_SAVE 4
/* Accounting is read, saved and published in steps of this, however often its files grow. */
#define READ_STEP_MS 200
#define EXPIRE_MS 60000
/* Objects not heard of for this long are dropped from the store too. */
#define FORGET_S (90 * 86400)
/* Rules about records are judged this often, sooner when some were read, or so much more seldom
 * that it takes a twentieth of the thread's time. */
#define JUDGE_MS 1000
#define JUDGE_READ_MS 200
#define JUDGE_COST_FACTOR 20
/* Losses are told at most once a minute: telling them takes a place in the same queue. */
#define LOSS_MS 60000

struct collector {
	pthread_t thread;
	pthread_mutex_t lock; /* for what is handed over below */
	struct conf *pending;
	bool stopping, leaving; /* leaving: AgentStopping is to be told */

	struct snap_hub *hub;
	struct conf *conf;
	struct store *store;
	struct fetch *fetch;
	struct model *model;
	struct event_ring *ring;
	struct alarms *alarms;
	struct actions *actions;
	struct publisher *publisher;
	struct follower *follower;
	struct keeper keeper;
	struct watch watch;
	int read_budget_ms;
	int64_t next_read, next_expire, next_forget, next_judge, next_loss; /* monotonic ms */
	int64_t judge_again;		/* the same: not before, though records were read */
	struct snap_delivery_news news; /* as last told */
	bool started, said_goodbye;
};

static void
status_polled(void *ctx, struct model_server *server)
{
	struct collector *collector = ctx;

	alarms_judge_status(collector->alarms, server, moment_now());
}

static void
listed(void *ctx, struct model_server *server, enum doc_list_kind kind)
{
	struct collector *collector = ctx;

	alarms_judge_list(collector->alarms, server, kind, moment_now());
}

static void
object_gone(void *ctx, struct model_server *server, struct model_object *object)
{
	struct collector *collector = ctx;

	alarms_object_gone(collector->alarms, server, object, moment_now());
}

/* Puts a configuration in force: the model keeps what it knows of servers that stay. */
static int
configure(struct collector *collector, struct conf *conf)
{
	const struct poller_listener listener = {status_polled, listed, collector};
	const struct moment now = moment_now();
	struct conf *old = collector->conf;
	int result = 0;

	watch_close(&collector->watch);
	collector->conf = conf;
	if (model_configure(collector->model, conf, now) != 0)
		log_error("collector", "some servers cannot be monitored: no memory, or the store "
				       "cannot be read");
	keeper_load_model(&collector->keeper, now);
	/* Before there is an event of this run: an action that is new begins with it. */
	if (actions_configure(collector->actions, conf, collector->ring, keeper_action_position,
			      collector->store) != 0)
		log_error("collector", "some actions cannot be run: out of memory");
	alarms_configure(collector->alarms, conf->thresholds, conf->threshold_count,
			 collector->model, now);
	if (follower_configure(collector->follower, collector->model) != 0)
		result = -1;
	conf_free(old);
	if (watch_open(&collector->watch, collector->fetch, collector->model, &listener, now) != 0)
		result = -1;
	return result;
}

static void
save(struct collector *collector)
{
	const int64_t began = moment_awake_ms();
	int64_t budget;

	keeper_save(&collector->keeper, snap_hub_sent(collector->hub));
	budget = (moment_awake_ms() - began) * READ_PER_SAVE;
	collector->read_budget_ms = budget < READ_BUDGET_MS	  ? READ_BUDGET_MS
				    : budget > READ_BUDGET_MAX_MS ? READ_BUDGET_MAX_MS
								  : (int)budget;
}

static void
take_pending(struct collector *collector)
{
	struct conf *conf;

	pthread_mutex_lock(&collector->lock);
	conf = collector->pending;
	collector->pending = NULL;
	pthread_mutex_unlock(&collector->lock);
	if (conf == NULL)
		return;
	save(collector);
	if (configure(collector, conf) != 0)
		log_error("collector", "out of memory: not everything is read");
}

static bool
is_set(struct collector *collector, const bool *flag)
{
	bool set;

	pthread_mutex_lock(&collector->lock);
	set = *flag;
	pthread_mutex_unlock(&collector->lock);
	return set;
}

/* The first and the last event of a run. */
static void
greet(struct collector *collector, struct moment now)
{
	char text[TEXT_MAX];

	if (!collector->started) {
		snprintf(text, sizeof text,
			 "pmta-monitord %s started, %zu server%s, %zu threshold%s", PACKAGE_VERSION,
			 collector->conf->server_count,
			 collector->conf->server_count == 1 ? "" : "s",
			 collector->conf->threshold_count,
			 collector->conf->threshold_count == 1 ? "" : "s");
		collector->started = alarms_note(collector->alarms, SNAP_NOTE_AGENT_STARTED,
						 SNAP_SEVERITY_INDETERMINATE, text, now) == 0;
	}
	if (collector->said_goodbye || !is_set(collector, &collector->leaving))
		return;
	collector->said_goodbye = true;
	alarms_note(collector->alarms, SNAP_NOTE_AGENT_STOPPING, SNAP_SEVERITY_WARNING,
		    "pmta-monitord is stopping: nothing is watched until it is started again", now);
	publisher_say_goodbye(collector->publisher);
}

/* What the agent says became of notifications. */
static void
hear_news(struct collector *collector, struct moment now)
{
	const struct snap_delivery_news news = snap_hub_news(collector->hub);
	char text[TEXT_MAX];

	if (news.reconnects != collector->news.reconnects) {
		collector->news.reconnects = news.reconnects;
		if (collector->conf->resend_on_reconnect)
			alarms_tell_again(collector->alarms, now);
	}
	if (news.lost == collector->news.lost || now.mono_ms < collector->next_loss)
		return;
	snprintf(text, sizeof text,
		 "%" PRIu64 " notifications lost: more events than could be sent; pmtaEventTable "
		 "has the newest ones",
		 news.lost - collector->news.lost);
	if (alarms_note(collector->alarms, SNAP_NOTE_NOTIFICATIONS_LOST, SNAP_SEVERITY_WARNING,
			text, now) == 0)
		collector->news.lost = news.lost;
	collector->next_loss = now.mono_ms + LOSS_MS;
}

static void
judge(struct collector *collector)
{
	const struct moment now = moment_now();
	const int64_t began = moment_awake_ms();
	int64_t cost;

	if (now.mono_ms < collector->next_judge)
		return;
	alarms_judge_flow(collector->alarms, now);
	cost = (moment_awake_ms() - began) * JUDGE_COST_FACTOR;
	collector->next_judge = now.mono_ms + (cost > JUDGE_MS ? cost : JUDGE_MS);
	collector->judge_again = now.mono_ms + (cost > JUDGE_READ_MS ? cost : JUDGE_READ_MS);
}

static void
expire(struct collector *collector, struct moment now)
{
	if (now.mono_ms < collector->next_expire)
		return;
	keeper_trim(&collector->keeper, now);
	model_expire(collector->model, now, object_gone, collector);
	collector->next_expire = now.mono_ms + EXPIRE_MS;
	if (now.mono_ms < collector->next_forget)
		return;
	store_forget(collector->store,
		     now.wall_ms / 1000 - FORGET_S - (int64_t)collector->conf->row_retention_s);
	store_forget_baselines(collector->store, norm_hour(now.wall_ms / 1000) - BASELINE_HOURS);
	collector->next_forget = now.mono_ms + 86400000;
}

static void
sooner(int64_t *next, int64_t when)
{
	if (when < *next)
		*next = when;
}

/* What is usual can be learned of an hour once all of its records were read. */
static void
learn(struct collector *collector, bool all_read, struct moment now)
{
	for (uint32_t i = 0; i < collector->model->server_count; i++) {
		norm_poll(collector->model->servers[i], now);
		if (all_read)
			norm_read(collector->model->servers[i], now);
	}
}

static void
publish_counts(struct collector *collector)
{
	uint64_t run, failed;

	actions_counts(collector->actions, &run, &failed);
	publisher_set_actions(collector->publisher, run, failed);
}

/* One turn: poll, read, save, publish. Returns when the next one is due. */
static int64_t
turn(struct collector *collector)
{
	struct moment now = moment_now();
	int64_t next = now.mono_ms + 1000;
	bool all_read = false;
	int wait_ms;

	sooner(&next, watch_run(&collector->watch, now));
	if (now.mono_ms >= collector->next_read && follower_due(collector->follower, now)) {
		if (follower_run(collector->follower, collector->read_budget_ms, now))
			sooner(&next, now.mono_ms);
		else
			collector->next_read = now.mono_ms + READ_STEP_MS;
		/* What was read may be what somebody waits to be told. */
		sooner(&collector->next_judge, collector->judge_again);
		all_read = collector->next_read > now.mono_ms;
	}
	judge(collector);
	sooner(&next, collector->next_judge);
	now = moment_now();
	greet(collector, now);
	hear_news(collector, now);
	learn(collector, all_read, now);
	expire(collector, now);
	model_age(collector->model, now);
	/* Published only when it is safe, so that no manager sees a total that a crash takes back.
	 * A disk that refuses stops the saving, but not the monitoring. */
	save(collector);
	publish_counts(collector);
	wait_ms = publisher_run(collector->publisher, collector->model, collector->ring,
				store_epoch(collector->store), now);
	if (wait_ms >= 0)
		sooner(&next, now.mono_ms + wait_ms);
	/* Whoever is told may look at the tables at once. */
	actions_offer(collector->actions, collector->ring);
	return next;
}

/* Waits for replies, file changes, sent notifications, a wakeup, or the time. */
static void
wait_until(struct collector *collector, int64_t next)
{
	const int64_t now = moment_now().mono_ms;
	struct pollfd watched[2] = {
		{.fd = snap_hub_sent_fd(collector->hub), .events = POLLIN},
		{.fd = follower_fd(collector->follower), .events = POLLIN},
	};
	unsigned count = watched[1].fd >= 0 ? 2 : 1;

	/* A file that grows all the time must not wake us more often than it will be read. */
	if (now < collector->next_read) {
		sooner(&next, collector->next_read);
		count = 1;
	}
	fetch_poll(collector->fetch, watched, count, next > now ? (int)(next - now) : 0);
	if ((watched[0].revents & POLLIN) != 0)
		snap_hub_drain_sent(collector->hub);
	if ((watched[1].revents & POLLIN) != 0)
		follower_woken(collector->follower);
}

static void *
run(void *ctx)
{
	struct collector *collector = ctx;

	while (!is_set(collector, &collector->stopping)) {
		take_pending(collector);
		wait_until(collector, turn(collector));
	}
	save(collector);
	actions_offer(collector->actions, collector->ring);
	actions_stop(collector->actions);
	save(collector);
	return NULL;
}

static void
collector_free(struct collector *collector)
{
	actions_free(collector->actions);
	watch_close(&collector->watch);
	follower_free(collector->follower);
	publisher_free(collector->publisher);
	alarms_free(collector->alarms);
	event_ring_free(collector->ring);
	model_free(collector->model);
	fetch_free(collector->fetch);
	store_close(collector->store);
	conf_free(collector->conf);
	conf_free(collector->pending);
	pthread_mutex_destroy(&collector->lock);
	free(collector);
}

/* How far an action has come is to be saved soon, so that little is told twice after a crash. */
static void
action_done(void *ctx)
{
	const struct collector *collector = ctx;

	fetch_wakeup(collector->fetch);
}

/* Opens everything but the sources. 0 or -1. */
static int
open_all(struct collector *collector, const struct conf *conf)
{
	collector->store = store_open(conf->state_dir, moment_now().wall_ms / 1000);
	collector->fetch = fetch_new();
	if (collector->store == NULL || collector->fetch == NULL)
		return -1;
	collector->model = model_new(keeper_recall, collector->store);
	collector->ring = event_ring_new();
	collector->publisher = publisher_new(collector->hub);
	collector->follower = follower_new(collector->store);
	collector->actions = actions_new(action_done, collector);
	collector->alarms = alarms_new(collector->ring, keeper_last_alarm(collector->store));
	if (collector->model == NULL || collector->ring == NULL || collector->publisher == NULL ||
	    collector->follower == NULL || collector->alarms == NULL || collector->actions == NULL)
		return -1;
	collector->keeper = (struct keeper){
		.store = collector->store,
		.model = collector->model,
		.follower = collector->follower,
		.alarms = collector->alarms,
		.actions = collector->actions,
		.ring = collector->ring,
	};
	snap_hub_set_sent(collector->hub, keeper_load_alarms(&collector->keeper, moment_now()));
	publisher_set_alarms(collector->publisher, collector->alarms);
	alarms_set_expect(collector->alarms, norm_expect, NULL);
	return 0;
}

struct collector *
collector_start(struct conf *conf, struct snap_hub *hub)
{
	struct collector *collector = calloc(1, sizeof *collector);

	if (collector == NULL) {
		conf_free(conf);
		return NULL;
	}
	collector->hub = hub;
	collector->read_budget_ms = READ_BUDGET_MS;
	pthread_mutex_init(&collector->lock, NULL);
	if (open_all(collector, conf) != 0) {
		conf_free(conf);
	} else if (configure(collector, conf) == 0 &&
		   thread_start(&collector->thread, run, collector) == 0) {
		return collector;
	}
	log_error("collector", "cannot start: out of memory");
	collector_free(collector);
	return NULL;
}

void
collector_reload(struct collector *collector, struct conf *conf)
{
	pthread_mutex_lock(&collector->lock);
	conf_free(collector->pending);
	collector->pending = conf;
	pthread_mutex_unlock(&collector->lock);
	fetch_wakeup(collector->fetch);
}

void
collector_say_goodbye(struct collector *collector)
{
	pthread_mutex_lock(&collector->lock);
	collector->leaving = true;
	pthread_mutex_unlock(&collector->lock);
	fetch_wakeup(collector->fetch);
}

void
collector_stop(struct collector *collector)
{
	if (collector == NULL)
		return;
	pthread_mutex_lock(&collector->lock);
	collector->stopping = true;
	pthread_mutex_unlock(&collector->lock);
	fetch_wakeup(collector->fetch);
	pthread_join(collector->thread, NULL);
	collector_free(collector);
}
