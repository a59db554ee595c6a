#!/bin/sh
# Installs what a command needs and is missing: locked npm dependencies always; Debian packages by need.
#   setup.sh           demo: dependencies, Orthanc with its DICOMweb plugin
#   setup.sh test      the same plus the DICOM validators and encoders the tests run, and the browser that shows the page
#   setup.sh viewer    demo plus the browser in which the OHIF viewer is tested
#   setup.sh service   dependencies only (the service and the command line need no Debian package); what was installed
#                      with npm ci --omit=dev will do, on a Node of the machine that is new enough
# Silent when there is nothing to do.
set -eu
cd "$(dirname "$0")/.."

# The Node among the development dependencies, where they are installed; else the machine's.
PATH="$PWD/node_modules/.bin:$PATH"

installed() {
  cmp -s package-lock.json node_modules/.spinegrade-lock 2>/dev/null && return
  [ "$1" = service ] && command -v node >/dev/null 2>&1 && node scripts/production-installed.cjs
}

if ! installed "${1:-demo}"; then
  echo "setup: installing the locked npm dependencies" >&2
  npm ci --no-fund --no-audit --loglevel=error >&2
  cp package-lock.json node_modules/.spinegrade-lock
fi
node scripts/node-version.cjs

orthanc_plugin=/usr/share/orthanc/plugins/libOrthancDicomWeb.so
need=""
case "${1:-demo}" in
  service) ;;
  demo | test | viewer)
    command -v Orthanc >/dev/null 2>&1 && [ -e "$orthanc_plugin" ] || need="$need orthanc orthanc-dicomweb" ;;
esac
if [ "${1:-demo}" = viewer ] || [ "${1:-demo}" = test ]; then
  [ -x /usr/bin/chromium ] || need="$need chromium"
fi
if [ "${1:-demo}" = test ]; then
  command -v dsrdump >/dev/null 2>&1 || need="$need dcmtk"
  command -v gdcmconv >/dev/null 2>&1 || need="$need libgdcm-tools"
  command -v ojph_compress >/dev/null 2>&1 || need="$need openjph-tools"
  command -v cjpeg >/dev/null 2>&1 || need="$need libjpeg-turbo-progs"
  command -v dciodvfy >/dev/null 2>&1 || need="$need dicom3tools"
  [ -e /usr/share/java/pixelmed.jar ] || need="$need pixelmed-apps libpixelmed-java"
  [ -e /usr/share/java/Saxon-HE.jar ] || need="$need libsaxonhe-java"
  [ -e /usr/share/java/js.jar ] || need="$need librhino-java"
  command -v promtool >/dev/null 2>&1 || need="$need prometheus"
  command -v openssl >/dev/null 2>&1 || need="$need openssl"
  command -v java >/dev/null 2>&1 || need="$need default-jre-headless"
  if ! command -v initdb >/dev/null 2>&1 && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    need="$need postgresql"
  fi
  command -v prometheus >/dev/null 2>&1 || need="$need prometheus"
  command -v prometheus-alertmanager >/dev/null 2>&1 || need="$need prometheus-alertmanager"
fi
[ -n "$need" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "setup: installing Debian packages:$need" >&2
  {
    # The tests start a server of their own: the package must not start one.
    if [ "${need#*postgresql}" != "$need" ] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
      mkdir -p /etc/postgresql-common
      echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    fi
    # Nor those of Prometheus and its Alertmanager: Debian's packages ask this file whether they may.
    if [ ! -e /usr/sbin/policy-rc.d ]; then
      trap 'rm -f /usr/sbin/policy-rc.d' EXIT
      printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
      chmod 755 /usr/sbin/policy-rc.d
    fi
    apt-get update -q
    # shellcheck disable=SC2086 # a list of package names
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $need
  } >/tmp/spinegrade-setup.$$ 2>&1 || { cat /tmp/spinegrade-setup.$$ >&2; rm -f /tmp/spinegrade-setup.$$; exit 1; }
  rm -f /tmp/spinegrade-setup.$$
else
  echo "setup: missing:$need. Install with: sudo apt-get install$need (or, in place of Orthanc, run the container orthancteam/orthanc and point PACS_URL at its /dicom-web)" >&2
  exit 1
fi
