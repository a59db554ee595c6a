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
linked=$(for file in "$node" $native; do ldd "$file"; done)
if printf '%s\n' "$linked" | grep 'not found'; then
  echo "lay-out-root: libraries are missing" >&2
  exit 1
fi
# "name => /path (address)", or "/path (address)" for the loader.
printf '%s\n' "$linked" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' | sort -u |
  while read -r library; do
    case "$library" in "$packages"/*) continue ;; esac
    place="$root$(readlink -f "$(dirname "$library")")"
    mkdir -p "$place"
    cp -L "$library" "$place/"
    # Scanners read which package a library is of, and people under which licence, where such images have it.
    owner=$(dpkg -S "$library" 2>/dev/null || dpkg -S "/usr$library" 2>/dev/null || true)
    package=${owner%%:*}
    if [ -n "$package" ] && [ ! -e "$root/var/lib/dpkg/status.d/$package" ]; then
      dpkg-query -s "$package" >"$root/var/lib/dpkg/status.d/$package"
      mkdir -p "$root/usr/share/doc/$package"
      [ ! -e "/usr/share/doc/$package/copyright" ] ||
        cp -L "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/"
    fi
  done

# Scanners take the release from the one, the NVIDIA runtime the folder of its libraries from the other.
cp -L /etc/os-release /etc/debian_version "$root/etc/"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
echo 'spinegrade:x:10001:10001:spinegrade:/nonexistent:/nonexistent' >"$root/etc/passwd"
echo 'spinegrade:x:10001:' >"$root/etc/group"
