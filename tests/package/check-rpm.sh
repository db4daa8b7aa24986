#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# check-rpm.sh - builds the RPM from the release with Debian's rpmbuild, as far as that goes: it knows no
# RPM of a library, so that what is required is not looked for. Each file that "make install" puts in
# place must be in a package, and these in the right one.
#
# Then pmta-monitor is packaged once more as the next release, and both are left where installed-rpm.sh
# is given them.
#
#   check-rpm.sh TARBALL DIRECTORY

set -eu
tarball=${1:?the path of the release is expected}
kept=${2:?a directory for the RPMs is expected}
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT

# build OPTION...
build() {
	rpmbuild --nodeps --define "_topdir $top" --define "_unpackaged_files_terminate_build 1" "$@" \
		>"$top/log" 2>&1 || {
		tail -n 30 "$top/log"
		exit 1
	}
}

build -tb --noclean "$tarball"
# has PACKAGE FILE...
has() {
	package=$1
	shift
	for file in "$@"; do
		rpm -qlp "$top"/RPMS/*/"$package"-0*.rpm | grep -qE "^$file(\\.gz)?\$" || {
			echo "check-rpm: $file is not in $package"
			exit 1
		}
	done
}

has pmta-monitor /usr/sbin/pmta-monitord /usr/share/snmp/mibs/PMTA-MONITOR-MIB.txt \
	/etc/pmta-monitor/pmta-monitord.conf /etc/snmp/snmpd.conf.d/pmta-monitor.conf \
	/usr/share/man/man8/pmta-monitord.8 "/usr/share/doc/.*/handbook.txt" \
	/usr/share/pmta-monitor/zabbix/template_app_powermta_snmp-6.0.yaml
has pmta-monitor-nagios "/usr/lib.*/nagios/plugins/check_pmta_snmp" \
	/usr/share/man/man1/check_pmta_snmp.1 /usr/share/pmta-monitor/nagios/pmta-commands.cfg \
	/usr/share/pmta-monitor/icinga2/pmta.conf
if rpm -qlp "$top"/RPMS/*/pmta-monitor-0*.rpm | grep -E 'nagios|icinga2|check_pmta'; then
	echo "check-rpm: the files above belong to pmta-monitor-nagios"
	exit 1
fi
rpm -qlp --scripts "$top"/RPMS/*/pmta-monitor-0*.rpm | grep -q 'useradd -r' || {
	echo "check-rpm: the package makes no user"
	exit 1
}
if rpm -qp --requires "$top"/RPMS/*/pmta-monitor-0*.rpm | grep -E 'perl|python'; then
	echo "check-rpm: samples make the package require the above"
	exit 1
fi
mkdir -p "$kept"
mv "$top"/RPMS/*/pmta-monitor-0*.rpm "$kept/first.rpm"
tar -xOf "$tarball" --wildcards '*/packaging/pmta-monitor.spec' >"$top/pmta-monitor.spec"
for stage in -bi -bb; do
	build "$stage" --short-circuit --define "dist .next" "$top/pmta-monitor.spec"
done
mv "$top"/RPMS/*/pmta-monitor-0*.rpm "$kept/next.rpm"
echo "the RPMs are good"
