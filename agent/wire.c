/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire.h"

#include <errno.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* Seconds, a last resort: writing stops long before the socket is full. */
#define WRITE_PATIENCE 1

/* The library gives its functions no argument of ours. */
static struct {
	netsnmp_transport *transport; /* NULL: not connected */
	int (*send)(netsnmp_transport *, const void *, int, void **, int *);
	bool failed;
	enum wire_end end;
} wire;

/*
 * Reads in place of the library's own function, which loses memory when the connection is reset and
 * asks for an address that nobody needs.
 */
static int
wire_receive(netsnmp_transport *t, void *buffer, int size, void **opaque, int *opaque_len)
{
	ssize_t got;

	*opaque = NULL;
	*opaque_len = 0;
	do
		got = recv(t->sock, buffer, (size_t)size, MSG_DONTWAIT);
	while (got < 0 && errno == EINTR);
	if (got < 0 && errno == EAGAIN) {
		/* Nothing to read after all: not the end. */
		t->flags |= NETSNMP_TRANSPORT_FLAG_EMPTY_PKT;
		return 0;
	}
	if (got <= 0 && wire.end == WIRE_END_NO_ANSWER)
		wire.end = WIRE_END_BY_MASTER;
	return (int)got;
}

static int
wire_send(netsnmp_transport *t, const void *buffer, int size, void **opaque, int *opaque_len)
{
	int put = wire.send(t, buffer, size, opaque, opaque_len);

	if (put < size)
		wire.failed = true;
	if (put > 0 && put < size)
		wire_break();
	return put;
}

int
wire_attach(netsnmp_session *session)
{
	const struct timeval patience = {WRITE_PATIENCE, 0};
	netsnmp_transport *transport = snmp_sess_transport(snmp_sess_pointer(session));

	if (!transport)
		return -1;
	wire.transport = transport;
	wire.send = transport->f_send;
	wire.end = WIRE_END_NO_ANSWER;
	transport->f_recv = wire_receive;
	transport->f_send = wire_send;
	setsockopt(transport->sock, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	return 0;
}

void
wire_detach(void)
{
	wire.transport = NULL;
}

bool
wire_attached(void)
{
	return wire.transport != NULL;
}

bool
wire_ended(void)
{
	return wire.end != WIRE_END_NO_ANSWER;
}

void
wire_break(void)
{
	if (!wire.transport)
		return;
	wire.end = WIRE_END_BY_US;
	shutdown(wire.transport->sock, SHUT_RDWR);
}

unsigned
wire_backlog(void)
{
	int bytes = 0;

	if (!wire.transport || ioctl(wire.transport->sock, SIOCOUTQ, &bytes) || bytes < 0)
		return 0;
	return (unsigned)bytes;
}

bool
wire_take_failure(void)
{
	bool failed = wire.failed;

	wire.failed = false;
	return failed;
}

enum wire_end
wire_end(void)
{
	return wire.end;
}
