#!/bin/sh
# The test bench of compose.yaml:
#   test-bench.sh up        makes what secrets are missing, builds the image and starts everything; says where it is
#   test-bench.sh down      stops it; studies, reports and metrics stay
#   test-bench.sh destroy   stops it and removes them
#   test-bench.sh secrets   makes the secrets only
# COMPOSE="podman compose" uses another program than docker compose.
set -eu
cd "$(dirname "$0")/.."
compose=${COMPOSE:-docker compose}
secrets=deploy/secrets

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
secret() { # name, content; one that is there stays
  [ -s "$secrets/$1" ] || { printf '%s\n' "$2" >"$secrets/$1"; chmod 0444 "$secrets/$1"; }
}

make_secrets() {
  # Containers read the files by mounts of their own; on the machine nobody passes the folder but its owner.
  (umask 077 && mkdir -p "$secrets")
  secret postgres-password "$(random)"
  secret database-url "postgresql://spinegrade:$(cat "$secrets/postgres-password")@postgres:5432/spinegrade"
  secret orthanc-password "$(random)"
  secret orthanc-users.json "{ \"RegisteredUsers\": { \"spinegrade\": \"$(cat "$secrets/orthanc-password")\" } }"
  secret log-pseudonym-key "$(random)"
  secret api-key "$(random)"
  secret api-keys "bench read,analyze,admin $(cat "$secrets/api-key")"
  secret grafana-password "$(random)"
}

say() {
  at=${BIND_ADDRESS:-127.0.0.1}
  cat <<END
spinegrade   http://$at:8080  key in $secrets/api-key
archive      http://$at:8042  user spinegrade, password in $secrets/orthanc-password; DICOM at $at:4242, AE TESTBENCH
Grafana      http://$at:3000  user admin, password in $secrets/grafana-password
Prometheus   http://$at:9090
Alertmanager http://$at:9093
END
}

case "${1:-}" in
  secrets) make_secrets ;;
  up)
    make_secrets
    # An image that is named, such as one of a release, is taken as it is.
    if [ -n "${SPINEGRADE_IMAGE:-}" ]; then build=--no-build; else build=--build; fi
    $compose up --detach $build --wait
    say
    ;;
  down) $compose down ;;
  destroy) $compose down --volumes ;;
  *)
    sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
