/* SPDX-License-Identifier: BSD-2-Clause */
#include "page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"

const char *const sim_pages[SIM_PAGES] = {"/status", "/queues", "/domains", "/vmtas", "/jobs"};

static const char html_type[] = "text/html; charset=UTF-8";
static const char json_type[] = "application/json";

const char *
request_arg(const struct request *request, const char *name)
{
	return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

/* Sends a response, which it gives up. */
static enum MHD_Result
send_response(const struct request *request, unsigned status, struct MHD_Response *response,
	      const char *type)
{
	enum MHD_Result result;

	if (response == NULL)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	result = MHD_queue_response(request->connection, status, response);
	MHD_destroy_response(response);
	if (request->sim->options.verbose)
		fprintf(stderr, "pmta-sim: GET %s: %u\n", request->path, status);
	return result;
}

/* Sends a body, which it takes over. */
static enum MHD_Result
send_body(const struct request *request, unsigned status, struct buf *body, const char *type)
{
	size_t len = body->len;
	struct MHD_Response *response;

	buf_text(body);
	response = MHD_create_response_from_buffer(len, body->data, MHD_RESPMEM_MUST_FREE);
	if (response == NULL)
		buf_free(body);
	*body = (struct buf){0};
	return send_response(request, status, response, type);
}

enum MHD_Result
send_json(const struct request *request, unsigned status, struct buf *body)
{
	return send_body(request, status, body, json_type);
}

enum MHD_Result
send_html(const struct request *request, unsigned status, const char *title)
{
	struct buf body = {0};

	buf_printf(&body, "<html><head><title>%s</title></head><body><h1>%s</h1></body></html>\n",
		   title, title);
	return send_body(request, status, &body, html_type);
}

enum MHD_Result
send_redirect(const struct request *request, const char *location)
{
	static const char text[] = "<html><body>Moved.</body></html>\n";
	struct MHD_Response *response = MHD_create_response_from_buffer(
		sizeof(text) - 1, (char *)text, MHD_RESPMEM_PERSISTENT);

	if (response != NULL)
		MHD_add_response_header(response, MHD_HTTP_HEADER_LOCATION, location);
	return send_response(request, MHD_HTTP_FOUND, response, html_type);
}

/* Read anew for each request: tests change the files under our feet. */
static int
read_document(const struct sim *sim, enum sim_page page, struct buf *out)
{
	struct buf path = {0};
	int result;

	buf_printf(&path, "%s%s.json", sim->options.documents, sim_pages[page]);
	result = buf_read_file(out, buf_text(&path));
	buf_free(&path);
	return result;
}

/* PowerMTA does not document the parameter: only some installations may be taken to heed it. */
static size_t
max_items(const struct request *request)
{
	const struct sim_options *options = &request->sim->options;
	const char *asked = request_arg(request, "maxitems");
	unsigned long items = asked != NULL ? strtoul(asked, NULL, 10) : 0;

	return options->query_limit && items > 0 ? items : options->max_items;
}

static void
put_model(const struct request *request, enum sim_page page, struct buf *out)
{
	const struct sim *sim = request->sim;
	static const enum api_list lists[SIM_PAGES] = {[PAGE_QUEUES] = API_QUEUES,
						       [PAGE_DOMAINS] = API_DOMAINS,
						       [PAGE_VMTAS] = API_VMTAS,
						       [PAGE_JOBS] = API_JOBS};

	/* The web monitor is a process of its own: it answers while pmtad is away. */
	if (sim->world->pmtad_down)
		api_fail("unable to connect to PowerMTA", out);
	else if (page == PAGE_STATUS)
		api_status(sim->world, sim->clock.zone, out);
	else
		api_list(sim->world, lists[page], request_arg(request, "queue"), max_items(request),
			 sim->clock.zone, out);
}

/* The true answer, or 0: it has been given already, with *result. */
static unsigned
make_document(const struct request *request, enum sim_page page, struct buf *out,
	      enum MHD_Result *result)
{
	const struct sim *sim = request->sim;
	const char *key =
		MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "X-API-Key");
	const char *format = request_arg(request, "format");

	if (sim->options.api_key != NULL && (key == NULL || strcmp(key, sim->options.api_key) != 0))
		*result = send_html(request, MHD_HTTP_FORBIDDEN, "403 Forbidden");
	else if (format == NULL)
		*result = send_html(request, MHD_HTTP_OK, "PowerMTA");
	else if (strcmp(format, "json") != 0)
		*result = send_html(request, MHD_HTTP_BAD_REQUEST, "400 Unknown format");
	else if (sim->options.documents == NULL) {
		put_model(request, page, out);
		return MHD_HTTP_OK;
	} else if (read_document(sim, page, out) == 0)
		return MHD_HTTP_OK;
	else
		*result = send_html(request, MHD_HTTP_NOT_FOUND, "404 Not Found");
	return 0;
}

/* Faults that have no use for a document. Returns true if the request is served. */
static bool
serve_fault(struct request *request, const struct fault *fault, enum MHD_Result *result)
{
	struct buf text = {0};

	switch (fault->kind) {
	case FAULT_REFUSE:
		*result = MHD_NO;
		break;
	case FAULT_HANG:
		request->hung = true;
		streams_hang(request->streams, request->connection);
		*result = MHD_YES;
		break;
	case FAULT_ERROR:
		*result = send_html(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "500 Error");
		break;
	case FAULT_FORBIDDEN:
		*result = send_html(request, MHD_HTTP_FORBIDDEN, "403 Forbidden");
		break;
	case FAULT_HTML:
		*result = send_html(request, MHD_HTTP_OK, "PowerMTA");
		break;
	case FAULT_FAIL:
		api_fail("unable to connect to PowerMTA", &text);
		*result = send_json(request, MHD_HTTP_OK, &text);
		break;
	case FAULT_HUGE:
		*result = send_response(request, MHD_HTTP_OK, stream_huge(fault->bytes), json_type);
		break;
	case FAULT_REDIRECT_HTTPS:
		buf_printf(&text, "https://127.0.0.1:%u%s?format=json", request->port,
			   request->path);
		*result = send_redirect(request, buf_text(&text));
		break;
	case FAULT_REDIRECT_HOST:
		buf_printf(&text, "%s://localhost:%u/control/trap", request->scheme, request->port);
		*result = send_redirect(request, buf_text(&text));
		break;
	default:
		return false;
	}
	buf_free(&text);
	return true;
}

enum MHD_Result
page_serve(struct request *request, enum sim_page page)
{
	struct fault fault = {.kind = FAULT_NONE};
	struct buf document = {0};
	enum MHD_Result result;
	unsigned status;

	/* A request that was held back has had its fault. */
	if (!request->hung) {
		request->sim->requests[page]++;
		fault = faults_take(request->sim->faults, request->path);
	}
	if (serve_fault(request, &fault, &result))
		return result;
	status = make_document(request, page, &document, &result);
	if (status == 0) {
		buf_free(&document);
		return result;
	}
	fault_spoil(fault.kind, &document);
	if (fault.kind == FAULT_SLOW)
		return send_response(
			request, status,
			stream_slow(request->streams, request->connection, &document, fault.rate),
			json_type);
	if (fault.kind == FAULT_CUT)
		return send_response(request, status, stream_cut(&document), json_type);
	return send_json(request, status, &document);
}
