/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fetch_server.h - an HTTP server in a thread of the test that answers well or badly, by path.
 */
#ifndef PMTA_FETCH_SERVER_H
#define PMTA_FETCH_SERVER_H

struct fetch_server;

/* Listens on a free port of 127.0.0.1; with TLS if key and certificate (PEM texts) are given. */
struct fetch_server *fetch_server_new(const char *key_pem, const char *cert_pem);
void fetch_server_free(struct fetch_server *server);

/* "http://127.0.0.1:PORT" or "https://...". */
const char *fetch_server_url(const struct fetch_server *server);

/* Connections and requests taken so far. */
unsigned fetch_server_connections(struct fetch_server *server);
unsigned fetch_server_requests(struct fetch_server *server);

/* Headers of the last request: X-API-Key and User-Agent, "" if absent. */
const char *fetch_server_last_key(const struct fetch_server *server);
const char *fetch_server_last_agent(const struct fetch_server *server);

/* Where "/moved-to" redirects to; NULL at first. The text must outlive the server. */
void fetch_server_set_moved_url(struct fetch_server *server, const char *url);

/* From then on "/queues?format=json" and the like are answered from DIRECTORY/queues.json if it is
 * there. The text must outlive the server. */
void fetch_server_set_directory(struct fetch_server *server, const char *directory);

#endif
