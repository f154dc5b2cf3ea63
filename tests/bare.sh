#!/usr/bin/env bash
# usage: tests/bare.sh [COMMAND...]        as root; default: editors/install.sh, then editors/install.sh again
#        tests/bare.sh --deb               makes the Debian package here, and runs tests/deb.sh with it there
# Runs commands of this repository's last commit on a system that has nothing: a minimal Debian made by mmdebstrap in
# FIMD_BARE (default: a new folder below /tmp, removed at the end), with this machine's mirrors and certificates.
# Not part of run.sh: it takes minutes and needs root.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
bare=${FIMD_BARE:-$(mktemp -d /tmp/fimd-bare.XXXXXX)}
[ $# -gt 0 ] || set -- editors/install.sh editors/install.sh
[ "$(id -u)" = 0 ] || { echo "bare.sh: needs root for a root file system" >&2; exit 1; }
command -v mmdebstrap >/dev/null || { echo "bare.sh: apt-get install mmdebstrap" >&2; exit 1; }
if [ -z "${FIMD_BARE-}" ]; then trap 'rm -rf --one-file-system "$bare"' EXIT; fi
package=''
if [ "$1" = --deb ]; then
  for tool in dpkg-shlibdeps file; do
    command -v $tool >/dev/null || { echo "bare.sh: apt-get install dpkg-dev file" >&2; exit 1; }
  done
  rm -f "$root"/build/fimd_*.deb
  (cd "$root" && cmake --preset release && cmake --build build --target deb) >&2
  package=$(ls "$root"/build/fimd_*.deb)
  set -- "tests/deb.sh /fimd.deb"
fi

. /etc/os-release
if [ ! -e "$bare/etc/debian_version" ]; then
  mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' "$VERSION_CODENAME" "$bare" \
    /etc/apt/sources.list.d/debian.sources
fi
cp /etc/resolv.conf /etc/hosts "$bare/etc/"
mkdir -p "$bare/usr/local/share/ca-certificates" "$bare/etc/ssl/certs"
cp /usr/local/share/ca-certificates/*.crt "$bare/usr/local/share/ca-certificates/" 2>/dev/null || true
rm -rf "$bare/fimd"
git clone --quiet --no-hardlinks "$root" "$bare/fimd"

if [ -n "$package" ]; then cp "$package" "$bare/fimd.deb"; fi

environment="PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LANG=C.UTF-8"
for name in http_proxy https_proxy no_proxy SSL_CERT_FILE NODE_EXTRA_CA_CERTS PIP_CERT; do
  if [ -n "${!name-}" ]; then environment="$environment $name=${!name}"; fi
done
for command in "$@"; do
  echo "--- $command"
  from=$SECONDS status=0
  # shellcheck disable=SC2016,SC2086
  unshare --mount --pid --fork --kill-child -- sh -c '
    mount --make-rprivate / && mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" || exit 1
    root=$1 command=$2; shift 2
    exec chroot "$root" /usr/bin/env -i "$@" bash -c "cd /fimd && $command"' \
    sh "$bare" "$command" $environment </dev/null || status=$?
  echo "--- status $status, $((SECONDS - from)) s"
  [ "$status" = 0 ] || exit "$status"
done
