#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# check-zabbix.sh - the template in a real Zabbix 6.0 with PostgreSQL and its front end, all on loopback
# ports of their own below a temporary directory; `./quickstart check-zabbix` installs what it needs.
#
#   check-zabbix.sh [PYTEST-OPTION]...

set -eu
cd "$(dirname "$0")/../.."
top=$PWD

fail() {
	printf 'check-zabbix: %s\n' "$*" >&2
	exit 1
}

[ -x build/pmta-monitord ] && [ -x build/pmta-sim ] || fail "build/ has no programs: ./quickstart check-zabbix builds them"
version=$(/usr/sbin/zabbix_server --version 2>/dev/null | sed -n '1s/.*(Zabbix) //p')
case $version in
6.0.*) printf 'Zabbix %s; this takes about four minutes\n' "$version" ;;
'') fail "zabbix_server is not installed" ;;
*) fail "zabbix_server is $version; 6.0 is expected, as on Debian 12" ;;
esac

cd tests/zabbix
PMTA_BUILD=$top/build PMTA_SIM=$top/build/pmta-sim PYTHONDONTWRITEBYTECODE=1 exec /usr/bin/python3 -m pytest \
	-p no:cacheprovider -v --tb=short -x "$@" test_zabbix_server.py
