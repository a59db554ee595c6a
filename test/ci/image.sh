#!/bin/bash
# Builds the image's cpu target without a registry and puts a study through a container of it: Debian's Podman builds it
# on a base of Debian's packages with the Node of package.json and this machine's npm in place of the registry's Node
# image, and runs it by runc. run-image.ts then runs containers of it. Needs root.
#   bash test/ci/image.sh                  for this machine's processor, with a study through a container
#   ARCH=arm64 bash test/ci/image.sh       for another one, where the kernel hands its programs to an emulator that it keeps
#                                          open (binfmt_misc with the flag F; QEMU 10 or newer): all but the service
set -euo pipefail
cd "$(dirname "$0")/../.."
PATH="$PWD/node_modules/.bin:$PATH"
# shellcheck source=/dev/null
. /etc/os-release
work=$(mktemp -d)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/spinegrade-ci
native=$(dpkg --print-architecture)
arch=${ARCH:-$native}
base=$cache/base-$VERSION_CODENAME-$arch.tar

needed=()
command -v podman >/dev/null && command -v buildah >/dev/null || needed+=(podman buildah)
command -v runc >/dev/null || needed+=(runc)
command -v debootstrap >/dev/null || needed+=(debootstrap)
if [ ${#needed[@]} -gt 0 ]; then
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${needed[@]}"
fi

# A store of its own; limits of processes below those of this machine, which Podman would raise.
cat >"$work/containers.conf" <<END
[containers]
default_ulimits = ["nofile=16384:16384", "nproc=16384:16384"]
netns = "host"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
END
store() { # driver
  printf '[storage]\ndriver = "%s"\ngraphroot = "%s"\nrunroot = "%s"\n' "$1" "$work/store-$1" "$work/run-$1" \
    >"$work/storage.conf"
}
export CONTAINERS_CONF=$work/containers.conf CONTAINERS_STORAGE_CONF=$work/storage.conf
clean_up() {
  podman rm --all --force --time 0 >/dev/null 2>&1 || true
  podman image umount --all >/dev/null 2>&1 || true
  # The folder of layers stays mounted on itself.
  (cut -d" " -f2 /proc/mounts | grep -F "$work/" | tac | xargs -r umount) || true
  rm -rf "$work"
}
trap clean_up EXIT
# Where this machine's files lie on an overlay themselves, layers have to be copied.
store overlay
tar -C "$work" -c containers.conf | podman import --quiet - localhost/probe >/dev/null 2>&1 &&
  podman image mount localhost/probe >/dev/null 2>&1 || store vfs

if [ ! -e "$base" ]; then
  # From where this machine has its packages.
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $VERSION_CODENAME" | head -1)
  debootstrap --arch="$arch" --variant=minbase "$VERSION_CODENAME" "$work/base" "$mirror" >"$work/debootstrap.log" ||
    { tail "$work/debootstrap.log" >&2; exit 1; }
  rm -rf "$work"/base/var/cache/apt/archives/*.deb "$work"/base/var/lib/apt/lists/*
  mkdir -p "$cache"
  tar -C "$work/base" -cf "$base.part" . && mv "$base.part" "$base"
  rm -rf "$work/base"
fi

version=$(node -p process.versions.node)
context=$work/context
mkdir -p "$context/node/bin" "$context/node/lib/node_modules"
if [ "$arch" = "$native" ]; then
  cp -L "$(command -v node)" "$context/node/bin/node"
else
  # The package that npm would install on such a machine.
  (cd "$work" && npm pack --silent "node-linux-$arch@$version" >/dev/null && tar -xzf "node-linux-$arch-$version.tgz")
  mv "$work/package/bin/node" "$context/node/bin/node"
fi
cp -a "$(dirname "$(readlink -f "$(command -v npm)")")/.." "$context/node/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$context/node/bin/npm"
cp /etc/ssl/certs/ca-certificates.crt "$context/"
cp "$base" "$context/base.tar"
printf '%s\n' 'FROM scratch' 'ADD base.tar /' 'COPY node /usr/local' 'COPY ca-certificates.crt /etc/ssl/certs/' \
  >"$context/Dockerfile"
podman build --arch "$arch" --quiet --tag "localhost/node:$version" "$context" >/dev/null
rm -rf "$context"

# npm in the build asks whom npm asks here.
{
  cat "$(npm config get userconfig)" 2>/dev/null || true
  echo
  echo 'cafile=/etc/ssl/certs/ca-certificates.crt'
} >"$work/npmrc"
podman build --arch "$arch" --isolation chroot --format docker --target cpu \
  --build-arg "NODE_IMAGE=localhost/node:$version" --secret "id=npmrc,src=$work/npmrc" \
  --build-arg "VERSION=$(node -p 'require("./package.json").version')" --build-arg REVISION=tested \
  --tag spinegrade:tested . >"$work/build.log" 2>&1 || { tail -40 "$work/build.log" >&2; exit 1; }
grep ' MiB ' "$work/build.log"

if [ "$arch" = "$native" ]; then
  node test/ci/run-image.ts spinegrade:tested
else
  node test/ci/run-image.ts spinegrade:tested --without-service
fi
