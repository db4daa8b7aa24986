#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# forbidden.sh - tries what the unit takes away from the daemon and from what it starts, and writes a line
# for each: "WHAT possible" or "WHAT forbidden". An action for booted.sh, which runs it outside of the
# unit as well: as the same user, there everything is possible.
#
#   forbidden.sh FILE

set -u
report=$1
new=$report.new

try() {
	what=$1
	shift
	if "$@" >/dev/null 2>&1; then
		echo "$what possible"
	else
		echo "$what forbidden"
	fi
}

: >"$new"
{
	# ProtectSystem: a directory that anybody may write to.
	try write-elsewhere touch /srv/anybody/file
	# PrivateTmp: what others put there.
	try see-others-files-in-tmp test -e /tmp/of-another
	# NoNewPrivileges: a program with the set-user-ID bit of root.
	try become-root test "$(/srv/anybody/id -u)" = 0
	# PrivateDevices.
	try see-devices test -e /dev/of-the-host
	# SystemCallFilter: @privileged and @resources, as far as any user may do that.
	try change-a-group chgrp "$(id -g)" "$new"
	try be-nice perl -e 'exit !setpriority(0, 0, 19)'
	# RestrictSUIDSGID.
	try make-set-user-id chmod u+s "$new"
	# SystemCallArchitectures, LockPersonality.
	try change-personality setarch -R true
	# MemoryDenyWriteExecute has no such test: no program of a minimal system asks for it.
} >>"$new"
mv "$new" "$report"
