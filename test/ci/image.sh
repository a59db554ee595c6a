#!/bin/bash
# Builds the image's cpu target and puts a study through its file tree, without a container engine and a registry:
# Debian's buildah builds it with chroot isolation, on a base of Debian's packages with the Node of package.json and this
# machine's npm in place of the registry's Node image. run-image.ts then runs what came of it. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
PATH="$PWD/node_modules/.bin:$PATH"
# shellcheck source=/dev/null
. /etc/os-release
work=$(mktemp -d)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/spinegrade-ci
base=$cache/base-$VERSION_CODENAME.tar
store=(--root "$work/store" --runroot "$work/run" --storage-driver overlay)
clean_up() {
  buildah "${store[@]}" umount --all >/dev/null 2>&1 || true
  # buildah leaves the folder of its layers mounted on itself.
  cut -d' ' -f2 /proc/mounts | grep -F "$work/" | tac | xargs -r umount
  rm -rf "$work"
}
trap clean_up EXIT

for program in buildah debootstrap; do
  command -v "$program" >/dev/null || needed+=("$program")
done
if [ -n "${needed:-}" ]; then
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${needed[@]}"
fi

# Where this machine's files lie on an overlay themselves, layers have to be copied.
buildah "${store[@]}" from --name probe scratch >/dev/null 2>&1 && buildah "${store[@]}" mount probe >/dev/null 2>&1 ||
  store=(--root "$work/copies" --runroot "$work/run-copies" --storage-driver vfs)

if [ ! -e "$base" ]; then
  # From where this machine has its packages.
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $VERSION_CODENAME" | head -1)
  debootstrap --variant=minbase "$VERSION_CODENAME" "$work/base" "$mirror" >"$work/debootstrap.log" ||
    { tail "$work/debootstrap.log" >&2; exit 1; }
  rm -rf "$work"/base/var/cache/apt/archives/*.deb "$work"/base/var/lib/apt/lists/*
  mkdir -p "$cache"
  tar -C "$work/base" -cf "$base.part" . && mv "$base.part" "$base"
  rm -rf "$work/base"
fi

version=$(node -p process.versions.node)
mkdir -p "$work/node/bin" "$work/node/lib/node_modules" "$work/certificates"
cp -L "$(command -v node)" "$work/node/bin/node"
cp -a "$(dirname "$(readlink -f "$(command -v npm)")")/.." "$work/node/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$work/node/bin/npm"
cp /etc/ssl/certs/ca-certificates.crt "$work/certificates/"
buildah "${store[@]}" from --name base scratch >/dev/null
buildah "${store[@]}" add --quiet base "$base" / >/dev/null
buildah "${store[@]}" add --quiet base "$work/node" /usr/local >/dev/null
buildah "${store[@]}" add --quiet base "$work/certificates" /etc/ssl/certs >/dev/null
buildah "${store[@]}" commit --quiet --rm base "localhost/node:$version" >/dev/null

# npm in the build asks whom npm asks here.
{
  cat "$(npm config get userconfig)" 2>/dev/null || true
  echo
  echo 'cafile=/etc/ssl/certs/ca-certificates.crt'
} >"$work/npmrc"
buildah "${store[@]}" build --isolation chroot --format docker --target cpu \
  --build-arg "NODE_IMAGE=localhost/node:$version" --secret "id=npmrc,src=$work/npmrc" \
  --build-arg "VERSION=$(node -p 'require("./package.json").version')" --build-arg REVISION=tested \
  --tag spinegrade:tested . >"$work/build.log" 2>&1 || { tail -40 "$work/build.log" >&2; exit 1; }
grep ' MiB ' "$work/build.log"

container=$(buildah "${store[@]}" from spinegrade:tested)
buildah "${store[@]}" inspect --type image spinegrade:tested >"$work/image.json"
node test/ci/run-image.ts "$(buildah "${store[@]}" mount "$container")" "$work/image.json"
