# shellcheck shell=bash disable=SC2034
# Sourced by editors/install.sh and tests/run.sh: Debian packages, and how to get the missing ones.
#
# npm only fetches the grammars' sources, with its lock file's integrity hashes. Debian's npm is 369 small packages,
# 31 MB and 21 s on two cores, a tenth of the time of the whole installation; it is not installed where an npm is there.

FIMD_BUILD_PACKAGES="g++ cmake ninja-build ca-certificates npm libboost1.81-dev nlohmann-json3-dev
  libcurl4-openssl-dev libspdlog-dev libfmt-dev libexpected-dev libsqlite3-dev libcli11-dev"
# ccache helps whoever builds twice; mmdebstrap and patchelf unpack a newer Neovim and llama-server beside the system's own packages;
# chromium and a font show VS Code.
FIMD_TEST_PACKAGES="ccache git libgtest-dev libgmock-dev libbenchmark-dev nodejs python3 python3-venv tmux neovim mmdebstrap patchelf
  chromium fonts-dejavu-core"

# A client on JetBrains' protocol library, and Emacs in a terminal.
FIMD_TEST_PACKAGES="$FIMD_TEST_PACKAGES default-jdk-headless maven emacs-nox"

# A router in front of model servers.
FIMD_TEST_PACKAGES="$FIMD_TEST_PACKAGES haproxy curl"

# Shells whose completions are tried, and two formatters of manual pages.
FIMD_TEST_PACKAGES="$FIMD_TEST_PACKAGES zsh fish mandoc groff-base"

# missing_packages NAME...: those that dpkg does not know as installed. A program that is there without its package
# (a node or cmake of another origin) counts as there.
missing_packages() {
  local name missing=""
  for name in "$@"; do
    case "$name" in
      npm|cmake|git|python3) command -v "$name" >/dev/null 2>&1 && continue ;;
      nodejs) command -v node >/dev/null 2>&1 && continue ;;
      default-jdk-headless) command -v javac >/dev/null 2>&1 && continue ;;
      maven) command -v mvn >/dev/null 2>&1 && continue ;;
      emacs-nox) command -v emacs >/dev/null 2>&1 && continue ;;
      ninja-build) command -v ninja >/dev/null 2>&1 && continue ;;
      libboost1.81-dev)
        [ "$(sed -n 's/^#define BOOST_VERSION //p' /usr/include/boost/version.hpp 2>/dev/null || echo 0)" -ge 108100 ] \
          2>/dev/null && continue
        # Later releases have one Boost only, and it is new enough.
        if ! has_candidate $name && has_candidate libboost-dev; then name=libboost-dev; fi ;;
    esac
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $name"
  done
  printf '%s' "${missing# }"
}

has_candidate() { apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [0-9]'; }

# may_install NAME...: whether this user can install packages; otherwise prints the command to run and returns 1. Asks
# for sudo's password when there is a terminal to ask on.
may_install() {
  [ "$(id -u)" = 0 ] && return 0
  if command -v sudo >/dev/null 2>&1; then
    sudo -n true 2>/dev/null && return 0
    if [ -t 0 ] && sudo -v; then return 0; fi
  fi
  echo "fimd: these packages are missing; run this, then start again:" >&2
  echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $*" >&2
  return 1
}

# install_packages NAME...: installs what is missing, as root or through sudo. Never removes a package for it.
install_packages() {
  local missing sudo=""
  missing=$(missing_packages "$@")
  [ -z "$missing" ] && return 0
  # shellcheck disable=SC2086
  may_install $missing || return 1
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  $sudo apt-get update -qq || return
  missing=$(missing_packages "$@")  # now that the lists of packages are there
  # shellcheck disable=SC2086
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends --no-remove $missing
}
