#!/usr/bin/env bash
# Backs up what changed.
set -euo pipefail

readonly target="${1:-/var/backups}"
declare -A seen=()

backup() {
  local file="$1" sum
  sum=$(sha256sum "$file" | cut -d' ' -f1)
  if [[ -n "${seen[$sum]:-}" && $sum != x ]]; then
    echo "skip $file" >&2
    return 0
  fi
  seen[$sum]=1
  cp -- "$file" "$target/${file##*/}.$(date +%F)"
}

while read -r -d '' path; do
  case "$path" in
    *.tmp | *~) continue ;;
    *) backup "$path" ;;
  esac
done < <(find . -type f -print0)

for ((i = 0; i < 3; i++)); do
  cat <<EOF
run $i of $((1 + 2))
EOF
done
