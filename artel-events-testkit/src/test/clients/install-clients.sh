#!/bin/sh
# Provides the clients in other languages, at the versions pinned beside this script, in the cache.
# Python and Node come from Debian or Ubuntu where they are missing. A second run is quick.
set -eu
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
cache=${ARTEL_CACHE:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/artel-events}/clients
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 1' HUP INT TERM

fail() {
  tail -n 15 "$log" >&2
  echo "install-clients: $*" >&2
  exit 1
}

packages() {
  command -v apt-get >/dev/null || fail "$* is missing, and only Debian and Ubuntu are known here; install it."
  [ "$(id -u)" = 0 ] || fail "$* is missing, and can be installed by root only; run this as root."
  apt-get update >>"$log" 2>&1 || fail "apt-get update failed; see to the network and apt's sources, then run this again."
  apt-get install -y --no-install-recommends "$@" >>"$log" 2>&1 ||
    fail "apt-get could not install $*; the lines above say why."
}

# Whether what is installed has these pins; their copy appears when the installation is complete.
pinned() {
  cmp -s "$here/$1" "$cache/$1"
}

install_python() {
  echo "Clients in Python: installing ..."
  python3 -c 'import ensurepip, venv' 2>>"$log" || packages python3-venv
  rm -rf "$cache/python"
  python3 -m venv "$cache/python" >>"$log" 2>&1 || fail "python3 could not make an environment in $cache/python."
  "$cache/python/bin/python" -m pip install --no-deps -r "$here/python/requirements.txt" >>"$log" 2>&1 ||
    fail "pip could not install the clients of $here/python/requirements.txt."
  cp "$here/python/requirements.txt" "$cache/python/"
}

install_node() {
  echo "Clients in JavaScript: installing ..."
  command -v npm >/dev/null || packages nodejs npm
  rm -rf "$cache/node" "$cache/.node"
  mkdir "$cache/.node"
  cp "$here/node/package.json" "$here/node/package-lock.json" "$cache/.node/"
  npm ci --prefix "$cache/.node" --ignore-scripts --no-audit --no-fund >>"$log" 2>&1 ||
    fail "npm could not install the clients of $here/node/package-lock.json."
  mv "$cache/.node" "$cache/node"
}

mkdir -p "$cache"
exec 9>"$cache/.lock"
flock 9
if ! pinned python/requirements.txt || ! "$cache/python/bin/python" -c '' 2>>"$log"; then
  install_python
fi
if ! pinned node/package-lock.json || ! command -v node >/dev/null; then
  install_node
fi
echo "Clients in Python and JavaScript: $cache"
