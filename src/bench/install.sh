#!/bin/sh
# Installs what the bench compares with: Debian's packages where there is apt-get and root, the Node peers, the Spring peer,
# and the demo provider. May be run again. Packages that would start a server are told not to (RUNLEVEL=1). oauth2-proxy and
# lua-resty-openidc are in no registry used here: put `oauth2-proxy` on PATH, `luarocks install lua-resty-openidc` (or name its
# sources and those of what it requires in LUA_PATH), and the bench takes them along.
set -eu
cd "$(dirname "$0")/../.."

packages="nginx-light haproxy apache2 libapache2-mod-auth-openidc wrk redis-server libnginx-mod-http-lua lua-resty-core"
missing=
for package in $packages; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok' || missing="$missing $package"
done
if [ -n "$missing" ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq
    # shellcheck disable=SC2086
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null
  else
    echo "not installed, and this is not root on Debian:$missing" >&2
  fi
fi

npm ci --silent --no-audit --no-fund --prefix frontend-demo
npm ci --silent --no-audit --no-fund --prefix src/bench/peers/node
./mvnw -q -B -ntp -f src/bench/peers/spring/pom.xml package
./cloakroom --version
