#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# check-rpm.sh - builds the RPM from the release with Debian's rpmbuild, as far as that goes: it knows no
# RPM of a library, so that what is required is not looked for. The files must be there.
#
#   check-rpm.sh TARBALL

set -eu
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
rpmbuild -tb --nodeps --define "_topdir $top" "${1:?the path of the release is expected}" >"$top/log" 2>&1 || {
	tail -n 30 "$top/log"
	exit 1
}
for file in /usr/sbin/pmta-monitord /usr/share/snmp/mibs/PMTA-MONITOR-MIB.txt \
	/etc/pmta-monitor/pmta-monitord.conf /etc/snmp/snmpd.conf.d/pmta-monitor.conf \
	/usr/share/man/man8/pmta-monitord.8; do
	rpm -qlp "$top"/RPMS/*/pmta-monitor-0*.rpm | grep -qE "^$file(\\.gz)?\$" || {
		echo "check-rpm: $file is not in the package"
		exit 1
	}
done
rpm -qlp --scripts "$top"/RPMS/*/pmta-monitor-0*.rpm | grep -q 'useradd -r' || {
	echo "check-rpm: the package makes no user"
	exit 1
}
echo "the RPM is good"
