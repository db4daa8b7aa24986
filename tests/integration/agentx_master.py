# SPDX-License-Identifier: BSD-2-Clause
"""An AgentX master (RFC 2741) for tests: accepts one subagent, agrees to all it asks, and sends what a test wants."""

import collections
import socket
import struct
import threading

OPEN, GET, GETNEXT, RESPONSE = 1, 5, 6, 18
NON_DEFAULT_CONTEXT, NETWORK_BYTE_ORDER = 0x08, 0x10
END_OF_MIB_VIEW, NO_SUCH_OBJECT, NO_SUCH_INSTANCE = 130, 128, 129
INTEGER, TEXT, OID, COUNTER32, GAUGE, TIMETICKS, COUNTER64 = 2, 4, 6, 65, 66, 67, 70

Answer = collections.namedtuple("Answer", "flags session transaction packet error index varbinds")


def numbers(oid):
    return tuple(int(part) for part in oid.strip(".").split("."))


class Wire:
    """Encodes and decodes in one byte order."""

    def __init__(self, big):
        self.order = ">" if big else "<"

    def oid(self, oid, include=0):
        prefix = 0
        # RFC 2741, 5.1: 1.3.6.1.x in one octet.
        if len(oid) > 4 and oid[:4] == (1, 3, 6, 1) and 0 < oid[4] < 256:
            prefix, oid = oid[4], oid[5:]
        return struct.pack("BBBB", len(oid), prefix, include, 0) + struct.pack(f"{self.order}{len(oid)}I", *oid)

    def text(self, text):
        return struct.pack(f"{self.order}I", len(text)) + text + bytes(-len(text) % 4)

    def message(self, kind, flags, ids, payload):
        return bytes([1, kind, flags, 0]) + struct.pack(f"{self.order}IIII", *ids, len(payload)) + payload

    def take_oid(self, data):
        count, prefix = data[0], data[1]
        oid = struct.unpack(f"{self.order}{count}I", data[4 : 4 + 4 * count])
        return ((1, 3, 6, 1, prefix) if prefix else ()) + oid, data[4 + 4 * count :]

    def take_value(self, kind, data):
        if kind in (INTEGER, COUNTER32, GAUGE, TIMETICKS):
            return struct.unpack(f"{self.order}I", data[:4])[0], data[4:]
        if kind == COUNTER64:
            return struct.unpack(f"{self.order}Q", data[:8])[0], data[8:]
        if kind == OID:
            return self.take_oid(data)
        if kind == TEXT:
            size = struct.unpack(f"{self.order}I", data[:4])[0]
            return data[4 : 4 + size], data[4 + size + -size % 4 :]
        return None, data

    def take_varbinds(self, data):
        found = []
        while data:
            kind = struct.unpack(f"{self.order}H", data[:2])[0]
            name, data = self.take_oid(data[4:])
            value, data = self.take_value(kind, data)
            found.append((name, kind, value))
        return found


class Master:
    """Listens at a path; ready once the subagent has registered all it has."""

    def __init__(self, path, registrations):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(1)
        self.listener.settimeout(20)
        self.connection = None
        self.registrations = registrations
        self.answers = collections.deque()
        self.registered, self.packet = [], 1000
        self.changed = threading.Condition()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        try:
            # Knocks connect and go; the session is what speaks.
            while True:
                self.connection = self.listener.accept()[0]
                self.serve()
        except OSError:
            pass

    def exactly(self, count):
        data = b""
        while len(data) < count:
            more = self.connection.recv(count - len(data))
            if not more:
                return None
            data += more
        return data

    def serve(self):
        while True:
            header = self.exactly(20)
            if header is None:
                return
            wire = Wire(header[2] & NETWORK_BYTE_ORDER)
            session, transaction, packet, size = struct.unpack(f"{wire.order}IIII", header[4:])
            payload = self.exactly(size)
            if header[2] & NON_DEFAULT_CONTEXT:
                # net-snmp puts it into responses too, where RFC 2741, 6.1.1 has none.
                payload = wire.take_value(TEXT, payload)[1]
            with self.changed:
                if header[1] == RESPONSE:
                    error, index = struct.unpack(f"{wire.order}HH", payload[4:8])
                    self.answers.append(Answer(header[2], session, transaction, packet, error, index, wire.take_varbinds(payload[8:])))
                else:
                    if header[1] == 3:
                        self.registered.append(wire.take_oid(payload[4:])[0])
                    ids = (7 if header[1] == OPEN else session, transaction, packet)
                    self.connection.sendall(wire.message(RESPONSE, header[2] & NETWORK_BYTE_ORDER, ids, bytes(8)))
                self.changed.notify_all()

    def wait_ready(self):
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.registered) >= self.registrations, 20), self.registered

    def ask(self, kind, ranges, big=False, context=None):
        """Sends one request; ranges are (start, end, include). Returns its Answer."""
        wire = Wire(big)
        self.packet += 1
        flags = (NETWORK_BYTE_ORDER if big else 0) | (NON_DEFAULT_CONTEXT if context is not None else 0)
        payload = wire.text(context) if context is not None else b""
        for start, end, include in ranges:
            payload += wire.oid(start, include) + wire.oid(end)
        with self.changed:
            self.answers.clear()
            self.connection.sendall(wire.message(kind, flags, (7, 1, self.packet), payload))
            assert self.changed.wait_for(lambda: self.answers, 10), (kind, ranges)
            return self.answers.popleft()

    def close(self):
        self.listener.close()
        if self.connection:
            self.connection.close()
