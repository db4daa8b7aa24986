/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An AgentX subagent without any library, for the serving benchmark: serve_limit SOCKET ROWS. It
 * opens a session, registers one table, and answers each GETNEXT with the next row's number and a
 * constant (RFC 2741, 6 and 7.2.3). Nothing it could look up costs time, so that nobody who speaks
 * AgentX to snmpd can be much faster. It speaks in this machine's byte order and serves no GET.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "serve_rows.h"

#define HEADER 20
#define MESSAGE_MAX 65536
#define SUB_IDS_MAX 128

enum { OPEN = 1, REGISTER = 3, GETNEXT = 6, RESPONSE = 18 };
enum { TYPE_GAUGE = 66, TYPE_COUNTER64 = 70, TYPE_TEXT = 4, TYPE_END = 130 };

static const uint32_t root[] = {SERVE_RIVAL, 1};
#define ROOT_LEN (sizeof root / sizeof root[0])

struct oid {
	uint32_t sub[SUB_IDS_MAX];
	size_t len;
};

/* A message as it is made or read. */
struct message {
	uint8_t bytes[MESSAGE_MAX];
	size_t len;
};

static uint32_t row_count;

static void
put(struct message *to, const void *bytes, size_t len)
{
	memcpy(to->bytes + to->len, bytes, len);
	to->len += len;
}

static void
put_u32(struct message *to, uint32_t number)
{
	put(to, &number, sizeof number);
}

static void
put_oid(struct message *to, const uint32_t *sub, size_t len)
{
	const uint8_t head[4] = {(uint8_t)len};

	put(to, head, sizeof head);
	put(to, sub, len * sizeof *sub);
}

static void
put_text(struct message *to, const char *text)
{
	static const char padding[4];
	uint32_t len = (uint32_t)strlen(text);

	put_u32(to, len);
	put(to, text, len);
	put(to, padding, (4 - len % 4) % 4);
}

/* Session, transaction and packet: the same in an answer as in what is answered. */
static void
put_header(struct message *to, uint8_t type, const void *ids)
{
	const uint8_t head[4] = {1, type};

	to->len = 0;
	put(to, head, sizeof head);
	put(to, ids, 12);
	put_u32(to, 0);
}

static int
message_send(int fd, struct message *message)
{
	uint32_t payload = (uint32_t)(message->len - HEADER);

	memcpy(message->bytes + 16, &payload, sizeof payload);
	return write(fd, message->bytes, message->len) == (ssize_t)message->len ? 0 : -1;
}

/* The master sends one message and waits, so that mostly one read is one message. */
static int
message_read(int fd, struct message *message)
{
	uint32_t payload = 0;

	message->len = 0;
	while (message->len < HEADER || message->len < HEADER + payload) {
		ssize_t got = read(fd, message->bytes + message->len, MESSAGE_MAX - message->len);

		if (got <= 0)
			return -1;
		message->len += (size_t)got;
		memcpy(&payload, message->bytes + 16, sizeof payload);
		if (payload > MESSAGE_MAX - HEADER)
			return -1;
	}
	return 0;
}

static const uint8_t *
get_oid(const uint8_t *at, struct oid *oid)
{
	static const uint32_t internet[] = {1, 3, 6, 1};
	size_t count = at[0] < SUB_IDS_MAX - 5 ? at[0] : 0;

	oid->len = 0;
	if (at[1]) {
		memcpy(oid->sub, internet, sizeof internet);
		oid->sub[4] = at[1];
		oid->len = 5;
	}
	memcpy(oid->sub + oid->len, at + 4, count * sizeof oid->sub[0]);
	oid->len += count;
	return at + 4 + count * sizeof oid->sub[0];
}

static enum serve_type
type_of(uint32_t column)
{
	for (size_t i = 0; i < SERVE_COLUMNS; i++)
		if (serve_columns[i].number == column)
			return serve_columns[i].type;
	return SERVE_GAUGE;
}

static void
put_type(struct message *to, uint16_t type)
{
	const uint16_t head[2] = {type, 0};

	put(to, head, sizeof head);
}

static void
put_constant(struct message *to, const struct oid *name)
{
	static const uint64_t counter = UINT64_C(1) << 33;

	switch (type_of(name->sub[ROOT_LEN + 1])) {
	case SERVE_TEXT:
		put_type(to, TYPE_TEXT);
		put_oid(to, name->sub, name->len);
		put_text(to, "vmta-0000000.example");
		return;
	case SERVE_COUNTER64:
		put_type(to, TYPE_COUNTER64);
		put_oid(to, name->sub, name->len);
		put(to, &counter, sizeof counter);
		return;
	case SERVE_GAUGE:
		break;
	}
	put_type(to, TYPE_GAUGE);
	put_oid(to, name->sub, name->len);
	put_u32(to, 3500000);
}

/* root.1.COLUMN.1.ROW becomes that of the next row; anything shorter that of the first. */
static bool
advance(struct oid *name)
{
	static const uint32_t rest[] = {SERVE_ENTRY, 3, SERVE_SERVER, 0};

	for (size_t i = name->len < ROOT_LEN ? 0 : name->len - ROOT_LEN; i < 4; i++)
		name->sub[ROOT_LEN + i] = rest[i];
	name->len = ROOT_LEN + 4;
	return name->sub[ROOT_LEN + 3]++ < row_count;
}

static void
answer_range(struct message *answer, const struct oid *start)
{
	struct oid next = *start;

	if (advance(&next)) {
		put_constant(answer, &next);
		return;
	}
	put_type(answer, TYPE_END);
	put_oid(answer, start->sub, start->len);
}

static int
serve(int fd)
{
	static struct message request, answer;
	struct oid start, end;

	while (message_read(fd, &request) == 0) {
		const uint8_t *at = request.bytes + HEADER, *over = request.bytes + request.len;

		if (request.bytes[1] != GETNEXT)
			continue;
		put_header(&answer, RESPONSE, request.bytes + 4);
		put_u32(&answer, 0);
		put_u32(&answer, 0);
		while (at < over) {
			at = get_oid(at, &start);
			at = get_oid(at, &end);
			answer_range(&answer, &start);
		}
		if (message_send(fd, &answer))
			return 1;
	}
	return 0;
}

static int
start_session(int fd)
{
	static struct message message, answer;
	static const uint8_t five_seconds[4] = {5}, priority[4] = {0, 127};
	uint32_t ids[3] = {0, 0, 1};

	put_header(&message, OPEN, ids);
	put(&message, five_seconds, sizeof five_seconds);
	put_oid(&message, NULL, 0);
	put_text(&message, "serve_limit");
	if (message_send(fd, &message) || message_read(fd, &answer))
		return -1;
	memcpy(ids, answer.bytes + 4, sizeof ids);
	put_header(&message, REGISTER, ids);
	put(&message, priority, sizeof priority);
	put_oid(&message, root, ROOT_LEN);
	return message_send(fd, &message) || message_read(fd, &answer) ? -1 : 0;
}

int
main(int argc, char **argv)
{
	struct sockaddr_un master = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (argc != 3 || fd < 0 || strlen(argv[1]) >= sizeof master.sun_path)
		return 2;
	strcpy(master.sun_path, argv[1]);
	row_count = (uint32_t)strtoul(argv[2], NULL, 10);
	if (connect(fd, (struct sockaddr *)&master, sizeof master) || start_session(fd))
		return 1;
	return serve(fd);
}
