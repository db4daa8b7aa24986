#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# check-package.sh - builds the Debian package and installs it on a machine that has seen nothing else:
# a minimal system in a directory, with namespaces of its own for network and processes. Debian's stock
# snmpd, the package's drop-in and configuration, the simulator as PowerMTA; then upgrade and purge.
#
#   check-package.sh SIMULATOR
#
# Needs root. `./quickstart check-package` installs what else it needs.

set -eu
cd "$(dirname "$0")/../.."
top=$PWD
simulator=$(readlink -f "${1:?the path of pmta-sim is expected}")
release=bookworm

say() {
	printf '== %s\n' "$*"
}

fail() {
	printf 'check-package: %s\n' "$*" >&2
	exit 1
}

[ "$(id -u)" = 0 ] || fail "only root can make a system of its own; nothing was checked"

work=$(mktemp -d /var/tmp/pmta-package.XXXXXX)
trap 'umount "$work"/root/proc 2>/dev/null || :; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

in_root() {
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
		RUNLEVEL=1 http_proxy="${http_proxy-}" https_proxy="${https_proxy-}" \
		chroot "$work/root" "$@"
}

# The package, from the files of a release: nothing of this tree's builds is in it.
build_package() {
	say "build and lintian"
	mkdir "$work/source"
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files -z | xargs -0 cp --parents -t "$work/source"
	else
		cp -a . "$work/source"
	fi
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

install_package() {
	cp "$work"/pmta-monitor_*.deb "$work/root/pmta-monitor.deb"
	in_root apt-get -q -y install --no-install-recommends /pmta-monitor.deb snmpd snmp \
		>"$work/apt.log" 2>&1 || {
		tail -n 20 "$work/apt.log"
		fail "the package cannot be installed"
	}
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
	in_root apt-get -q -y purge pmta-monitor >"$work/apt.log" 2>&1 || {
		tail -n 20 "$work/apt.log"
		fail "the package cannot be purged"
	}
	rm -rf "$work/root/var/log/pmta" "$work/root"/*.deb
	left=$(find "$work/root" -xdev -iname '*pmta*' -not -path '*/var/lib/apt/*' \
		-not -path '*/var/lib/dpkg/*' -not -path '*/var/log/*')
	[ -z "$left" ] || fail "purge left $left"
	! in_root getent passwd pmta-monitor || fail "purge left the user"
}

build_package
make_root
say "install"
install_package
make_upgrade
configure_monitor
say "three tables through Debian's snmpd"
run_inside first
say "upgrade"
in_root apt-get -q -y install /upgrade.deb >"$work/apt.log" 2>&1 || {
	tail -n 20 "$work/apt.log"
	fail "the upgrade failed"
}
run_inside again
check_purge
say "the package is good"
