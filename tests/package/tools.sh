#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# tools.sh - how booted.sh looks at the unit and at what snmpd answers, and waits for it. Beside it is
# the file oids, with each object of the MIB and its number.

here=$(dirname "$0")
unit=pmta-monitord

fail() {
	echo "booted: $*" >&2
	return 1
}

# it WHAT FUNCTION: one behaviour. The first one that is not there ends the check.
it() {
	(
		set -e
		"$2"
	)
	[ $? = 0 ] || {
		echo "booted: NOT: $1" >&2
		systemctl status --no-pager --lines 0 "$unit" snmpd pmta >&2
		journalctl -b --no-pager -n 40 >&2
		exit 1
	}
	echo "   $1"
}

# await COMMAND...: 30 s at most.
await() {
	left=150
	until "$@"; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || fail "waited 30 s for: $*"
		sleep 0.2
	done
}

property() {
	systemctl show --property "$1" --value "$unit"
}

# oid OBJECT: of one that the MIB has.
oid() {
	awk -v name="$1" '$1 == name { print $2; found = 1 } END { exit !found }' "$here/oids" || {
		echo "booted: there is no object $1" >&2
		exit 1
	}
}

# walk OBJECT
walk() {
	number=$(oid "$1") || exit 1
	snmpbulkwalk -v 2c -c public -On -Oqv 127.0.0.1 "$number" 2>&1
}

# has_rows OBJECT: one row at least, and not a word of why there is none.
has_rows() {
	number=$(oid "$1") || exit 1
	snmpbulkwalk -v 2c -c public -On -Oq 127.0.0.1 "$number" 2>/dev/null | grep -q "^$number\."
}

has_no_rows() {
	! has_rows "$1"
}

says() {
	walk "$1" | grep -q "$2"
}

# is OBJECT VALUE: of its first row.
is() {
	[ "$(walk "$1" | head -n 1)" = "$2" ]
}

delivered() {
	walk pmtaTrafficDelivered | head -n 1
}

delivered_is_above() {
	now=$(delivered)
	[ "$now" -gt "$1" ] 2>/dev/null
}

all_tables() {
	for table in vmtaTable domainQueueTable bounceClassTable; do
		await has_rows "$table"
	done
	await delivered_is_above 0
}

pid_is_not() {
	pid=$(property MainPID)
	[ "$pid" != "$1" ] && [ "$pid" != 0 ]
}

status_of_process() {
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$(property MainPID)/status"
}

snmpd_answers() {
	snmpget -v 2c -c public -On -Oqv 127.0.0.1 .1.3.6.1.2.1.1.1.0 >/dev/null 2>&1
}

# Two seconds, and then none: it was read again.
config_is_old() {
	[ "$(walk pmtaAgentConfigAge)" -ge 2 ] 2>/dev/null
}

config_is_new() {
	[ "$(walk pmtaAgentConfigAge)" -lt 2 ] 2>/dev/null
}

journal_says() {
	journalctl -b -u "$unit" --no-pager | grep -q "$1"
}

processes() {
	find /proc -maxdepth 1 -user pmta-monitor -name '[0-9]*'
}
