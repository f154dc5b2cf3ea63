# Sourced by editors/install.sh and tests/run.sh: Debian packages, and how to get the missing ones.
#
# npm only fetches the grammars' sources, with its lock file's integrity hashes. Debian's npm is 369 small packages,
# 31 MB and 21 s on two cores, a tenth of the time of the whole installation; it is not installed where an npm is there.

FIMD_BUILD_PACKAGES="g++ cmake ninja-build ccache git ca-certificates npm libboost1.81-dev nlohmann-json3-dev
  libcurl4-openssl-dev libspdlog-dev libfmt-dev libexpected-dev libsqlite3-dev libcli11-dev"
# mmdebstrap and patchelf unpack a newer Neovim and llama-server beside the system's own packages.
FIMD_TEST_PACKAGES="libgtest-dev libgmock-dev libbenchmark-dev nodejs python3 python3-venv tmux neovim mmdebstrap patchelf"

# missing_packages NAME...: those that dpkg does not know as installed. A program that is there without its package
# (a node or cmake of another origin) counts as there.
missing_packages() {
  local name missing=""
  for name in "$@"; do
    case "$name" in
      npm|cmake|git|python3) command -v "$name" >/dev/null 2>&1 && continue ;;
      nodejs) command -v node >/dev/null 2>&1 && continue ;;
      ninja-build) command -v ninja >/dev/null 2>&1 && continue ;;
    esac
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $name"
  done
  printf '%s' "${missing# }"
}

# install_packages NAME...: installs what is missing, as root or through sudo; otherwise prints the command to run
# and returns 1.
install_packages() {
  local missing sudo=""
  missing=$(missing_packages "$@")
  [ -z "$missing" ] && return 0
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
      sudo="sudo -n"
    else
      echo "fimd: these packages are missing; run this, then start again:" >&2
      echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $missing" >&2
      return 1
    fi
  fi
  $sudo apt-get update -qq &&
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
}
