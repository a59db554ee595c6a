#!/bin/sh
# Lays out below ROOT what Node and the native packages need of the system: the program, the libraries they are linked
# with, a user. No shell, no package manager, no npm.
#   lay-out-root.sh ROOT NODE_MODULES
set -eu
root=$1
packages=$2

mkdir -p "$root/usr/local/bin" "$root/etc" "$root/tmp" "$root/var/lib/dpkg/status.d"
chmod 1777 "$root/tmp"
# Where libraries are looked for, as this system has it.
for folder in /lib /lib64; do
  if [ -L "$folder" ]; then
    mkdir -p "$root/$(readlink -f "$folder")"
    ln -s "$(readlink "$folder")" "$root$folder"
  fi
done

node=$(command -v node)
cp -L "$node" "$root/usr/local/bin/node"
for licence in "$(dirname "$node")/../LICENSE" "$(dirname "$node")/../share/doc/node/LICENSE"; do
  [ ! -e "$licence" ] || cp -L "$licence" "$root/usr/local/LICENSE.node"
done

native=$(find "$packages" -type f \( -name '*.node' -o -name '*.so' -o -name '*.so.*' \))
# shellcheck disable=SC2086 # a list of paths without spaces
sh "$(dirname "$0")/copy-linked.sh" "$root" /nothing "$packages" "$node" $native

# Scanners take the release from the one, the NVIDIA runtime the folder of its libraries from the other.
cp -L /etc/os-release /etc/debian_version "$root/etc/"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
echo 'spinegrade:x:10001:10001:spinegrade:/nonexistent:/nonexistent' >"$root/etc/passwd"
echo 'spinegrade:x:10001:' >"$root/etc/group"
