#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# lint.sh - the MIB module is correct, and every tool that managers use reads it alike.
#
#   lint.sh BUILT_MIB
#
# The module is checked as built, and once more below another root OID. The IETF's base modules are
# those of Debian's erlang-snmp, or those in the directory $IETF_MIBS. Ends with 77 (skipped) if a
# tool or the base modules are missing.

set -eu

fail() {
	echo "FAIL: $1"
	[ $# -lt 2 ] || sed 's/^/    /' "$2"
	exit 1
}

skip() {
	echo "SKIP: $1"
	exit 77
}

[ $# -eq 1 ] || fail "usage: lint.sh BUILT_MIB"
[ -r "$1" ] || fail "\"$1\": cannot be read"
built=$1
mibs=$(dirname "$0")/../../mibs
name=PMTA-MONITOR-MIB
other_root=1.3.6.1.4.1.2147483647.7

PATH=$PATH:/usr/sbin
for tool in smilint smidump snmptranslate prometheus-snmp-generator snmpttconvertmib; do
	command -v $tool >/dev/null || skip "$tool is not installed"
done
base=${IETF_MIBS:-$(echo /usr/lib/erlang/lib/snmp-*/mibs)}
[ -r "$base/SNMPv2-SMI.mib" ] || skip "no IETF modules in $base (package erlang-snmp)"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/ietf" "$work/mib" "$work/broken" "$work/persist/cert_indexes"
# net-snmp wants files that are named like their modules, and writes an index where it may.
for file in "$base"/*.mib; do
	cp "$file" "$work/ietf/$(basename "$file" .mib)"
done
cat >"$work/smi.conf" <<END
path $work/ietf
level 0
load SNMPv2-SMI
load SNMPv2-TC
load SNMPv2-CONF
END
cat >"$work/generator.yml" <<END
modules:
  pmta:
    walk: [pmtaMonitorMIB]
END
export SNMP_PERSISTENT_DIR="$work/persist" MIBS=$name

# smilint ends with 0 whatever it finds: only its silence counts.
run_smilint() {
	smilint -c "$work/smi.conf" -m -s -l 6 -i namelength-32 "$1" 2>&1
}

# "name oid" of objects and notifications, sorted, as each tool sees them.
list_smidump() {
	smidump -c "$work/smi.conf" -f identifiers "$1" |
		awk -v kinds="$2" '$1 == "PMTA-MONITOR-MIB" && $3 ~ kinds { print $2, $4 }' | sort
}

list_snmptranslate() {
	snmptranslate -M "$1:$work/ietf" -m $name -Tz 2>"$work/errors" |
		awk -v root="$2." '{ gsub(/"/, "") } index($2, root) == 1 { print $1, $2 }' | sort
}

list_generator() {
	(cd "$work" && MIBDIRS="$1:$work/ietf" prometheus-snmp-generator generate \
		--fail-on-parse-errors -o "$work/snmp.yml") >"$work/errors" 2>&1 || return 1
	awk '$1 == "-" && $2 == "name:" { name = $3 } $1 == "oid:" { print name, $2 }' \
		"$work/snmp.yml" | sort
}

list_snmptt() {
	rm -f "$work/snmptt.conf"
	MIBDIRS="$1:$work/ietf" snmpttconvertmib --in="$1/$name" --out="$work/snmptt.conf" \
		>"$work/errors" 2>&1
	awk '$1 == "EVENT" { sub(/^\./, "", $3); print $2, $3 }' "$work/snmptt.conf" | sort
}

check_module() {
	dir=$1
	module=$dir/$name
	run_smilint "$module" >"$work/out" || fail "smilint does not find the module" "$work/out"
	[ ! -s "$work/out" ] || fail "smilint complains" "$work/out"

	list_smidump "$module" "^(column|scalar|table|row|node|notification|group|compliance)$" \
		>"$work/all"
	root=$(awk '$1 == "pmtaMonitorMIB" { print $2 }' "$work/all")
	grep -F " $root." "$work/all" >"$work/below" || fail "smidump sees no module"
	[ "$(wc -l <"$work/below")" -gt 280 ] || fail "smidump sees too little" "$work/below"

	list_snmptranslate "$dir" "$root" >"$work/translate"
	[ ! -s "$work/errors" ] || fail "snmptranslate complains" "$work/errors"
	diff "$work/below" "$work/translate" >"$work/out" ||
		fail "libsmi (<) and net-snmp (>) differ" "$work/out"

	list_generator "$dir" >"$work/metrics" || fail "the generator complains" "$work/errors"
	list_smidump "$module" "^(column|scalar)$" | diff - "$work/metrics" >"$work/out" ||
		fail "libsmi (<) and the Prometheus generator (>) differ" "$work/out"

	list_snmptt "$dir" >"$work/events"
	list_smidump "$module" "^notification$" | diff - "$work/events" >"$work/out" ||
		fail "libsmi (<) and snmpttconvertmib (>) differ" "$work/out"
	[ "$(grep -c '^FORMAT .*\$14$' "$work/snmptt.conf")" -eq "$(wc -l <"$work/events")" ] ||
		fail "a SUMMARY was not understood" "$work/snmptt.conf"
	echo "ok: $root, $(wc -l <"$work/below") identifiers, $(wc -l <"$work/events") notifications"
}

# The checks must be able to fail: unknown type, unknown parent, object in no group.
check_blindness() {
	sed 's/Counter64/Counter99/' "$1/$name" >"$work/broken/$name"
	[ -n "$(run_smilint "$work/broken/$name")" ] || fail "smilint overlooks an unknown type"
	sed 's/::= { vmtaEntry 6 }/::= { vmtaEntree 6 }/' "$1/$name" >"$work/broken/$name"
	[ -n "$(run_smilint "$work/broken/$name")" ] || fail "smilint overlooks an unknown parent"
	! list_generator "$work/broken" >/dev/null || fail "the generator overlooks an unknown parent"
	sed '/^vmtaGroup OBJECT-GROUP/,/^ *}/s/^ *vmtaName,$//' "$1/$name" >"$work/broken/$name"
	[ -n "$(run_smilint "$work/broken/$name")" ] || fail "smilint overlooks an object without group"
}

# Places where no module may be put: not an OID, not below enterprises, somebody else's.
check_refusals() {
	for oid in "" abc 1.3.6.1.4.1 1.3.6.1.2.1.99 1.3.6.1.4.1.5..6 1.3.6.1.4.1.05 1.3.6.1.4.1.5.0 \
		1.3.6.1.4.1.2147483648 1.3.6.1.4.1.31384.1 1.3.6.1.4.1.19952; do
		! "$mibs/make-mib" -c "$oid" >"$work/out" 2>&1 || fail "make-mib accepts \"$oid\""
		grep -qF "\"$oid\"" "$work/out" || fail "make-mib does not name \"$oid\"" "$work/out"
	done
}

check_refusals
cp "$built" "$work/mib/$name"
check_module "$work/mib"
check_blindness "$work/mib"
"$mibs/make-mib" $other_root "$mibs/$name.in" >"$work/mib/$name"
check_module "$work/mib"
[ "$root" = $other_root ] || fail "make-mib put the module at $root instead of $other_root"
