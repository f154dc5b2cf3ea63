#!/usr/bin/env bash
# Builds fimd from this folder and installs it. On a bare Debian-like machine it installs what is missing first.
#
#   editors/install.sh                 installs to ~/.local
#   editors/install.sh --prefix DIR    installs to DIR (DIR/bin/fimd)
#   editors/install.sh --nvim          and switches ghost text on in Neovim (0.7 and later)
#   editors/install.sh --vscode        and packs the extension and installs it into VS Code, VSCodium and code-server
#
# It ends by completing a line of a file with the model it finds. A second run takes seconds.
set -u
prefix=$HOME/.local nvim='' vscode=''
while [ $# -gt 0 ]; do
  case $1 in
    --prefix) prefix=${2:?--prefix needs a folder}; shift ;;
    --prefix=*) prefix=${1#*=} ;;
    --nvim) nvim=1 ;;
    --vscode) vscode=1 ;;
    -h|--help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "fimd: unknown option $1" >&2; sed -n '4,7s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
  shift
done
case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
cd "$(dirname "$0")/.." || exit 1
. editors/packages.sh
logs=$PWD/build/install-logs
mkdir -p "$logs" || { echo "fimd: cannot write to $PWD/build" >&2; exit 1; }
terminal=''; [ -t 1 ] && terminal=1

# step NAME ADVICE COMMAND...: one line with its seconds; on a terminal the newest line of its log runs along. A
# failing step shows the end of its log and what to do.
step() {
  local name=$1 advice=$2 log=$logs/$1.log from=$SECONDS pid
  shift 2
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  # shellcheck disable=SC2064
  trap "kill $pid 2>/dev/null; exit 130" INT TERM
  if [ -n "$terminal" ]; then
    while kill -0 $pid 2>/dev/null; do
      printf '\r\033[K%-10s %4d s  %.*s' "$name" $((SECONDS - from)) $((${COLUMNS:-80} - 20)) \
        "$(tail -n 1 "$log" | tr -d '\033\r' | tr '\t' ' ')"
      sleep 0.5
    done
    printf '\r\033[K'
  fi
  if wait $pid; then
    printf '%-10s %4d s\n' "$name" $((SECONDS - from))
    return
  fi
  printf '%-10s %4d s  failed\n\n' "$name" $((SECONDS - from))
  tail -n 25 "$log" | sed 's/^/  | /'
  printf '\nfimd: %s\n  the whole log: %s\n' "$advice" "$log" >&2
  exit 1
}

configure() {
  # A tree that a developer has configured with tests keeps them.
  local tests=-DFIMD_TESTS=OFF
  [ -f build/CMakeCache.txt ] && tests=
  # shellcheck disable=SC2086
  cmake --preset release $tests -DCMAKE_INSTALL_PREFIX="$prefix"
}

install_files() {
  cmake --install build --prefix "$prefix" &&
    mkdir -p "$prefix/share/fimd" && rm -rf "$prefix/share/fimd/nvim" && cp -r editors/nvim "$prefix/share/fimd/nvim"
}

# The plugin finds PREFIX/bin/fimd through the link.
enable_nvim() {
  local pack=${XDG_DATA_HOME:-$HOME/.local/share}/nvim/site/pack/fimd/start
  mkdir -p "$pack" && ln -sfn "$prefix/share/fimd/nvim" "$pack/fimd" || return
  # Without its tags the help is there but not found.
  if command -v nvim >/dev/null; then nvim --headless --clean -c "helptags $prefix/share/fimd/nvim/doc" -c 'qall!'; fi
}

# The package stays beside the program, to be installed by hand where no editor is found.
enable_vscode() { editors/vscode/pack.sh "$prefix/bin/fimd" "$prefix/share/fimd/fimd.vsix" && editors/vscode/install.sh "$prefix/share/fimd/fimd.vsix"; }

# Completes real lines of this project's own sources, cut behind "return", until one gets a suggestion worth showing.
first_completion() {
  local copy place file line head json text
  copy=$(mktemp -d) && cp -r lsp providers context "$copy/" || return 1
  # shellcheck disable=SC2064
  trap "rm -rf '$copy'" EXIT
  for place in $(grep -nE 'return tl::unexpected<Error>\(.*;' providers/*.cpp | cut -d: -f1,2 | head -n 30); do
    file=${place%:*} line=${place#*:}
    head=$(sed -n "${line}s/tl::.*//p" "$file")
    sed "${line}s/tl::.*//" "$file" >"$copy/$file"
    json=$("$prefix/bin/fimd" complete "$copy/$file:$line:$((${#head} + 1))" --root "$copy" --json 2>"$logs/complete.log") || {
      tail -n 5 "$logs/complete.log" >&2
      return 1
    }
    cp "$file" "$copy/$file"
    text=$(field "$json" text)
    [ ${#text} -ge 8 ] || continue
    printf '\na first completion, of line %s of %s:\n' "$line" "$file"
    printf '  %s[%s]\n' "$head" "$text"
    printf '  what stands in brackets came from the provider "%s" in %.1f ms\n' "$(field "$json" provider)" "$(field "$json" ms)"
    return 0
  done
  echo "fimd: no suggestion for any line of its own sources; try: $prefix/bin/fimd doctor" >&2
  return 1
}

# field JSON NAME: the value of a text or number, without its escapes.
field() {
  printf '%s' "$1" | tr -d '\n' | sed -nE "s/.*\"$2\": *(\"(([^\"\\]|\\\\.)*)\"|([-0-9.e]+)).*/\2\4/p" |
    sed -e 's/\\\\/\x01/g' -e 's/\\n/\n/g' -e 's/\\t/\t/g' -e 's/\\"/"/g' -e 's/\x01/\\/g'
}

if ! command -v apt-get >/dev/null 2>&1; then
  echo "fimd: there is no apt-get here. Install what these Debian packages hold, then build with" >&2
  echo "  grammars/fetch.sh && cmake --preset release -DFIMD_TESTS=OFF && cmake --build build && cmake --install build" >&2
  # shellcheck disable=SC2086
  echo "  packages:" $FIMD_BUILD_PACKAGES >&2
  exit 1
fi
# shellcheck disable=SC2086
missing=$(missing_packages $FIMD_BUILD_PACKAGES)
# shellcheck disable=SC2086
if [ -n "$missing" ]; then may_install $missing || exit 1; fi

from_start=$SECONDS
# shellcheck disable=SC2086
step packages "see what apt-get says above; apt-get update and a working mirror are needed" \
  install_packages $FIMD_BUILD_PACKAGES
step grammars "the grammars come from the npm registry; check that npm reaches it (npm ping), then start again" \
  grammars/fetch.sh
step configure "a library that the message names is missing or too old" configure
step build "the compiler's message stands above; with less than 2 GB of memory try: ninja -C build -j1" \
  cmake --build build
step install "may you write to $prefix? choose another folder with --prefix" install_files
if [ -n "$nvim" ]; then step nvim "may you write to ~/.local/share/nvim?" enable_nvim; fi
printf '%-10s %4d s\n' total $((SECONDS - from_start))

first_completion || exit 1
echo
echo "installed: $prefix/bin/fimd"
case :$PATH: in *:$prefix/bin:*) ;; *) echo "  $prefix/bin is not in PATH" ;; esac
if [ -n "$nvim" ]; then
  echo "Neovim shows ghost text from now on: type, Tab takes it, Ctrl-] hides it."
else
  echo "for Neovim start again with --nvim, or add this line to init.lua:"
  echo "  vim.opt.runtimepath:prepend('$prefix/share/fimd/nvim') require('fimd').setup {}"
fi
if [ -n "$vscode" ]; then
  echo "VS Code shows ghost text after its next start: type, Tab takes it, Escape hides it."
  case $prefix in "$HOME/.local") ;; *) echo "  set fimd.server.path there to $prefix/bin/fimd, unless that folder is in PATH" ;; esac
fi
echo "for other editors: the language server is '$prefix/bin/fimd --stdio'"
