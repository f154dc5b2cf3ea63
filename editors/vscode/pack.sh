#!/usr/bin/env bash
# usage: pack.sh FIMD FILE.vsix [DIR]
# Packs the extension into FILE.vsix, with the settings that the program FIMD knows. The npm packages that build it are
# installed in DIR by the lock file (default: build/vscode of this checkout; 10 s, 40 MB, nothing the second time).
# Needs npm, node 18 and cmake.
set -euo pipefail
from=$(cd "$(dirname "$0")" && pwd)
fimd=$(realpath "$1") file=$(realpath -m "$2") tools=$(realpath -m "${3:-$from/../../build/vscode}")
export npm_config_cache=$tools/npm  # and its logs: nothing is left in the home folder

if ! cmp -s "$from/package-lock.json" "$tools/ready"; then
  rm -rf "$tools"
  mkdir -p "$tools"
  cp "$from/package.json" "$from/package-lock.json" "$from/.npmrc" "$tools"
  (cd "$tools" && npm ci --ignore-scripts --no-audit --no-fund && cp package-lock.json ready)
fi

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp -r "$from/src" "$from/tsconfig.json" "$from/package.json" "$stage"
ln -s "$tools/node_modules" "$stage/node_modules"
(cd "$stage" && npm run --silent check && npm run --silent build)

packed=$stage/packed
mkdir -p "$packed/extension"
cp -r "$stage/out" "$from/media" "$from/README.md" "$packed/extension"
cp "$from/../../LICENSE" "$packed/extension/LICENSE.txt"
node "$from/manifest.mjs" "$fimd" "$packed"
mkdir -p "$(dirname "$file")"
rm -f "$file"
cd "$packed"
cmake -E tar cf "$file" --format=zip extension extension.vsixmanifest '[Content_Types].xml'
echo "packed: $file"
