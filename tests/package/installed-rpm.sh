#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# installed-rpm.sh - installs, upgrades and erases pmta-monitor's RPM in a Debian that has the libraries:
# its scripts run there, what it requires is not looked for (rpm knows nothing of Debian's packages).
#
#   installed-rpm.sh ROOT RPM UPGRADE
#
# Run it in a mount namespace of your own.

set -eu
root=$1
first=$2
next=$3
conf=etc/pmta-monitor/pmta-monitord.conf
state=var/lib/pmta-monitor

fail() {
	echo "installed-rpm: $*" >&2
	exit 1
}

# Debian's rpm says each time that alien would be better. No script can do more than that of a .deb.
run_rpm() {
	setpriv --bounding-set=-sys_admin,-mknod,-sys_rawio \
		rpm --root "$root" --dbpath /var/lib/rpm "$@" 2>"$root.rpm" || {
		cat "$root.rpm"
		fail "rpm $*"
	}
	! grep -i scriptlet "$root.rpm" || fail "the script above failed"
}

in_root() {
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
		setpriv --bounding-set=-sys_admin,-mknod,-sys_rawio chroot "$root" "$@"
}

before=$(mktemp)
after=$(mktemp)
mount -t proc proc "$root/proc"
trap 'umount "$root/proc"; rm -f "$before" "$after" "$root.rpm"' EXIT

list() {
	find "$root" -xdev -not -path "$root/proc/*" -not -path "$root/var/lib/rpm*" | sort
}

list >"$before"
run_rpm --initdb
run_rpm -i --nodeps "$first"
# Sizes, sums, modes and owners, as they are in the package.
run_rpm -V --nodeps pmta-monitor
[ "$(stat -c %u:%g:%a "$root/$state")" = "$(in_root id -u pmta-monitor):$(in_root id -g pmta-monitor):750" ] ||
	fail "/$state is not the daemon's own"
in_root pmta-monitord -t >/dev/null || fail "pmta-monitord -t does not take the package's own configuration"

echo '# of the administrator' >>"$root/$conf"
echo '# of the administrator' >>"$root/etc/snmp/snmpd.conf.d/pmta-monitor.conf"
echo store >"$root/$state/store"
run_rpm -U --nodeps "$next"
[ "$(rpm --root "$root" --dbpath /var/lib/rpm -q --qf '%{RELEASE}' pmta-monitor)" = "$(rpm -qp --qf '%{RELEASE}' "$next")" ] ||
	fail "it was not upgraded"
for file in "$conf" etc/snmp/snmpd.conf.d/pmta-monitor.conf; do
	tail -n 1 "$root/$file" | grep -q administrator || fail "the upgrade replaced /$file"
done
[ "$(cat "$root/$state/store")" = store ] || fail "the upgrade lost the store"

run_rpm -e --nodeps pmta-monitor
list >"$after"
# What was changed is kept under another name, and so is the store; users are never removed. Directories
# of RHEL's packages "filesystem" and "systemd" are not ours to remove.
left=$(comm -13 "$before" "$after" | sed "s|^$root||" | grep -vxE \
	-e '/etc/pmta-monitor(/pmta-monitord.conf.rpmsave)?' -e "/$state(/store)?" \
	-e '/etc/snmp/snmpd.conf.d(/pmta-monitor.conf.rpmsave)?' \
	-e '/etc/(passwd|group|shadow|gshadow)-' -e '/etc/.pwd.lock' \
	-e '/usr/lib/.build-id(/..)?' -e '/usr/share/licenses' \
	-e '/usr/lib/(sysusers.d|tmpfiles.d|systemd|systemd/system)' || :)
[ -z "$left" ] || fail "erasing left $left"
[ -s "$root/$conf.rpmsave" ] || fail "erasing took the administrator's configuration"
