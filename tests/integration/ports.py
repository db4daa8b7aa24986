# SPDX-License-Identifier: BSD-2-Clause
"""Free ports on loopback that stay free until their server has them."""

import os
import random
import socket

# Below those that the system gives to clients. Tests that run at once have each a range of their own.
FIRST, LAST = 10000, 32000
WORKERS = 11

_given = set()


def _own_range():
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % WORKERS
    width = (LAST - FIRST) // WORKERS
    return range(FIRST + worker * width, FIRST + (worker + 1) * width)


def _is_free(port, kind):
    with socket.socket(socket.AF_INET, kind) as s:
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port():
    """One that nobody has by UDP or TCP, and that was not given before."""
    for port in random.sample(_own_range(), 200):
        if port not in _given and _is_free(port, socket.SOCK_STREAM) and _is_free(port, socket.SOCK_DGRAM):
            _given.add(port)
            return port
    raise AssertionError("no free port")
