#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# demo.sh - the demonstration behind `./quickstart run`: a private snmpd and snmptrapd, the simulated
# PowerMTA (or a real one), the agent, and what a network operator sees of them.
#
#   demo.sh [URL] [--accounting FILE]... [--seconds N]
#
# With --seconds it ends by itself: with 0 only if all three tables had rows and a notification came.

set -eu
cd "$(dirname "$0")/.."
top=$PWD
export MIBS="" MIBDIRS=/nonexistent

fail() {
	printf 'quickstart: %s\n' "$*" >&2
	exit 1
}

url=
seconds=
accounting=
while [ $# -gt 0 ]; do
	case $1 in
	--accounting)
		[ $# -ge 2 ] || fail "--accounting needs a file, as PowerMTA's <acct-file> names it"
		case $2 in /*) file=$2 ;; *) file=$top/$2 ;; esac
		accounting="$accounting${accounting:+, }\"$file\""
		shift
		;;
	--seconds)
		[ $# -ge 2 ] || fail "--seconds needs a number"
		case $2 in '' | *[!0-9]*) fail "--seconds $2: a whole number is expected" ;; esac
		seconds=$2
		shift
		;;
	http://* | https://*)
		[ -z "$url" ] || fail "one URL only"
		url=${1%/}
		;;
	*)
		fail "$1: expected a URL (http://host:8080), --accounting FILE or --seconds N"
		;;
	esac
	shift
done
[ -n "$url" ] || [ -z "$accounting" ] || fail "--accounting goes with the URL of a real PowerMTA"

dir=$(mktemp -d build/demo.XXXXXX)
dir=$top/$dir
pids=

cleanup() {
	trap - EXIT INT TERM HUP
	for pid in $pids; do
		kill "$pid" 2>/dev/null || :
	done
	for pid in $pids; do
		wait "$pid" 2>/dev/null || :
	done
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# free_port udp|tcp: one that nobody listens on at this moment.
free_port() {
	perl -MIO::Socket::INET -e '
		my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Proto => $ARGV[0],
			$ARGV[0] eq "tcp" ? (Listen => 1) : ()) or die "no free port\n";
		print $s->sockport, "\n"' "$1"
}

# await SECONDS WHAT COMMAND...: until the command succeeds.
await() {
	left=$(($1 * 5))
	what=$2
	shift 2
	until "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || {
			tail -n 5 "$dir"/*.log >&2
			fail "$what"
		}
		sleep 0.2
	done
}

# start NAME COMMAND...: in the background, its output in NAME.log, its pid in $pid.
start() {
	name=$1
	shift
	"$@" >"$dir/$name.log" 2>&1 &
	pid=$!
	pids="$pid $pids"
}

# The OID of each object, "name oid" a line.
sh mibs/list-oids "$(sed -n 's/^ROOT_OID = //p' build/Makefile)" build/PMTA-MONITOR-MIB.txt >"$dir/oids"

oid_of() {
	awk -v name="$1" '$1 == name { print $2; found = 1 } END { exit !found }' "$dir/oids" ||
		fail "$1 is not in the MIB"
}

snmp_port=$(free_port udp)
trap_port=$(free_port udp)
agentx_port=$(free_port tcp)
manager="-v2c -c public -r 3 -t 2"
agent=127.0.0.1:$snmp_port

# show TITLE COUNT SORT LABEL=COLUMN...: rows of one table, columns side by side; SORT is the column
# that decides what comes first.
show() {
	title=$1 count=$2 sort=$3
	shift 3
	: >"$dir/walk"
	columns=
	for column in "$@"; do
		base=$(oid_of "${column#*=}")
		columns="$columns${columns:+ }${column%%=*}=$base"
		# shellcheck disable=SC2086
		snmpbulkwalk $manager -Oqn "$agent" "$base" >>"$dir/walk" 2>/dev/null || :
	done
	printf '\n%s\n' "$title"
	# shellcheck disable=SC2086
	python3 tests/show_rows.py "$count" "$sort" $columns <"$dir/walk"
}

# has_rows COLUMN...: each column has a value somewhere.
has_rows() {
	for column in "$@"; do
		# shellcheck disable=SC2086
		snmpwalk $manager -Oqn "$agent" "$(oid_of "$column")" 2>/dev/null |
			grep -v 'No Such' | grep -q . || return 1
	done
}

# A total above zero: the accounting files have been read, too.
has_bounces() {
	# shellcheck disable=SC2086
	snmpwalk $manager -Oqvn "$agent" "$(oid_of bounceClassBounced)" 2>/dev/null | grep -q '^[1-9]'
}

mkdir "$dir/snmp" "$dir/state" "$dir/acct"
cat >"$dir/snmpd.conf" <<END
agentaddress udp:127.0.0.1:$snmp_port
master agentx
agentXSocket tcp:127.0.0.1:$agentx_port
view all included .1
rocommunity public 127.0.0.1 -V all
trap2sink 127.0.0.1:$trap_port public
END
printf 'disableAuthorization yes\nformat2 %%V|%%v\\n\n' >"$dir/snmptrapd.conf"

if [ -z "$url" ]; then
	echo "Starting a simulated PowerMTA: normal traffic, then one provider that throttles."
	start sim build/pmta-sim --port 0 --domains 12 --vmtas 4 --rate 120 --speed 10 \
		--max-items 100 --story --story-after 150 \
		--accounting "$dir/acct/acct.csv:d,b,rb,f,r,rs" --accounting "$dir/acct/diag.csv:t,tq"
	await 10 "the simulator did not start" grep -q '^ready http' "$dir/sim.log"
	url=$(sed -n 's/^ready //p' "$dir/sim.log")
	accounting="\"$dir/acct/acct.csv\", \"$dir/acct/diag.csv\""
	limit='scope = domain-queue
    raise = 1500
    clear = 500
    advice = "see what the provider answers; lower max-msg-rate for it"'
else
	limit='scope = server
    raise = 1       # so low that the demonstration has something to notify
    clear = 0'
fi

start snmptrapd env SNMP_PERSISTENT_DIR="$dir/snmp" /usr/sbin/snmptrapd -f -C -c "$dir/snmptrapd.conf" \
	-Lo -On "udp:127.0.0.1:$trap_port"
start snmpd env SNMP_PERSISTENT_DIR="$dir/snmp" /usr/sbin/snmpd -f -C -c "$dir/snmpd.conf" -Le \
	-I -smux,mteTrigger,mteTriggerConf
# shellcheck disable=SC2086
await 10 "snmpd did not start" snmpget $manager "$agent" .1.3.6.1.2.1.1.3.0

cat >"$dir/pmta-monitord.conf" <<END
agentx-socket = "tcp:127.0.0.1:$agentx_port"
state-dir     = "$dir/state"
poll-interval = 2s
list-interval = 4s

server "mta1" {
    url        = "$url"
    accounting = { $accounting }
    start-at   = begin
}
threshold "deep-queue" {
    $limit
}
END
build/pmta-monitord -t -c "$dir/pmta-monitord.conf" >/dev/null
start pmta-monitord build/pmta-monitord -f -c "$dir/pmta-monitord.conf"
echo "Monitoring $url through snmpd on $agent."

show_tables() {
	show "vmtaTable" 10 2 VirtualMTA=vmtaName Queued=vmtaRecipients KBytes=vmtaKBytes \
		Conns=vmtaConnections Delivered=vmtaDelivered Bounced=vmtaBounced Deferred=vmtaDeferred
	show "domainQueueTable" 8 3 Domain=domainQueueDomain VirtualMTA=domainQueueVmta \
		Queued=domainQueueRecipients Conns=domainQueueConnections \
		Delivered=domainQueueDelivered Deferred=domainQueueDeferred LastError=domainQueueLastError
	show "bounceClassTable" 8 3 Class=bounceClassName Kind=bounceClassKind \
		Bounced=bounceClassBounced Deferred=bounceClassDeferred
}

show_commands() {
	cat <<END

Go on with:
  snmpwalk     -v2c -c public $agent $(oid_of vmtaTable)
  snmpbulkwalk -v2c -c public $agent $(oid_of domainQueueTable)
  snmpbulkwalk -v2c -c public $agent $(oid_of bounceClassTable)
  build/pmta-monitord --print-mib         (the MIB, to read them by name)
END
}

# notification: name and text of the first one that belongs to an alarm, from snmptrapd's "oid = value|oid = value" lines.
notification() {
	trap_oid=$(sed -n 's/.*1\.3\.6\.1\.6\.3\.1\.1\.4\.1\.0 = OID: \([.0-9]*\).*/\1/p' \
		"$dir/snmptrapd.log" | grep -F "$(oid_of pmtaMonitorMIB).0." |
		grep -v -m 1 '\.0\.1[0-9][0-9]$') || return 1
	text_oid=$(oid_of pmtaEventText)
	name=$(awk -v oid="$trap_oid" '$2 == oid { print $1 }' "$dir/oids")
	text=$(grep -F -m 1 "OID: $trap_oid" "$dir/snmptrapd.log" | tr '|' '\n' |
		sed -n "s/^ *\\$text_oid[.0-9]* = STRING: \"\(.*\)\"\$/\1/p" | sed 's/\\"/"/g')
	printf '\nNotification: %s\n  %s\n' "$name" "$text"
}

tables=no
notified=no
commands=no
began=$(date +%s)
elapsed=0
while [ -z "$seconds" ] || [ "$elapsed" -lt "$seconds" ]; do
	for pid in $pids; do
		kill -0 "$pid" 2>/dev/null || {
			tail -n 5 "$dir"/*.log >&2
			fail "a program ended by itself"
		}
	done
	if [ $tables = no ] && has_rows vmtaRecipients domainQueueRecipients bounceClassBounced &&
		{ has_bounces || [ -z "$accounting" ] || [ "$elapsed" -ge 10 ]; }; then
		tables=yes
		show_tables
	fi
	if [ $tables = yes ] && [ $notified = no ] && notification; then
		notified=yes
		show_tables
		show "providerTable" 5 5 Provider=providerName Queued=providerRecipients \
			Delivered=providerDelivered Deferred=providerDeferred \
			Throttled=providerThrottled TopReason=providerTopReason
	fi
	if [ $tables = yes ] && [ $commands = no ]; then
		commands=yes
		show_commands
		[ -n "$seconds" ] || echo "Interrupt with Ctrl-C to end."
	fi
	sleep 1
	elapsed=$(($(date +%s) - began))
done

printf '\nAfter %s s: tables %s, notification %s\n' "$seconds" "$tables" "$notified"
[ $tables = yes ] && [ $notified = yes ]
