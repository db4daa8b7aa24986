#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# check-package.sh - builds the Debian packages of a release and installs them on a machine that has seen
# nothing else: a minimal system in a directory, with namespaces of its own for mounts, network and
# processes. The plugin alone, as on a monitoring host; Debian's stock snmpd, the package's drop-in and
# configuration, the simulator as PowerMTA; then upgrade and purge. At last the system is booted, where
# this machine can do that: the unit with all that it forbids, and what an administrator does to it.
#
#   check-package.sh TARBALL SIMULATOR RPMS
#
# RPMS is the directory where check-rpm.sh left them: they are installed there, too, as far as that goes.
# Needs root. `./quickstart check-package` makes the tarball and installs what else it needs.

set -eu
tarball=$(readlink -f "${1:?the path of the release is expected}")
simulator=$(readlink -f "${2:?the path of pmta-sim is expected}")
rpms=$(readlink -f "${3:?the directory of the RPMs is expected}")
cd "$(dirname "$0")/../.."
top=$PWD
release=bookworm

say() {
	printf '== %s\n' "$*"
}

fail() {
	printf 'check-package: %s\n' "$*" >&2
	exit 1
}

[ "$(id -u)" = 0 ] || fail "only root can make a system of its own; nothing was checked"

# What is mounted for the new system (debootstrap does, too) is mounted in a namespace that ends with the
# check, however that ends: nothing of this machine is left below the directory when it is removed.
if [ -z "${PMTA_PACKAGE_WORK-}" ]; then
	work=$(mktemp -d /var/tmp/pmta-package.XXXXXX)
	trap 'rm -rf --one-file-system "$work"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	PMTA_PACKAGE_WORK=$work unshare --mount --propagation private \
		sh "$top/tests/package/check-package.sh" "$tarball" "$simulator" "$rpms"
	exit
fi
work=$PMTA_PACKAGE_WORK

# Who may neither mount nor make devices cannot reach this machine's /dev from in there.
in_root() {
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
		RUNLEVEL=1 http_proxy="${http_proxy-}" https_proxy="${https_proxy-}" \
		setpriv --bounding-set=-sys_admin,-mknod,-sys_rawio chroot "$work/root" "$@"
}

# The packages, from the files of a release: nothing of this tree's builds is in them.
build_package() {
	say "build and lintian"
	mkdir "$work/source"
	tar -xf "$tarball" -C "$work/source" --strip-components=1
	(cd "$work/source" && DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" \
		dpkg-buildpackage -b -uc -us) >"$work/build.log" 2>&1 || {
		tail -n 30 "$work/build.log"
		fail "dpkg-buildpackage failed"
	}
	lintian --allow-root --fail-on error,warning "$work"/*.changes ||
		fail "lintian complains"
}

# The same contents under a higher number: what an administrator's upgrade does.
make_upgrade() {
	dpkg-deb -R "$work"/pmta-monitor_*.deb "$work/upgrade"
	sed -i 's/^Version: .*/&+next/' "$work/upgrade/DEBIAN/control"
	dpkg-deb --root-owner-group -b "$work/upgrade" "$work/root/upgrade.deb" >/dev/null
}

# The system takes its packages from where this machine takes them.
make_root() {
	say "a minimal $release"
	mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -n 1)
	debootstrap --variant=minbase "$release" "$work/root" "$mirror" >"$work/bootstrap.log" 2>&1 || {
		tail -n 20 "$work/bootstrap.log"
		fail "debootstrap failed"
	}
	# No package may start a service.
	printf '#!/bin/sh\nexit 101\n' >"$work/root/usr/sbin/policy-rc.d"
	chmod 755 "$work/root/usr/sbin/policy-rc.d"
	cp /etc/apt/apt.conf.d/*proxy* "$work/root/etc/apt/apt.conf.d/" 2>/dev/null || :
	cp /etc/resolv.conf "$work/root/etc/" 2>/dev/null || :
	in_root apt-get -q update >"$work/apt.log" 2>&1
}

# install_in_root DEB PACKAGE...
install_in_root() {
	deb=$1
	shift
	cp "$work/$deb"_*.deb "$work/root/$deb.deb"
	in_root apt-get -q -y install --no-install-recommends "/$deb.deb" "$@" >"$work/apt.log" 2>&1 || {
		tail -n 20 "$work/apt.log"
		fail "$deb cannot be installed"
	}
}

# A monitoring host has the plugin and nothing that belongs beside PowerMTA.
check_plugin_alone() {
	install_in_root pmta-monitor-nagios
	for other in pmta-monitor snmpd; do
		! in_root dpkg-query -W "$other" >/dev/null 2>&1 || fail "the plugin brought $other along"
	done
	in_root /usr/lib/nagios/plugins/check_pmta_snmp --list | grep -q domainQueueTable ||
		fail "the plugin does not know the MIB"
}

# What the administrator writes: his accounting files, and that he starts at their beginning.
configure_monitor() {
	conf=$work/root/etc/pmta-monitor/pmta-monitord.conf
	sed -i -e 's|#accounting = .*|accounting = { "/var/log/pmta/acct.csv" }|' \
		-e 's|#start-at = end|start-at = begin|' -e 's|#poll-interval = .*|poll-interval = 1s|' \
		"$conf"
	mkdir "$work/root/var/log/pmta"
	in_root pmta-monitord -t >"$work/check.log" 2>&1 || {
		cat "$work/check.log"
		fail "pmta-monitord -t does not take the package's own configuration"
	}
}

run_inside() {
	unshare --net --pid --fork --kill-child sh "$top/tests/package/inside.sh" \
		"$work/root" "$simulator" "$1"
}

check_purge() {
	say "purge"
	in_root apt-get -q -y purge pmta-monitor pmta-monitor-nagios >"$work/apt.log" 2>&1 || {
		tail -n 20 "$work/apt.log"
		fail "the packages cannot be purged"
	}
	rm -rf "$work/root/var/log/pmta" "$work/root"/*.deb
	left=$(find "$work/root" -xdev -iname '*pmta*' -not -path '*/var/lib/apt/*' \
		-not -path '*/var/lib/dpkg/*' -not -path '*/var/log/*')
	[ -z "$left" ] || fail "purge left $left"
	! in_root getent passwd pmta-monitor || fail "purge left the user"
}

# What booted.sh says, told by systemd. Its files are put where they outlive a boot.
check_booted() {
	say "the same with systemd"
	in_root apt-get -q -y install --no-install-recommends systemd-sysv libmicrohttpd12 \
		>"$work/apt.log" 2>&1 || {
		tail -n 20 "$work/apt.log"
		fail "systemd cannot be installed"
	}
	rm "$work/root/usr/sbin/policy-rc.d"
	boot true && can=0 || can=$?
	if [ "$can" = 77 ]; then
		say "skipped: what the unit forbids and does was not checked"
		return 0
	fi
	[ "$can" = 0 ] || fail "the system does not boot"
	cp "$work"/pmta-monitor_*.deb "$work/root/pmta-monitor.deb"
	dpkg-deb --root-owner-group -b "$work/upgrade" "$work/root/upgrade.deb" >/dev/null
	mkdir "$work/root/usr/local/lib/check"
	install -m 0755 tests/package/booted.sh tests/package/tools.sh tests/package/forbidden.sh \
		"$work/root/usr/local/lib/check"
	install -m 0755 "$simulator" "$work/root/usr/local/sbin/pmtad"
	sh mibs/list-oids "$(sed -n 's/^view systemonly included \.//p' \
		"$work/upgrade/etc/snmp/snmpd.conf.d/pmta-monitor.conf")" \
		"$work/upgrade/usr/share/snmp/mibs/PMTA-MONITOR-MIB.txt" \
		>"$work/root/usr/local/lib/check/oids"
	for run in first again; do
		boot sh /usr/local/lib/check/booted.sh "$run" || fail "not as it should be on a system that runs"
	done
}

boot() {
	sh "$top/tests/package/boot.sh" "$work/root" "$@"
}

build_package
make_root
say "the plugin alone"
check_plugin_alone
say "install"
install_in_root pmta-monitor snmpd snmp
make_upgrade
configure_monitor
say "three tables through Debian's snmpd"
run_inside first
say "upgrade, and the script in /etc/init.d"
in_root apt-get -q -y install /upgrade.deb >"$work/apt.log" 2>&1 || {
	tail -n 20 "$work/apt.log"
	fail "the upgrade failed"
}
run_inside again
check_purge
say "the RPM: install, upgrade, erase"
sh tests/package/installed-rpm.sh "$work/root" "$rpms/first.rpm" "$rpms/next.rpm"
find "$work/root/etc" -name '*.rpmsave' -delete
in_root deluser --quiet --system pmta-monitor >"$work/apt.log" 2>&1
rm -rf "$work/root/var/lib/pmta-monitor"
check_booted
say "the packages are good"
