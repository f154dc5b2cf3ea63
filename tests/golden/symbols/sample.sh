#!/usr/bin/env bash
# Packs what was built.
set -eu
source ./common.sh
. "$HOME/.packrc"

readonly LIMIT=10
export TARGET=${1:-release}
verbose=0
declare -A sizes=([a]=1)

# Prints a message and ends.
die() {
  local message=$1
  echo "pack: $message" >&2
  exit 1
}

function pack {
  local file
  for file in "$@"; do
    tar -cf "$file.tar" "$file" || die "no $file"
  done
}

case $TARGET in
  release) pack build ;;
  *) die "what is ${TARGET}?" ;;
esac
