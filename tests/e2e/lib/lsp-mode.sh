#!/usr/bin/env bash
# usage: lsp-mode.sh DIR
# Unpacks lsp-mode 10 from a newer Debian suite, eglot from Debian 12 (later Emacs has it built in), and the Lisp packages
# they need into DIR/suite, for the system's own Emacs (28.1 or later). Nothing is installed. Does nothing the second time.
set -euo pipefail
dir=$(mkdir -p "$1" && cd "$1" && pwd)
packages=""
for each in lsp-mode dash f s ht spinner markdown-mode lv; do packages="$packages elpa-$each/forky"; done
for each in eglot project xref seq; do packages="$packages elpa-$each/bookworm"; done
if [ "$(cat "$dir/ready" 2>/dev/null)" = "$packages" ]; then exit 0; fi

mirror=$(awk 'tolower($1) == "uris:" { print $2; exit } $1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /:\/\//) { print $i; exit } }' \
  $(ls /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null))
rm -rf "$dir/apt" "$dir/suite"
mkdir -p "$dir/apt/lists/partial" "$dir/apt/cache/archives/partial" "$dir/suite"
for each in forky bookworm; do
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $each main"
done >"$dir/apt/sources.list"
touch "$dir/apt/status"
# apt with lists of its own, so that the system's stay as they are.
get() {
  (cd "$dir/apt" && apt-get -q -o Dir::Etc::SourceList="$dir/apt/sources.list" -o Dir::Etc::SourceParts=- \
    -o Dir::State::Lists="$dir/apt/lists" -o Dir::State::Status="$dir/apt/status" -o Dir::Cache="$dir/apt/cache" \
    -o Acquire::Check-Valid-Until=false -o Acquire::Retries=3 -o Acquire::Languages=none -o APT::Sandbox::User=root "$@")
}
get update
# shellcheck disable=SC2086
get download $packages
for each in "$dir"/apt/*.deb; do dpkg -x "$each" "$dir/suite"; done
rm -rf "$dir/apt"
echo "$packages" >"$dir/ready"
