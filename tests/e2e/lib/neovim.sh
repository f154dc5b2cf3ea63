#!/usr/bin/env bash
# usage: neovim.sh DIR [SUITE]     (forky: 0.12, the default; trixie: 0.10)
# Unpacks the Neovim of a newer Debian suite into DIR, beside the system's own packages, and writes DIR/nvim, which
# starts it with the C library it came with. Needs mmdebstrap and patchelf; 4 s and 60 MB; does nothing the second time.
# DIR is written into the program and cannot be moved afterwards.
set -euo pipefail
dir=$(mkdir -p "$1" && cd "$1" && pwd)
suite=${2:-forky}
if [ "$(cat "$dir/ready" 2>/dev/null)" = "$dir $suite" ]; then exit 0; fi

mirror=$(awk 'tolower($1) == "uris:" { print $2; exit } $1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /:\/\//) { print $i; exit } }' \
  $(ls /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null))
rm -rf "$dir/suite"
mmdebstrap --quiet --variant=extract --include=neovim --aptopt='Acquire::Check-Valid-Until "false"' \
  --aptopt='Acquire::Retries "3"' --aptopt='APT::Install-Recommends "false"' "$suite" "$dir/suite" "$mirror"

libraries=$(cd "$dir"/suite/usr/lib/*-linux-gnu && pwd)
loader=$(find "$libraries" "$dir"/suite/usr/lib* -maxdepth 1 -name 'ld-linux-*.so.*' | head -n 1)
patchelf --force-rpath --set-rpath "$libraries:$libraries/lua/5.1" --set-interpreter "$loader" "$dir/suite/usr/bin/nvim"
cat >"$dir/nvim" <<END
#!/bin/sh
VIMRUNTIME=$dir/suite/usr/share/nvim/runtime exec $dir/suite/usr/bin/nvim "\$@"
END
chmod +x "$dir/nvim"
"$dir/nvim" --version
echo "$dir $suite" >"$dir/ready"
