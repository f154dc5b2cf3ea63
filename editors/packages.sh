# Sourced by editors/install.sh and tests/run.sh: Debian packages, and how to get the missing ones.

FIMD_BUILD_PACKAGES="g++ cmake ninja-build ccache git ca-certificates npm libboost1.81-dev nlohmann-json3-dev
  libcurl4-openssl-dev libspdlog-dev libfmt-dev libexpected-dev libsqlite3-dev libcli11-dev"
FIMD_TEST_PACKAGES="libgtest-dev libgmock-dev libbenchmark-dev python3 python3-venv tmux neovim"

# install_packages NAME...: installs what dpkg does not know yet, as root or through sudo; otherwise prints the
# command to run and returns 1. A program that is there without its package (node, cmake) counts as there.
install_packages() {
  local missing="" name
  for name in "$@"; do
    case "$name" in
      npm|cmake|git|python3) command -v "$name" >/dev/null 2>&1 && continue ;;
    esac
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $name"
  done
  [ -z "$missing" ] && return 0
  local sudo=""
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
      sudo="sudo -n"
    else
      echo "fimd: these packages are missing; run this, then start again:" >&2
      echo "  sudo apt-get install -y --no-install-recommends$missing" >&2
      return 1
    fi
  fi
  $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
