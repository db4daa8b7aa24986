#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# check-rpm.sh - builds the RPM from the release with Debian's rpmbuild, as far as that goes: it knows no
# RPM of a library, so that what is required is not looked for. Each file that "make install" puts in
# place must be in a package, and these in the right one.
#
#   check-rpm.sh TARBALL

set -eu
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
rpmbuild -tb --nodeps --define "_topdir $top" \
	--define "_unpackaged_files_terminate_build 1" "${1:?the path of the release is expected}" >"$top/log" 2>&1 || {
	tail -n 30 "$top/log"
	exit 1
}
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
echo "the RPMs are good"
