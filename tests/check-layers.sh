#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Checks that the two halves meet in snapshot.h only: src/ knows nothing of SNMP, agent/ nothing of
# HTTP, JSON, SQLite or the configuration. The headers of rows (snap_row.h, snap_event.h) are parts
# of snapshot.h, which agent/ includes as a whole; moment.h has its clocks. Prints each include that
# breaks this.
# Usage: check-layers.sh [SOURCE-DIRECTORY]
set -u

# Prints "FILE:LINE:INCLUDE" of the files given: what stands between the quotes or brackets.
includes() {
	awk 'FNR == 1 { file = FILENAME }
	/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
		name = $0
		sub(/^[^<"]*[<"]/, "", name)
		sub(/[>"].*$/, "", name)
		print file ":" FNR ":" name
	}' "$@" /dev/null
}

# Prints what is wrong below a source directory.
offences() {
	includes "$1"/src/*.[ch] |
		grep -E ':(net-snmp/|ucd-snmp/|netsnmp\.h$)'
	# main.c is where the halves are put together.
	for header in "$1"/agent/*.h; do
		[ -e "$header" ] || continue
		includes "$1"/src/*.[ch] |
			grep -F ":$(basename "$header")" |
			grep -E ':[0-9]+:'"$(basename "$header" | sed 's/\./\\./g')"'$' |
			grep -v '/src/main\.c:[0-9]*:agent\.h$'
	done
	includes "$1"/agent/*.[ch] |
		grep -E ':(curl/|cjson/|cJSON|sqlite3|confuse)'
	for header in "$1"/src/*.h; do
		case $(basename "$header") in
		snapshot.h | moment.h | '*.h') continue ;;
		esac
		includes "$1"/agent/*.[ch] |
			grep -E ':[0-9]+:(.*/)?'"$(basename "$header" | sed 's/\./\\./g')"'$'
	done
}

# A check that cannot fail is none: each rule must find a made-up offence, and pass what is allowed.
self_test() {
	mkdir -p "$1/src" "$1/agent"
	printf '#include "agent.h"\n#include <curl/curl.h>\n' >"$1/src/main.c"
	printf '#include "moment.h"\n' >"$1/src/snapshot.h"
	: >"$1/src/moment.h"
	printf '#include "snapshot.h"\n' >"$1/agent/agent.h"
	: >"$1/src/model.h"
	: >"$1/src/snap_row.h"
	: >"$1/src/file.c"
	: >"$1/agent/file.c"
	if [ -n "$(offences "$1")" ]; then
		echo "check-layers: complains of what is allowed:" >&2
		offences "$1" >&2
		return 1
	fi
	for case in 'src <net-snmp/agent/net-snmp-agent-includes.h>' 'src "agent.h"' \
		'agent <curl/curl.h>' 'agent <cjson/cJSON.h>' 'agent <cJSON.h>' \
		'agent <sqlite3.h>' 'agent <confuse.h>' 'agent "model.h"' 'agent "snap_row.h"' \
		'agent "../src/model.h"'; do
		printf '# include %s\n' "${case#* }" >"$1/${case%% *}/file.c"
		if [ -z "$(offences "$1")" ]; then
			echo "check-layers: does not see $case" >&2
			return 1
		fi
		: >"$1/${case%% *}/file.c"
	done
}

directory=${1:-.}
if ! ls "$directory"/src/*.c "$directory"/agent/*.c >/dev/null 2>&1; then
	echo "check-layers: $directory: no src/ and agent/ there" >&2
	exit 2
fi
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
self_test "$scratch/made-up" || exit 2
found=$(offences "$directory")
if [ -n "$found" ]; then
	echo "$found" | sed 's/^\([^:]*:[0-9]*\):\(.*\)$/\1: must not include \2/'
	exit 1
fi
