/* SPDX-License-Identifier: BSD-2-Clause */
#include "fetch_server.h"

#include <fcntl.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define FORBIDDEN                                                                      \
	"<html><head><title>Forbidden</title><style>p { color: red }</style></head>\n" \
	"<body><p>Access to this page\n is <b>not</b> allowed.</p></body></html>"

struct fetch_server {
	struct MHD_Daemon *daemon;
	char url[64];
	const char *moved_url, *directory;
	atomic_uint connections, requests;
	atomic_bool stopping;
	char last_key[128], last_agent[128];
};

static void
count_connection(void *ctx, struct MHD_Connection *connection, void **socket_ctx,
		 enum MHD_ConnectionNotificationCode code)
{
	struct fetch_server *server = ctx;

	(void)connection;
	(void)socket_ctx;
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		server->connections++;
}

static ssize_t
give_much(void *ctx, uint64_t position, char *bytes, size_t room)
{
	(void)ctx;
	(void)position;
	memset(bytes, 'x', room);
	return (ssize_t)room;
}

/* Gives a byte now and then, and nothing else stops it but the end of the test. */
static ssize_t
give_little(void *ctx, uint64_t position, char *bytes, size_t room)
{
	const struct fetch_server *server = ctx;
	const struct timespec pause = {0, 50000000};

	(void)position;
	if (server->stopping || room == 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	nanosleep(&pause, NULL);
	bytes[0] = 'x';
	return 1;
}

static enum MHD_Result
answer(struct MHD_Connection *connection, unsigned status, struct MHD_Response *response,
       const char *location)
{
	enum MHD_Result result;

	if (location != NULL)
		MHD_add_response_header(response, "Location", location);
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static struct MHD_Response *
text_response(const char *text)
{
	return MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text,
					       MHD_RESPMEM_MUST_COPY);
}

static enum MHD_Result
hang(const struct fetch_server *server)
{
	const struct timespec pause = {0, 10000000};

	while (!server->stopping)
		nanosleep(&pause, NULL);
	return MHD_NO;
}

static void
note_headers(struct fetch_server *server, struct MHD_Connection *connection)
{
	const char *key = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "X-API-Key");
	const char *agent = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "User-Agent");

	server->requests++;
	snprintf(server->last_key, sizeof(server->last_key), "%s", key != NULL ? key : "");
	snprintf(server->last_agent, sizeof(server->last_agent), "%s", agent != NULL ? agent : "");
}

/* The document of this page and format, or NULL if there is none. */
static struct MHD_Response *
document_response(const struct fetch_server *server, struct MHD_Connection *connection,
		  const char *path)
{
	const char *format =
		MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "format");
	char name[512];
	struct stat stat;
	int fd;

	if (server->directory == NULL || format == NULL)
		return NULL;
	snprintf(name, sizeof(name), "%s%s.%s", server->directory, path, format);
	if ((fd = open(name, O_RDONLY)) < 0 || fstat(fd, &stat) != 0)
		return NULL;
	return MHD_create_response_from_fd((size_t)stat.st_size, fd);
}

static enum MHD_Result
answer_large(struct fetch_server *server, struct MHD_Connection *connection, const char *path)
{
	uint64_t announced = MHD_SIZE_UNKNOWN;
	unsigned status = strcmp(path, "/huge-500") == 0 ? 500 : 200;
	MHD_ContentReaderCallback reader = strcmp(path, "/slow") == 0 ? give_little : give_much;

	if (strcmp(path, "/huge-announced") == 0)
		announced = 8 << 20;
	if (strcmp(path, "/slow") == 0)
		announced = 4000;
	return answer(connection, status,
		      MHD_create_response_from_callback(announced, 65536, reader, server, NULL),
		      NULL);
}

static enum MHD_Result
handle(void *ctx, struct MHD_Connection *connection, const char *path, const char *method,
       const char *version, const char *upload, size_t *upload_size, void **request_ctx)
{
	struct fetch_server *server = ctx;
	struct MHD_Response *document;

	(void)method;
	(void)version;
	(void)upload;
	(void)upload_size;
	/* An answer at the first call, before the request is over, would close the connection. */
	if (*request_ctx == NULL) {
		*request_ctx = server;
		return MHD_YES;
	}
	note_headers(server, connection);
	if (strcmp(path, "/ok") == 0)
		return answer(connection, 200, text_response("{\"data\":{}}"), NULL);
	if (strcmp(path, "/forbidden") == 0)
		return answer(connection, 403, text_response(FORBIDDEN), NULL);
	if (strcmp(path, "/broken") == 0)
		return answer(connection, 500, text_response("oops"), NULL);
	if (strcmp(path, "/hang") == 0)
		return hang(server);
	if (strncmp(path, "/huge", 5) == 0 || strcmp(path, "/slow") == 0)
		return answer_large(server, connection, path);
	if (strcmp(path, "/moved") == 0)
		return answer(connection, 302, text_response("moved"), "/ok");
	if (strcmp(path, "/moved-away") == 0)
		return answer(connection, 302, text_response("moved"), "http://localhost:1/ok");
	if (strcmp(path, "/moved-ftp") == 0)
		return answer(connection, 302, text_response("moved"), "ftp://127.0.0.1/ok");
	if (strcmp(path, "/moved-to") == 0)
		return answer(connection, 301, text_response("moved"), server->moved_url);
	if (strcmp(path, "/circle") == 0)
		return answer(connection, 302, text_response("moved"), "/circle");
	if ((document = document_response(server, connection, path)) != NULL)
		return answer(connection, 200, document, NULL);
	return answer(connection, 404, text_response("no such page"), NULL);
}

struct fetch_server *
fetch_server_new(const char *key_pem, const char *cert_pem)
{
	struct fetch_server *server = calloc(1, sizeof(*server));
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	unsigned flags =
		MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL;
	const struct MHD_OptionItem tls[] = {
		{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key_pem},
		{MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)cert_pem},
		{MHD_OPTION_END, 0, NULL},
	};
	const struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};

	if (server == NULL)
		return NULL;
	server->daemon = MHD_start_daemon(
		flags | (key_pem != NULL ? MHD_USE_TLS : 0), 0, NULL, NULL, handle, server,
		MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_NOTIFY_CONNECTION, count_connection,
		server, MHD_OPTION_ARRAY, key_pem != NULL ? tls : plain, MHD_OPTION_END);
	if (server->daemon == NULL) {
		free(server);
		return NULL;
	}
	snprintf(server->url, sizeof(server->url), "http%s://127.0.0.1:%u",
		 key_pem != NULL ? "s" : "",
		 MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
	return server;
}

void
fetch_server_free(struct fetch_server *server)
{
	if (server == NULL)
		return;
	server->stopping = true;
	MHD_stop_daemon(server->daemon);
	free(server);
}

const char *
fetch_server_url(const struct fetch_server *server)
{
	return server->url;
}

unsigned
fetch_server_connections(struct fetch_server *server)
{
	return server->connections;
}

unsigned
fetch_server_requests(struct fetch_server *server)
{
	return server->requests;
}

const char *
fetch_server_last_key(const struct fetch_server *server)
{
	return server->last_key;
}

const char *
fetch_server_last_agent(const struct fetch_server *server)
{
	return server->last_agent;
}

void
fetch_server_set_moved_url(struct fetch_server *server, const char *url)
{
	server->moved_url = url;
}

void
fetch_server_set_directory(struct fetch_server *server, const char *directory)
{
	server->directory = directory;
}
