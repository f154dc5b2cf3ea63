#!/usr/bin/env bash
# usage: npm-client.sh DIR [PACKAGE]
# Installs the packages of tests/e2e/PACKAGE (client) into DIR by their lock file. Does nothing the second time.
set -euo pipefail
from=$(cd "$(dirname "$0")/../${2:-client}" && pwd)
mkdir -p "$1"
cd "$1"
if cmp -s "$from/package-lock.json" ready; then exit 0; fi
cp "$from/package.json" "$from/package-lock.json" .
npm ci --ignore-scripts --no-audit --no-fund
cp package-lock.json ready
