/* SPDX-License-Identifier: BSD-2-Clause */
/* pmta-sim: a PowerMTA to test against: web monitor, accounting files, faults, exact books. */
#include "sim.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "http.h"
#include "smtp.h"
#include "traffic.h"

/* How long traffic may be made before requests are looked at: a fast clock must not starve them. */
static const double tick_budget = 0.05;

/* Midnight before traffic: no row of the new day may stand in the old day's file. */
void
sim_tick(struct sim *sim)
{
	sim->clock.now++;
	sim->world->now = sim->clock.now;
	acct_tick(sim->acct, sim->clock.now);
	story_tick(sim);
	traffic_tick(sim->world);
}

static void
run_clock(struct sim *sim)
{
	double until = clock_real() + tick_budget;
	bool moved = false;

	while (clock_real() < until && clock_due(&sim->clock)) {
		sim_tick(sim);
		moved = true;
	}
	if (moved)
		acct_flush(sim->acct, false);
}

/* The shorter of two waits, where -1 is for ever. */
static int
shorter(int a, int b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return a < b ? a : b;
}

/* Signals come as a descriptor, so that one arriving just before poll() cannot be missed. */
static int
catch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int
run(struct sim *sim, struct http *http, int signals)
{
	for (;;) {
		struct pollfd fds[] = {{.fd = signals, .events = POLLIN},
				       {.fd = http_fd(http), .events = POLLIN},
				       {.fd = -1, .events = POLLIN}};
		int wait = shorter(http_wait_ms(http), clock_wait_ms(&sim->clock));

		if (sim->smtp != NULL) {
			fds[2].fd = smtp_fd(sim->smtp);
			wait = shorter(wait, smtp_wait_ms(sim->smtp));
		}
		if (poll(fds, 3, wait) > 0 && fds[0].revents != 0)
			return 0;
		if (sim->smtp != NULL)
			smtp_run(sim->smtp);
		if (http_run(http) != 0)
			return 1;
		run_clock(sim);
	}
}

static int
open_accounting(struct sim *sim)
{
	for (size_t i = 0; i < sim->options.accounting_count; i++) {
		const char *spec = sim->options.accounting[i];
		const char *error = acct_add(sim->acct, spec);

		if (error != NULL) {
			fprintf(stderr, "pmta-sim: --accounting %s: %s\n", spec, error);
			return -1;
		}
	}
	acct_open_all(sim->acct, sim->clock.now);
	return 0;
}

static int
sim_begin(struct sim *sim)
{
	sim->clock = sim->options.clock;
	sim->story_began = sim->clock.now;
	sim->acct = acct_new(&sim->options.acct);
	sim->faults = faults_new();
	if (open_accounting(sim) != 0)
		return -1;
	sim->world = world_new(&sim->options.world, sim->clock.now);
	sim->world->acct = sim->acct;
	if (sim->options.smtp) {
		sim->smtp = smtp_new(sim->options.smtp_port, sim->options.world.host);
		return sim->smtp != NULL ? 0 : -1;
	}
	return 0;
}

/* Completes torn rows: what is booked is in the files when we are gone. */
static void
sim_end(struct sim *sim)
{
	smtp_free(sim->smtp);
	world_free(sim->world);
	faults_free(sim->faults);
	acct_free(sim->acct);
}

int
main(int argc, char **argv)
{
	static struct sim sim;
	struct http *http = NULL;
	int signals, result = 1;

	switch (options_read(&sim.options, argc, argv)) {
	case OPTIONS_HELP:
		return 0;
	case OPTIONS_BAD:
		return 2;
	default:
		break;
	}
	signals = catch_signals();
	if (sim_begin(&sim) == 0)
		http = http_new(&sim);
	if (http != NULL) {
		printf("ready %s://127.0.0.1:%u", http_scheme(http), http_port(http));
		if (sim.smtp != NULL)
			printf(" smtp://127.0.0.1:%u", smtp_port(sim.smtp));
		printf("\n");
		fflush(stdout);
		result = run(&sim, http, signals);
	}
	http_free(http);
	sim_end(&sim);
	return result;
}
