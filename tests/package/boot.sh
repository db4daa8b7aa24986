#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# boot.sh - boots the Debian in a directory with its own systemd as process 1, in namespaces and a control
# group of its own; runs a command in there once it is up, and shuts it down.
#
#   boot.sh ROOT COMMAND [ARGUMENT]...
#
# Exits with the command's status; with 77 and a reason if this machine can boot nothing. Run it in a
# mount namespace of your own: the control groups are mounted there.

set -u

# Second stage, process 1 of the new system: what a machine has before its systemd starts. Devices are
# made anew, so that a changed mode stays in here; /sys and /proc/sys are the host's and read-only.
if [ "${PMTA_BOOT_STAGE-}" = mounts ]; then
	set -e
	root=$1
	mount --bind "$root" "$root"
	mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
	mount --bind "$root/proc/sys" "$root/proc/sys"
	mount -o remount,bind,ro "$root/proc/sys"
	mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
	mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$root/sys/fs/cgroup"
	mount -t tmpfs -o mode=755,nosuid tmpfs "$root/dev"
	for device in "null 1 3" "zero 1 5" "full 1 7" "random 1 8" "urandom 1 9" "tty 5 0"; do
		# shellcheck disable=SC2086
		set -- $device
		mknod -m 666 "$root/dev/$1" c "$2" "$3"
	done
	mkdir "$root/dev/pts" "$root/dev/shm"
	mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
	ln -s pts/ptmx "$root/dev/ptmx"
	ln -s /proc/self/fd "$root/dev/fd"
	mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
	mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$root/run"
	hostname booted
	mkdir "$root/run/host"
	cd "$root"
	pivot_root . run/host
	umount -l run/host
	rmdir run/host
	# What could be felt outside of the namespaces; nspawn takes the same away.
	exec env -i container=pmta-boot PATH=/usr/sbin:/usr/bin:/sbin:/bin setpriv --bounding-set \
		-sys_module,-sys_rawio,-sys_time,-syslog,-wake_alarm,-mac_admin,-mac_override \
		/lib/systemd/systemd --log-target=journal --show-status=no
fi

# First stage: into the control group first, so that the namespace begins there.
if [ "${PMTA_BOOT_STAGE-}" = group ]; then
	echo 0 >"$2/cgroup.procs" || exit 1
	PMTA_BOOT_STAGE=mounts exec unshare --cgroup sh "$0" "$1"
fi

root=$1
shift
machine=
group=
groups=

# Every control group that is left, the innermost first; none if the system shut down as it should.
end() {
	[ -z "$machine" ] || kill -KILL "$machine" 2>/dev/null
	[ -z "$machine" ] || wait "$machine" 2>/dev/null
	left=50
	while [ -d "$group" ] && [ "$left" -gt 0 ]; do
		find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null
		left=$((left - 1))
		[ ! -d "$group" ] || sleep 0.1
	done
	[ -z "$groups" ] || { umount "$groups" && rmdir "$groups"; }
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

cannot() {
	echo "boot: this machine can boot nothing: $1"
	[ ! -s "$root.boot" ] || tail -n 5 "$root.boot"
	exit 77
}

# await SECONDS COMMAND...
await() {
	left=$(($1 * 10))
	shift
	until "$@"; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 0.1
	done
}

# systemd takes a group for itself as one of the first things it does.
has_started() {
	read -r system <"$group/init.scope/cgroup.procs"
} 2>/dev/null

inside() {
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
		nsenter --target "$system" --mount --uts --ipc --net --pid --cgroup -- "$@"
}

# Degraded: a unit of Debian's own fails, which needs more than this machine gives.
has_booted() {
	state=$(inside systemctl is-system-running 2>&1)
	[ "$state" = running ] || [ "$state" = degraded ]
}

has_ended() {
	! kill -0 "$machine" 2>/dev/null
}

has_started_or_ended() {
	has_started || has_ended
}

: >"$root.boot"
groups=$(mktemp -d)
mount -t cgroup2 cgroup2 "$groups" 2>>"$root.boot" || {
	rmdir "$groups"
	groups=
	cannot "no control groups (version 2)"
}
group=$groups$(sed -n 's/^0:://p' /proc/self/cgroup)/pmta-boot.$$
mkdir "$group" 2>>"$root.boot" || cannot "no control group can be made"
PMTA_BOOT_STAGE=group setpriv --pdeathsig KILL \
	unshare --mount --propagation private --net --uts --ipc --pid --fork --kill-child \
	sh "$0" "$root" "$group" </dev/null >>"$root.boot" 2>&1 &
machine=$!
await 60 has_started_or_ended
has_started || cannot "systemd did not start"
await 60 has_booted || {
	echo "boot: the system is $state"
	inside journalctl -b --no-pager -n 50
	exit 1
}
inside "$@"
verdict=$?
# It would rather be told by way of D-Bus, which is not there.
inside systemctl poweroff 2>/dev/null
await 60 has_ended || {
	echo "boot: the system does not shut down"
	exit 1
}
machine=
exit "$verdict"
