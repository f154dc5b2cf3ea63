#!/usr/bin/env bash
# usage: npm-client.sh DIR
# Installs the packages of tests/e2e/client into DIR by their lock file. Does nothing the second time.
set -euo pipefail
from=$(cd "$(dirname "$0")/../client" && pwd)
mkdir -p "$1"
cd "$1"
if cmp -s "$from/package-lock.json" ready; then exit 0; fi
cp "$from/package.json" "$from/package-lock.json" .
npm ci --ignore-scripts --no-audit --no-fund
cp package-lock.json ready
