#!/bin/sh
# Runs a program in a file tree as a container would be run: as its user, the root read-only, /tmp, /dev and /proc of its
# own, in a control group that limits memory where one can be had. run-image.ts calls it in new mount and process
# namespaces, with the environment of the image; it becomes the program, which so is process 1.
#   enter-image.sh ROOT DATA USER:GROUP FOLDER CGROUP PROGRAM …      DATA, CGROUP: - for none
set -eu
path=$PATH
PATH=/usr/sbin:/usr/bin:/sbin:/bin
root=$1 data=$2 user=$3 folder=$4 cgroup=$5
shift 5
# The process that writes is the one that moves.
[ "$cgroup" = - ] || echo 0 >"$cgroup/cgroup.procs"
mkdir -p "$root/dev" "$root/proc"
mount --bind "$root" "$root"
mount -t tmpfs -o mode=0755,size=64k tmpfs "$root/dev"
for device in null zero random urandom; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=1777,size=64m tmpfs "$root/tmp"
[ "$data" = - ] || mount --bind "$data" "$root/data"
mount -o remount,bind,ro "$root"
PATH=$path exec /usr/bin/unshare --root="$root" --wd="$folder" --setgid="${user#*:}" --setuid="${user%:*}" "$@"
