#!/usr/bin/env bash
# Unpacks llama-server, a server for GGUF models, from the Debian package llama.cpp-tools of a newer suite.
# usage: llama-server.sh [DIR [SUITE]]     (default: llama-server under the root of common.sh, forky)
#
# The system's own packages stay as they are: the package and its libraries, the C library among them, are unpacked
# into a folder of their own, and the programs there are told to use them. The folder must not be moved afterwards.
. "$(dirname "$0")/common.sh"
suite=${2:-forky}
folder=$(place "${1:-}" llama-server)
one_at_a_time "$folder"
program=$folder/usr/bin/llama-server
if [ "$(cat "$folder/.ready" 2>/dev/null)" = "$folder $suite" ] && "$program" --version >/dev/null 2>&1; then
  echo "$program"
  exit
fi
need mmdebstrap=mmdebstrap patchelf=patchelf

# The archive that this machine's own packages come from, wherever its sources name it.
archive() {
  local file
  for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list.d/*.sources; do
    [ -f "$file" ] && awk '$1 == "URIs:" { print $2 }' "$file"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -f "$file" ] && sed -n 's/^deb[[:space:]]\+\(\[[^]]*\][[:space:]]*\)\?\([^[:space:]]*\).*/\2/p' "$file"
  done
  return 0
}
from=$(archive | sed '/^$/d' | head -n 1)
[ -n "$from" ] || { say "llama-server.sh: no Debian package source on this machine"; exit 1; }

# Only what an earlier run of this script made is ever removed.
if [ -e "$folder/.unpacked" ]; then
  rm -rf "$folder"
elif [ -e "$folder" ] && ! rmdir "$folder" 2>/dev/null; then
  say "llama-server.sh: $folder is not empty and not of this script"
  exit 1
fi
part=$folder.part.$$
trap 'rm -rf "$part"' EXIT
for attempt in 1 2 3; do
  rm -rf "$part"
  mmdebstrap --quiet --variant=extract --include=llama.cpp-tools \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='APT::Install-Recommends "false"' \
    "$suite" "$part" "$from" >&2 && break
  [ $attempt = 3 ] && { say "llama-server.sh: unpacking failed three times"; exit 1; }
done
touch "$part/.unpacked"
mv "$part" "$folder"

libraries=$folder/usr/lib/$(uname -m)-linux-gnu
loader=$(find "$libraries" "$folder"/usr/lib* -maxdepth 1 -name 'ld-linux-*.so.*' | head -n 1)
for file in "$folder"/usr/bin/llama-*; do
  if [ ! -L "$file" ] && patchelf --print-interpreter "$file" >/dev/null 2>&1; then
    patchelf --force-rpath --set-rpath "$libraries:$libraries/llama" --set-interpreter "$loader" "$file"
  fi
done
for file in "$libraries"/llama/*.so "$libraries"/ggml/backends0/*.so; do
  patchelf --force-rpath --set-rpath "$libraries:$libraries/llama" "$file"
done
# The CPU backends are looked for at an absolute path, which is the system's, and beside the program.
for file in "$libraries"/ggml/backends0/*.so; do
  ln -sf "../lib/${libraries##*/}/ggml/backends0/${file##*/}" "$folder/usr/bin/"
done
"$program" --version >&2
echo "$folder $suite" >"$folder/.ready"
echo "$program"
