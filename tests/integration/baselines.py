# SPDX-License-Identifier: BSD-2-Clause
"""What a daemon would have learned in weeks, put into its store by hand."""

import sqlite3
import struct
import time

from waiting import wait_until

HOURS = 674
NONE = 0xFFFFFFFF
DEFERRAL_SHARE, DELIVERED, RECEIVED, QUEUED_RECIPIENTS = 1, 5, 6, 7


def local_hour(when):
    return int(when + time.localtime(when).tm_gmtoff) // 3600


def seed(site, metrics, when, object_index=0, weeks=4):
    """Stops the daemon, gives the first server metrics {metric: number of every hour} for weeks
    before a time, and starts it again."""
    wait_until(lambda: site.server_value("pmtaServerName"), 15, "the daemon is there")
    site.monitor.stop()
    known = weeks * 168 + 2
    store = sqlite3.connect(f"{site.directory}/state/store.db")
    with store:
        for metric, number in metrics.items():
            hours = [NONE] * (HOURS - known) + [number] * known
            store.execute(
                "INSERT OR REPLACE INTO baseline VALUES (1, ?, ?, ?, ?)",
                (object_index, metric, local_hour(when), struct.pack(f">{HOURS}I", *hours)),
            )
    store.close()
    site.monitor.start()
