#!/bin/sh
# Makes RabbitMQ versions startable on Debian or Ubuntu: install-rabbitmq.sh 3.10 4.0 4.3
#
# The version that this system's apt offers is installed as a package, without its service. Every
# other one becomes a root folder in the cache, where the testkit finds it. A second run is quick.
set -eu
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

cache=${ARTEL_CACHE:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/artel-events}/rabbitmq
log=$(mktemp)
policy=
building=
trap 'rm -f "$log" "$policy" && rm -rf --one-file-system "$building"' EXIT
trap 'exit 1' HUP INT TERM

fail() {
  tail -n 15 "$log" >&2
  echo "install-rabbitmq: $*" >&2
  exit 1
}

suite_with() {
  case $1 in
    3.10) echo bookworm ;;
    4.0) echo trixie ;;
    4.3) echo forky ;;
    *) fail "no Debian suite with RabbitMQ $1 is known; ask for 3.10, 4.0 or 4.3." ;;
  esac
}

# The rabbitmq-server package in the root folder $1; empty where there is none.
installed_in() {
  dpkg-query --admindir="$1/var/lib/dpkg" -W -f '${db:Status-Status} ${Version}' rabbitmq-server 2>>"$log" |
    sed -n 's/^installed //p'
}

offered() {
  apt-cache policy rabbitmq-server | sed -n 's/^ *Candidate: //p'
}

# Whether the package version $1 belongs to the RabbitMQ version $2.
belongs() {
  case ${1#*:} in "$2" | "$2"[.-]*) ;; *) return 1 ;; esac
}

packages() {
  apt-get update >>"$log" 2>&1 || fail "apt-get update failed; see to the network and apt's sources, then run this again."
  apt-get install -y --no-install-recommends "$@" >>"$log" 2>&1 ||
    fail "apt-get could not install $*; the lines above say why."
}

install_package() {
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    policy=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
  fi
  packages rabbitmq-server
  update-rc.d rabbitmq-server disable >>"$log" 2>&1 || fail "the service rabbitmq-server could not be disabled."
  rm -f "$policy"
  policy=
}

# debootstrap's script for sid does for the suites that are newer than debootstrap itself. Without a
# Debian mirror among apt's sources debootstrap takes its own. The mounts that it makes end with it.
build_root() {
  suite=$(suite_with "$1") || exit 1
  [ -x /usr/sbin/debootstrap ] && [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] ||
    packages debootstrap debian-archive-keyring
  script=$suite
  [ -e "/usr/share/debootstrap/scripts/$suite" ] || script=sid
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Label: Debian' | head -n 1)
  building=$cache/.building-$1
  rm -rf --one-file-system "$building" # of a run that was killed
  unshare --mount debootstrap --force-check-gpg --variant=minbase --include=rabbitmq-server \
    "$suite" "$building" "$mirror" "$script" >>"$log" 2>&1 ||
    fail "debootstrap could not build RabbitMQ $1 in $building; it needs root, the right to mount, and a Debian mirror with the suite $suite."
  belongs "$(installed_in "$building")" "$1" ||
    fail "the suite $suite now has RabbitMQ $(installed_in "$building") instead of $1; change the versions asked for."
  rm -f "$building"/var/cache/apt/archives/*.deb
  echo '127.0.0.1 localhost' >"$building/etc/hosts"
  know_this_machine "$building"
  mv "$building" "$cache/$1"
  building=
}

# The broker looks up this machine's name for each connection, which takes seconds where it is unknown.
know_this_machine() {
  grep -qw "$(uname -n)" "$1/etc/hosts" || echo "127.0.0.1 $(uname -n)" >>"$1/etc/hosts"
}

provided() {
  if belongs "$(installed_in "")" "$1"; then
    echo "RabbitMQ $1: installed, $(installed_in "")"
  elif [ -d "$cache/$1" ]; then
    know_this_machine "$cache/$1"
    echo "RabbitMQ $1: $cache/$1, $(installed_in "$cache/$1")"
  else
    return 1
  fi
}

install() {
  echo "RabbitMQ $1: installing, which takes about a minute ..."
  [ -n "$(offered)" ] || apt-get update >>"$log" 2>&1 || fail "apt-get update failed; see to the network and apt's sources, then run this again."
  if [ -z "$(installed_in "")" ] && belongs "$(offered)" "$1"; then
    install_package
  else
    build_root "$1"
  fi
}

[ $# -gt 0 ] || fail "name the versions wanted, for example: $0 3.10 4.3"
command -v apt-get >/dev/null || fail "only Debian and Ubuntu are known here; use Docker, or set ARTEL_AMQP_URI to a running broker."

missing=
for version; do
  provided "$version" || missing="$missing $version"
done
# Clusters are put on networks of their own with it.
ip=$(command -v ip || true)
[ -n "$missing" ] || [ -z "$ip" ] || exit 0

[ "$(id -u)" = 0 ] || fail "RabbitMQ${missing:- needs iproute2, which} can be installed by root only; run this as root, or use Docker."
mkdir -p "$cache"
exec 9>"$cache/.lock"
flock 9
[ -n "$ip" ] || packages iproute2
for version in $missing; do
  provided "$version" && continue
  install "$version"
  provided "$version"
done
