# Sourced by the scripts beside it: where things are kept, and how packages are found.
#
# Everything lands under $FIMD_MODELS (else $FIMD_TOOLS, else ~/.cache/fimd-tests) unless a script is told another place,
# is made once, and is found again by the next run. Each script prints the path of what it made on its standard output,
# and nothing else there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${FIMD_MODELS:-${FIMD_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/fimd-tests}}
mkdir -p "$root"
root=$(cd "$root" && pwd)

say() { printf '%s\n' "$*" >&2; }

# need PROGRAM=PACKAGE...: installs the packages whose program is missing.
need() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null 2>&1 || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} = 0 ] && return
  # shellcheck source=../../editors/packages.sh
  . "$here/../../editors/packages.sh"
  install_packages "${missing[@]}" >&2
}

# Holds a lock while the script runs, so that two test runs do not make the same thing at the same place.
one_at_a_time() {
  exec 9>"$(dirname "$1")/.$(basename "$1").lock"
  flock 9
}

# Where a script puts its result: the place it was given, or NAME under the root. Absolute, since some results hold it.
place() {
  local given=${1:-$root/$2}
  mkdir -p "$(dirname "$given")"
  echo "$(cd "$(dirname "$given")" && pwd)/$(basename "$given")"
}
