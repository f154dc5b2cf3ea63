#!/usr/bin/env bash
# Fetches the sources of the tree-sitter runtime and of the grammars into grammars/node_modules, at the versions and
# with the checksums of package-lock.json. Does nothing when they are there already. CMake runs it by itself.
set -eu
cd "$(dirname "$0")"

stop() {
  echo "fimd: cannot fetch the tree-sitter grammars: $1" >&2
  exit 1
}

# Two configurations may start at once; only one may write the folder.
exec 9<package-lock.json
if command -v flock >/dev/null 2>&1; then flock 9; fi

want=$(sha256sum package-lock.json)
want=${want%% *}
stamp=node_modules/.fimd-stamp
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then exit 0; fi

command -v npm >/dev/null 2>&1 ||
  stop "npm is not installed. Install it (Debian: apt-get install npm), then run this again: $PWD/fetch.sh"

echo "fimd: fetching the tree-sitter grammars ..." >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! npm ci --ignore-scripts --omit=peer --no-audit --no-fund >"$log" 2>&1; then
  grep -v 'npm warn' "$log" >&2 || true
  stop "npm could not install them (see above). Check the network, the proxy and 'npm config get registry', then run this again: $PWD/fetch.sh"
fi

# The prebuilt binaries for node are most of the bytes and of no use here.
rm -rf node_modules/*/prebuilds node_modules/@*/*/prebuilds node_modules/*/*.wasm node_modules/@*/*/*.wasm
echo "$want" >"$stamp"
