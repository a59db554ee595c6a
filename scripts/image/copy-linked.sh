#!/bin/sh
# Copies below ROOT the libraries of the system that programs and libraries are linked with, where neither ROOT nor HAVE
# has them, each with what says of which package it is and under which licence.
#   copy-linked.sh ROOT HAVE BESIDE FILE …      BESIDE: the folder whose libraries are copied otherwise
set -eu
root=$1 have=$2 beside=$3
shift 3

linked=$(for file in "$@"; do LD_LIBRARY_PATH=$beside ldd "$file"; done)
# libcuda is of the driver: the machine that runs a container puts it there.
if printf '%s\n' "$linked" | grep 'not found' | grep -v 'libcuda\.so\.1 '; then
  echo "copy-linked: libraries are missing" >&2
  exit 1
fi
# "name => /path (address)", or "/path (address)" for the loader.
printf '%s\n' "$linked" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' | sort -u |
  while read -r library; do
    case "$library" in "$beside"/*) continue ;; esac
    place=$(readlink -f "$(dirname "$library")")
    [ ! -e "$have$place/${library##*/}" ] || continue
    mkdir -p "$root$place"
    cp -L "$library" "$root$place/"
    # Scanners read which package a library is of, and people under which licence, where such images have it.
    owner=$(dpkg -S "$library" 2>/dev/null || dpkg -S "/usr$library" 2>/dev/null || true)
    package=${owner%%:*}
    if [ -n "$package" ] && [ ! -e "$root/var/lib/dpkg/status.d/$package" ]; then
      mkdir -p "$root/var/lib/dpkg/status.d" "$root/usr/share/doc/$package"
      dpkg-query -s "$package" >"$root/var/lib/dpkg/status.d/$package"
      [ ! -e "/usr/share/doc/$package/copyright" ] ||
        cp -L "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/"
    fi
  done
