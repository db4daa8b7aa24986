/* SPDX-License-Identifier: BSD-2-Clause */
#include "http.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "page.h"

struct http {
	struct sim *sim;
	struct MHD_Daemon *daemon; /* NULL while it does not listen */
	struct streams *streams;
	uint16_t port;
	char *cert, *key; /* PEM; NULL without TLS */
	bool stop;	  /* the answer that announced the stop has gone out */
	double listen_at; /* when to listen again */
};

/* Where redirects to another host lead: whoever brings the API key here has given it away. */
static enum MHD_Result
serve_trap(const struct request *request)
{
	struct sim *sim = request->sim;

	sim->trap_requests++;
	if (MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "X-API-Key") != NULL)
		sim->trap_keys++;
	return send_html(request, MHD_HTTP_OK, "Trapped");
}

static enum MHD_Result
serve_control(struct request *request, const char *path)
{
	struct sim *sim = request->sim;
	struct buf answer = {0};
	unsigned status = control_serve(sim, path, request, &answer);

	request->stops = sim->stop_listening > 0;
	return send_json(request, status, &answer);
}

/* Control requests need no key and meet no fault: a test must always get through. */
static enum MHD_Result
serve(struct request *request)
{
	static const char control[] = "/control/";

	for (int i = 0; i < SIM_PAGES; i++) {
		if (strcmp(request->path, sim_pages[i]) == 0)
			return page_serve(request, (enum sim_page)i);
	}
	if (strcmp(request->path, "/control/trap") == 0)
		return serve_trap(request);
	if (strncmp(request->path, control, sizeof(control) - 1) == 0)
		return serve_control(request, request->path + sizeof(control) - 1);
	if (strcmp(request->path, "/") == 0)
		return send_redirect(request, "/ui");
	if (strncmp(request->path, "/ui", 3) == 0)
		return send_html(request, MHD_HTTP_OK, "PowerMTA");
	return send_html(request, MHD_HTTP_NOT_FOUND, "404 Not Found");
}

/* microhttpd calls first with the headers alone, then to be answered, and again after a suspension.
 */
static enum MHD_Result
handle(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
       const char *version, const char *upload, size_t *upload_size, void **state)
{
	struct request *request = *state;
	struct http *http = cls;

	(void)version;
	(void)upload;
	if (request == NULL) {
		request = sim_alloc(1, sizeof(*request));
		request->sim = http->sim;
		request->streams = http->streams;
		request->scheme = http_scheme(http);
		request->port = http->port;
		request->connection = connection;
		*state = request;
		return MHD_YES;
	}
	request->path = url;
	if (*upload_size > 0) {
		*upload_size = 0;
		return MHD_YES;
	}
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0)
		return send_html(request, MHD_HTTP_METHOD_NOT_ALLOWED, "405 Use GET");
	return serve(request);
}

/* The listener stops when the answer that announces it is out, not before. */
static void
completed(void *cls, struct MHD_Connection *connection, void **state,
	  enum MHD_RequestTerminationCode code)
{
	struct http *http = cls;
	struct request *request = *state;

	(void)connection;
	(void)code;
	if (request != NULL && request->stops)
		http->stop = true;
	free(request);
	*state = NULL;
}

static int
start(struct http *http)
{
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons(http->port),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct MHD_OptionItem tls[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, http->cert},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, http->key},
		{MHD_OPTION_END, 0, NULL},
	};
	const union MHD_DaemonInfo *info;

	if (http->cert != NULL)
		flags |= MHD_USE_TLS;
	else
		tls[0] = tls[2];
	http->daemon = MHD_start_daemon(flags, http->port, NULL, NULL, handle, http,
					MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_NOTIFY_COMPLETED,
					completed, http, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
	if (http->daemon == NULL) {
		fprintf(stderr, "pmta-sim: cannot listen on 127.0.0.1:%u\n", http->port);
		return -1;
	}
	/* Port 0 became a real one; listening again later must find the same. */
	info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT);
	if (info != NULL)
		http->port = info->port;
	return 0;
}

static void
stop(struct http *http)
{
	if (http->daemon == NULL)
		return;
	/* microhttpd must not be stopped with suspended connections. */
	streams_release(http->streams);
	MHD_stop_daemon(http->daemon);
	http->daemon = NULL;
}

static char *
read_pem(const char *path)
{
	struct buf pem = {0};

	if (buf_read_file(&pem, path) != 0) {
		fprintf(stderr, "pmta-sim: cannot read %s\n", path);
		return NULL;
	}
	buf_text(&pem);
	return pem.data;
}

struct http *
http_new(struct sim *sim)
{
	struct http *http = sim_alloc(1, sizeof(*http));

	http->sim = sim;
	http->port = sim->options.port;
	http->streams = streams_new();
	if (sim->options.tls_cert != NULL) {
		http->cert = read_pem(sim->options.tls_cert);
		http->key = read_pem(sim->options.tls_key);
		if (http->cert == NULL || http->key == NULL)
			goto fail;
	}
	if (start(http) == 0)
		return http;
fail:
	http_free(http);
	return NULL;
}

void
http_free(struct http *http)
{
	if (http == NULL)
		return;
	stop(http);
	streams_free(http->streams);
	free(http->cert);
	free(http->key);
	free(http);
}

uint16_t
http_port(const struct http *http)
{
	return http->port;
}

const char *
http_scheme(const struct http *http)
{
	return http->cert != NULL ? "https" : "http";
}

int
http_fd(const struct http *http)
{
	const union MHD_DaemonInfo *info =
		http->daemon != NULL ? MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)
				     : NULL;

	return info != NULL ? info->epoll_fd : -1;
}

int
http_wait_ms(const struct http *http)
{
	MHD_UNSIGNED_LONG_LONG timeout;
	int wait;

	if (http->daemon == NULL) {
		double left = http->listen_at - clock_real();

		return left > 0 ? (int)(left * 1000) + 1 : 0;
	}
	if (http->sim->release_hung)
		return 0;
	wait = streams_wait_ms(http->streams, clock_real());
	if (MHD_get_timeout(http->daemon, &timeout) == MHD_YES &&
	    (wait < 0 || timeout < (MHD_UNSIGNED_LONG_LONG)wait))
		wait = timeout > 60000 ? 60000 : (int)timeout;
	return wait;
}

int
http_run(struct http *http)
{
	double now = clock_real();

	if (http->daemon == NULL)
		return now < http->listen_at ? 0 : start(http);
	/* Before MHD_run(), which looks for resumed connections at its begin only. */
	if (http->sim->release_hung)
		streams_release(http->streams);
	http->sim->release_hung = false;
	streams_wake(http->streams, now);
	MHD_run(http->daemon);
	if (http->stop) {
		stop(http);
		http->stop = false;
		http->listen_at = now + http->sim->stop_listening;
		http->sim->stop_listening = 0;
	}
	return 0;
}
