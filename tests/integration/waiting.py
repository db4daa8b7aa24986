# SPDX-License-Identifier: BSD-2-Clause
"""The one way in which tests wait: for a condition, with a bound."""

import time

# Bounds guard against "never". They are written for a machine of one's own; a shared one may be so much slower.
SLOWER = 4


def wait_until(condition, timeout=10.0, what="condition"):
    """Waits until condition() is true and returns its value; fails after timeout seconds, on a slow machine more."""
    end = time.monotonic() + timeout * SLOWER
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError("not within %.1f s: %s" % (timeout * SLOWER, what))
        time.sleep(0.02)


class Log:
    """The log of a program as a test follows it: each wait begins behind the text that the one before has found, so
    that what was said earlier is never taken for what is waited for."""

    def __init__(self, file):
        self.file = file
        self.position = 0

    @property
    def text(self):
        return self.file.read_text(errors="replace")

    def wait(self, text, timeout=15):
        def found():
            return self.text.find(text, self.position) + 1

        try:
            self.position = wait_until(found, timeout, text) - 1 + len(text)
        except AssertionError as error:
            raise AssertionError(f"{error}, in what the log says since:\n{self.text[self.position:]}") from None
