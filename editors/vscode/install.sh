#!/usr/bin/env bash
# usage: install.sh FILE.vsix
# Installs the packed extension into each VS Code, VSCodium and code-server in PATH. Without any it says what to do and
# fails.
set -euo pipefail
file=$(realpath "$1")
found=''
for editor in code code-insiders codium codium-insiders code-server; do
  command -v "$editor" >/dev/null || continue
  "$editor" --install-extension "$file" --force
  echo "installed into $(command -v "$editor")"
  found=1
done
[ -n "$found" ] && exit
echo "no code, codium or code-server in PATH. Install the extension from the editor's Extensions view, menu item" >&2
echo "'Install from VSIX...': $file" >&2
exit 1
