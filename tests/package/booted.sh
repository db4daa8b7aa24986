#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# booted.sh - what pmta-monitor does on a Debian that runs: inside a system that boot.sh has booted, with
# the simulator as PowerMTA, Debian's stock snmpd, and the unit with everything that it forbids.
#
#   booted.sh first   installs the package as README.Debian says, and leaves it enabled
#   booted.sh again   after a second boot: what came up by itself, then upgrade, removal and purge

set -u
conf=/etc/pmta-monitor/pmta-monitord.conf
state=/var/lib/pmta-monitor

# shellcheck source=tests/package/tools.sh
. "$(dirname "$0")/tools.sh"

# --- what is there before the package --------------------------------------------------------------------

make_powermta() {
	adduser --quiet --system --group --no-create-home pmta
	install -d -o pmta -g pmta -m 0750 /var/log/pmta /var/spool/pmta
	cat >/etc/systemd/system/pmta.service <<-'END'
		[Service]
		User=pmta
		UMask=0027
		ExecStart=/usr/local/sbin/pmtad --port 8080 --smtp-port 2525 --rate 100 --max-items 1000 \
			--accounting /var/log/pmta/acct.csv:d,b,t,tq,r,f,rb
		[Install]
		WantedBy=multi-user.target
	END
	systemctl daemon-reload
	systemctl enable --quiet --now pmta
}

snmpd_runs() {
	systemctl is-active --quiet snmpd
	await snmpd_answers
}

# --- README.Debian ---------------------------------------------------------------------------------------

installs() {
	apt-get -q -y install --no-install-recommends /pmta-monitor.deb >/tmp/apt.log 2>&1 || {
		cat /tmp/apt.log
		return 1
	}
	! systemctl is-active --quiet "$unit" || fail "it was started"
	! systemctl is-enabled --quiet "$unit" || fail "it was enabled"
	[ "$(stat -c '%U:%G %a' "$state")" = "pmta-monitor:pmta-monitor 750" ]
	[ "$(stat -c '%U:%G %a' /var/agentx)" = "root:root 755" ]
}

configures() {
	sed -i -e 's|url = .*|url = "http://localhost:8080"|' \
		-e 's|#accounting = .*|accounting = { "/var/log/pmta/acct.csv" }|' \
		-e 's|#start-at = .*|start-at = begin|' -e 's|#poll-interval = .*|poll-interval = 1s|' \
		-e 's|#smtp-probe = .*|smtp-probe = "127.0.0.1:2525"|' \
		-e 's|#smtp-probe-interval = .*|smtp-probe-interval = 5s|' \
		-e 's|#spool = .*|spool = { "/var/spool/pmta" }|' -e 's|#process = .*|process = yes|' "$conf"
	cat >>"$conf" <<-END
		action "forbidden" {
			exec = { "$here/forbidden.sh", "$state/tried" }
			news = yes
		}
	END
	pmta-monitord -t >/tmp/check.log 2>&1 || {
		cat /tmp/check.log
		return 1
	}
}

starts() {
	systemctl restart snmpd
	systemctl enable --quiet --now "$unit"
	systemctl is-active --quiet "$unit"
	await has_rows vmtaTable
	await has_rows domainQueueTable
}

# --- what runs -------------------------------------------------------------------------------------------

cannot_read_without_group() {
	await says pmtaSourceLastError "Permission denied"
	is pmtaTrafficDelivered 0
}

reads_with_group() {
	mkdir -p "/etc/systemd/system/$unit.service.d"
	printf '[Service]\nSupplementaryGroups=pmta\n' >"/etc/systemd/system/$unit.service.d/override.conf"
	systemctl daemon-reload
	systemctl restart "$unit"
	all_tables
}

is_confined() {
	[ "$(status_of_process Seccomp)" = 2 ] || fail "no filter of system calls"
	[ "$(status_of_process NoNewPrivs)" = 1 ] || fail "new privileges"
	for set in CapInh CapPrm CapEff CapBnd CapAmb; do
		[ "$(status_of_process $set)" = 0000000000000000 ] || fail "$set has capabilities"
	done
	[ "$(status_of_process Umask)" = 0077 ]
	[ "$(stat -c %U "/proc/$(property MainPID)")" = pmta-monitor ] || fail "wrong user"
	# What was asked for and is not supported is said here, once.
	! journalctl -b -u "$unit" --no-pager | grep -E 'not supported|ignoring|Failed to' || fail "see above"
}

is_little_exposed() {
	systemd-analyze security --no-pager --threshold=19 "$unit.service" >/tmp/security.log 2>&1 || {
		tail -n 3 /tmp/security.log
		return 1
	}
}

forbids_its_actions() {
	await test -s "$state/tried"
	rm -f /tmp/tried
	setpriv --reuid pmta-monitor --regid pmta-monitor --groups "$(getent group pmta | cut -d : -f 3)" \
		"$here/forbidden.sh" /tmp/tried
	! grep -v ' possible$' /tmp/tried || fail "the above is forbidden without the unit, too"
	! grep -v ' forbidden$' "$state/tried" || fail "the above is not forbidden"
	[ "$(wc -l <"$state/tried")" = "$(wc -l </tmp/tried)" ]
	rm -f /tmp/tried /srv/anybody/file
}

sees_the_host() {
	await has_rows pmtaServerProcessResidentKBytes
	[ "$(walk pmtaServerProcessThreads)" -ge 1 ]
	await has_rows pmtaServerDiskUsage
	await is pmtaServerProbeState 1
}

# As pmta-monitord.conf(5) says of kernels that do not tell the number to everybody.
counts_files() {
	override=/etc/systemd/system/$unit.service.d/files.conf
	if [ "$(stat -c %s /proc/self/fd)" = 0 ]; then
		printf '[Service]\nAmbientCapabilities=CAP_DAC_READ_SEARCH\n%s\n' \
			CapabilityBoundingSet=CAP_DAC_READ_SEARCH >"$override"
		systemctl daemon-reload
		systemctl restart "$unit"
	fi
	await has_rows pmtaServerProcessFiles
	rm -f "$override"
	systemctl daemon-reload
	systemctl restart "$unit"
	all_tables
}

# --- what happens to it ----------------------------------------------------------------------------------

reloads() {
	pid=$(property MainPID)
	await config_is_old
	sed -i 's|smtp-probe-interval = 5s|smtp-probe-interval = 2s|' "$conf"
	systemctl reload "$unit"
	await config_is_new
	systemctl is-active --quiet "$unit"
	[ "$(property MainPID)" = "$pid" ] || fail "it was restarted"
}

refuses_an_error() {
	cp -p "$conf" "$conf.good"
	echo nonsense >>"$conf"
	await config_is_old
	time=$(walk pmtaAgentConfigTime)
	systemctl reload "$unit"
	await journal_says "nonsense"
	systemctl is-active --quiet "$unit"
	[ "$(walk pmtaAgentConfigTime)" = "$time" ] || fail "it took the file"
	mv "$conf.good" "$conf"
	has_rows vmtaTable
}

restarts() {
	epoch=$(walk pmtaAgentIndexEpoch)
	before=$(delivered)
	systemctl restart "$unit"
	await delivered_is_above "$before"
	[ "$(walk pmtaAgentIndexEpoch)" = "$epoch" ] || fail "the store was lost"
}

comes_back_after_kill() {
	pid=$(property MainPID)
	epoch=$(walk pmtaAgentIndexEpoch)
	before=$(delivered)
	kill -9 "$pid"
	await pid_is_not "$pid"
	await delivered_is_above "$before"
	[ "$(property NRestarts)" = 1 ]
	[ "$(walk pmtaAgentIndexEpoch)" = "$epoch" ] || fail "the store was lost"
}

# With less patience than the unit has.
comes_back_after_a_hang() {
	[ "$(property WatchdogUSec)" = 1min ]
	mkdir -p "/run/systemd/system/$unit.service.d"
	printf '[Service]\nWatchdogSec=2s\n' >"/run/systemd/system/$unit.service.d/patience.conf"
	systemctl daemon-reload
	systemctl restart "$unit"
	await has_rows vmtaTable
	pid=$(property MainPID)
	kill -STOP "$pid"
	await pid_is_not "$pid"
	await has_rows vmtaTable
	journal_says "Watchdog timeout"
	rm -r "/run/systemd/system/$unit.service.d"
	systemctl daemon-reload
	systemctl restart "$unit"
	await has_rows vmtaTable
}

outlives_snmpd() {
	pid=$(property MainPID)
	systemctl restart snmpd
	await has_rows vmtaTable
	[ "$(property MainPID)" = "$pid" ]
}

outlives_powermta() {
	pid=$(property MainPID)
	systemctl stop pmta
	await has_no_rows vmtaRecipients
	systemctl start pmta
	await has_rows vmtaRecipients
	[ "$(property MainPID)" = "$pid" ]
}

# action_is COMMAND
action_is() {
	sed -i "s|exec = .*|exec = { \"/bin/sh\", \"-c\", \"$1\" }|" "$conf"
}

# With the same filter, but so that what it forbids kills: all above must do without. Actions may not:
# what they do is their own affair.
needs_nothing_forbidden() {
	override=/etc/systemd/system/$unit.service.d/kill.conf
	printf '[Service]\nSystemCallErrorNumber=kill\n' >"$override"
	action_is "date >$state/told"
	systemctl daemon-reload
	systemctl restart "$unit"
	pid=$(property MainPID)
	all_tables
	sees_the_host
	await config_is_old
	systemctl reload "$unit"
	await config_is_new
	systemctl restart snmpd
	await has_rows vmtaTable
	await test -s "$state/told"
	[ "$(property MainPID)" = "$pid" ] || fail "it was killed"
	systemctl stop "$unit"
	[ "$(property Result)" = success ]
	rm "$override"
	systemctl daemon-reload
}

# That the daemon stops is an event, too: what tells of it takes a second.
lets_actions_end() {
	rm -f "$state/told"
	action_is "sleep 1; date >>$state/told"
	systemctl start "$unit"
	await test -s "$state/told"
	systemctl stop "$unit"
	[ "$(wc -l <"$state/told")" = 2 ] || fail "an action was broken off"
}

stops() {
	systemctl start "$unit"
	all_tables
	systemctl stop "$unit"
	[ -z "$(processes)" ] || fail "processes are left: $(processes)"
	[ "$(property Result)" = success ]
	! ls -d /tmp/systemd-private-*-"$unit"* 2>/dev/null || fail "its /tmp is left"
	await has_no_rows vmtaTable
	snmpd_answers
	left=$(find / -xdev -user pmta-monitor -not -path "$state" -not -path "$state/*" \
		-not -path /var/agentx/master)
	[ -z "$left" ] || fail "it left $left"
}

keeps_its_state_to_itself() {
	open=$(find "$state" -mindepth 1 -perm /077)
	[ -z "$open" ] || fail "others may read $open"
	other=$(find "$state" -not -user pmta-monitor)
	[ -z "$other" ] || fail "of another user: $other"
}

# --- the second boot -------------------------------------------------------------------------------------

came_up() {
	systemctl is-active --quiet "$unit"
	all_tables
	[ "$(walk pmtaAgentIndexEpoch)" = "$(cat "$here/epoch")" ] || fail "the store was lost"
}

upgrades() {
	pid=$(property MainPID)
	before=$(delivered)
	cp "$conf" /tmp/conf
	apt-get -q -y install /upgrade.deb >/tmp/apt.log 2>&1 || {
		cat /tmp/apt.log
		return 1
	}
	cmp "$conf" /tmp/conf
	await pid_is_not "$pid"
	await delivered_is_above "$before"
	systemctl is-enabled --quiet "$unit"
}

reads_as_member() {
	rm "/etc/systemd/system/$unit.service.d/override.conf"
	adduser --quiet pmta-monitor pmta
	systemctl daemon-reload
	before=$(delivered)
	systemctl restart "$unit"
	await delivered_is_above "$before"
}

removes() {
	apt-get -q -y remove pmta-monitor >/tmp/apt.log 2>&1 || {
		cat /tmp/apt.log
		return 1
	}
	[ -z "$(processes)" ] || fail "processes are left: $(processes)"
	[ -s "$conf" ] && [ -d "$state" ] || fail "it took more than it should"
	systemctl restart snmpd
	await snmpd_answers
}

purges() {
	apt-get -q -y purge pmta-monitor >/tmp/apt.log 2>&1 || {
		cat /tmp/apt.log
		return 1
	}
	! systemctl cat "$unit" >/dev/null 2>&1 || fail "systemd still knows the unit"
	! getent passwd pmta-monitor || fail "the user was left"
	left=$(find / -xdev -name 'pmta-monitor*' -not -path '/var/lib/dpkg/*' -not -name '*.deb')
	[ -z "$left" ] || fail "it left $left"
	! systemctl --failed --no-legend | grep -E 'pmta|snmpd' || fail "the above failed"
	systemctl restart snmpd
	await snmpd_answers
}

case ${1-} in
first)
	touch /tmp/of-another /dev/of-the-host
	install -d -m 0777 /srv/anybody
	install -m 4755 /usr/bin/id /srv/anybody/id
	it "PowerMTA runs as a user of its own, and its files are its group's" make_powermta
	it "Debian's snmpd runs as it was installed" snmpd_runs
	it "the package is installed and starts nothing" installs
	it "the configuration is what its comments say" configures
	it "snmpd takes the drop-in, and the daemon starts" starts
	it "files of PowerMTA's group cannot be read at first" cannot_read_without_group
	it "SupplementaryGroups lets it read them: three tables" reads_with_group
	it "the process is confined as the unit says" is_confined
	it "systemd computes an exposure below 2.0" is_little_exposed
	it "an action can do nothing that the unit forbids" forbids_its_actions
	it "pmtad, the spool's disk and SMTP are seen" sees_the_host
	it "open files of pmtad are counted" counts_files
	it "reload takes a new configuration" reloads
	it "reload refuses an error and goes on" refuses_an_error
	it "restart loses nothing" restarts
	it "kill -9 brings it back, and nothing is lost" comes_back_after_kill
	it "a hung one is ended and begun anew" comes_back_after_a_hang
	it "it outlives a restart of snmpd" outlives_snmpd
	it "it outlives PowerMTA, whose levels go and come" outlives_powermta
	it "it needs none of the system calls that are forbidden" needs_nothing_forbidden
	it "stop lets actions come to an end" lets_actions_end
	it "stop leaves nothing but the state directory" stops
	it "the state directory is nobody else's" keeps_its_state_to_itself
	it "it starts again" starts
	walk pmtaAgentIndexEpoch >"$here/epoch"
	;;
again)
	it "all of it came up by itself" came_up
	it "an upgrade keeps the configuration, the totals and what runs" upgrades
	it "a member of PowerMTA's group may read its files, too" reads_as_member
	it "removal stops it and keeps configuration and state" removes
	it "purge leaves systemd and snmpd in order" purges
	;;
*)
	sed -n 's/^#   //p' "$0" >&2
	exit 2
	;;
esac
