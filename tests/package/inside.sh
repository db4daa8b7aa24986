#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# inside.sh - in a network of its own: the simulator, and in the new system snmpd and the daemon as
# their packages configure them; then what a manager reads. For check-package.sh.
#
#   inside.sh ROOT SIMULATOR first|again

set -eu
root=$1
simulator=$2
run=$3

ip link set lo up
mount -t proc proc "$root/proc"
trap 'umount "$root/proc"' EXIT

in_root() {
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
		setpriv --bounding-set=-sys_admin,-mknod,-sys_rawio chroot "$root" "$@"
}

# The same in place of a shell that would stand between us and the program we have to stop.
become() {
	exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
		setpriv --bounding-set=-sys_admin,-mknod,-sys_rawio chroot "$root" "$@"
}

walk() {
	in_root snmpbulkwalk -v 2c -c public -On -Oq 127.0.0.1 "$1" 2>&1
}

oid() {
	in_root pmta-monitord --print-mib >"$root/tmp/mib.txt"
	sh "$(dirname "$0")/../../mibs/list-oids" "$(in_root cat /etc/snmp/snmpd.conf.d/pmta-monitor.conf |
		sed -n 's/^view systemonly included \.//p')" "$root/tmp/mib.txt" |
		awk -v name="$1" '$1 == name { print $2 }'
}

# await WHAT COMMAND...: 30 s at most.
await() {
	what=$1
	shift
	left=150
	until "$@"; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || {
			echo "inside: $what" >&2
			cat "$root/tmp/monitor.log" "$root/tmp/snmpd.log" >&2
			exit 1
		}
		sleep 0.2
	done
}

has_rows() {
	walk "$1" | grep -q "^$1\."
}

script() {
	in_root /etc/init.d/pmta-monitord "$1" >"$root/tmp/script.log" 2>&1 || {
		cat "$root/tmp/script.log"
		echo "inside: /etc/init.d/pmta-monitord $1 failed" >&2
		exit 1
	}
}

pid_file() {
	cat "$root/run/pmta-monitor/pmta-monitord.pid"
}

config_age() {
	walk "$(oid pmtaAgentConfigAge)" | awk '{ print $2 }'
}

# Two seconds, and then none: it was read again.
config_is_old() {
	[ "$(config_age)" -ge 2 ] 2>/dev/null
}

config_is_new() {
	[ "$(config_age)" -lt 2 ] 2>/dev/null
}

# What runs is the user's, is reloaded in place, is replaced by try-restart, and is gone after stop.
check_script() {
	script status
	pid=$(pid_file)
	[ "$(stat -c %u "$root/proc/$pid")" = "$(in_root id -u pmta-monitor)" ]
	await "there is no age of the configuration" config_is_old
	script reload
	await "reload did nothing" config_is_new
	[ "$(pid_file)" = "$pid" ]
	script try-restart
	[ "$(pid_file)" != "$pid" ]
	script stop
	[ -z "$(find "$root/proc" -maxdepth 1 -name '[0-9]*' -user "$(in_root id -u pmta-monitor)")" ]
	script try-restart
	[ ! -e "$root/run/pmta-monitor/pmta-monitord.pid" ]
}

"$simulator" --port 8080 --accounting "$root/var/log/pmta/acct.csv:d,b,t,tq,r,f,rb" --rate 100 \
	--max-items 1000 >/dev/null 2>&1 &
become snmpd -f -Lo -u Debian-snmp -g Debian-snmp -I -smux,mteTrigger,mteTriggerConf \
	>"$root/tmp/snmpd.log" 2>&1 &
# The first time as the unit does it, with the log where it can be shown; then by the script.
if [ "$run" = first ]; then
	become setpriv --reuid pmta-monitor --regid pmta-monitor --clear-groups \
		pmta-monitord -f -c /etc/pmta-monitor/pmta-monitord.conf >"$root/tmp/monitor.log" 2>&1 &
	monitor=$!
else
	script start
fi

for table in vmtaTable domainQueueTable bounceClassTable; do
	await "$table has no rows" has_rows "$(oid "$table")"
done
epoch=$(walk "$(oid pmtaAgentIndexEpoch)")
if [ "$run" = first ]; then
	printf '%s\n' "$epoch" >"$root/tmp/epoch"
elif [ "$epoch" != "$(cat "$root/tmp/epoch")" ]; then
	echo "inside: the upgrade lost the store" >&2
	exit 1
fi
walk "$(oid domainQueueRecipients)" | head -n 3
in_root /usr/lib/nagios/plugins/check_pmta_snmp -H 127.0.0.1 -C public --alive
if [ "$run" = first ]; then
	kill "$monitor"
	wait "$monitor"
else
	check_script
fi
