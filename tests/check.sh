#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# check.sh - every test, in the order in which a failure is cheapest; `./quickstart check` calls it.

set -eu
cd "$(dirname "$0")/.."
top=$PWD
jobs_option="-j$(nproc 2>/dev/null || echo 2)"

step() {
	printf '\n== %s (%s s so far)\n' "$1" "$(($(date +%s) - began))"
}

# tree DIR ARGUMENT...: configures an out-of-tree build and builds it.
tree() {
	dir=$1
	shift
	mkdir -p "$dir"
	if [ ! -f "$dir/Makefile" ] || [ configure -nt "$dir/config.status" ]; then
		(cd "$dir" && "$top/configure" -q --prefix=/usr --sysconfdir=/etc \
			--localstatedir=/var --enable-werror "$@")
	fi
	make -C "$dir" --no-print-directory -s "$jobs_option"
}

unit() {
	make -C "$1" --no-print-directory -s "$jobs_option" check VERBOSE=1 >"$1/check.out" 2>&1 || {
		cat "$1/check.out"
		exit 1
	}
	sed -n '/^# /p' "$1/check.out"
}

began=$(date +%s)

step "format"
git ls-files -z '*.c' '*.h' 2>/dev/null | xargs -0 -r clang-format --dry-run -Werror

step "configure"
if [ ! -x configure ] || [ -n "$(find configure.ac Makefile.am -newer configure)" ]; then
	autoreconf -fi >autoreconf.log 2>&1 || {
		cat autoreconf.log
		exit 1
	}
	rm -f autoreconf.log
fi

step "build and unit tests, warnings are errors"
tree build
unit build

step "build and unit tests under ASan and UBSan"
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1
tree build-asan --enable-sanitizers CFLAGS="-O1 -g"
unit build-asan

step "where threads meet, under TSan"
tree build-tsan --enable-sanitizers=thread CFLAGS="-O1 -g"
threaded="tests/unit/test_snapshot tests/unit/test_publish_between
	tests/unit/test_acct_pump tests/unit/test_acct_fifo
	tests/unit/test_action_queue tests/unit/test_aside tests/unit/test_checker
	tests/unit/test_follower tests/unit/test_log"
make -C build-tsan --no-print-directory -s "$jobs_option" $threaded
for program in $threaded; do "build-tsan/$program"; done
make -C build-tsan --no-print-directory -s check-integration \
	K="every_millisecond or equals_the_books or reload_adds"

step "the heart of it under valgrind, briefly"
make -C build --no-print-directory -s check-valgrind valgrind_programs="tests/unit/test_model \
	tests/unit/test_publish tests/unit/test_snap_pack tests/unit/test_store tests/unit/test_table"

step "whole programs, built with ASan and UBSan, on a real snmpd"
make -C build-asan --no-print-directory -s check-integration

step "fuzz targets, briefly"
tree build-fuzz --disable-werror CC=clang --enable-fuzzers CFLAGS="-O1 -g"
make -C build-fuzz --no-print-directory -s fuzz SECONDS="${FUZZ_SECONDS:-10}"

step "benchmarks, small, to see that they run"
ROUNDS=1 make -C build --no-print-directory -s bench QUEUES=20000 ROWS=1000

step "distribution"
make -C build --no-print-directory -s "$jobs_option" distcheck \
	AM_DISTCHECK_CONFIGURE_FLAGS=--enable-werror >build/distcheck.out 2>&1 || {
	tail -n 40 build/distcheck.out
	exit 1
}

step "the demonstration"
./quickstart run --seconds 60 >build/demo.out 2>&1 || {
	cat build/demo.out
	exit 1
}
tail -n 1 build/demo.out

step "done"
