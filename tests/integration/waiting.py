# SPDX-License-Identifier: BSD-2-Clause
"""The one way in which tests wait: for a condition, with a bound."""

import time


def wait_until(condition, timeout=10.0, what="condition"):
    """Waits until condition() is true and returns its value; fails after timeout seconds."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError("not within %.1f s: %s" % (timeout, what))
        time.sleep(0.02)
