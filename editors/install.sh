#!/usr/bin/env bash
# Builds fimd from this folder and installs it. On a bare Debian-like machine it installs what is missing first.
#
#   editors/install.sh                 installs to ~/.local; on a terminal it asks first which of your editors to set up
#   editors/install.sh --yes           and sets up all editors that it finds
#   editors/install.sh --editor NAME   and sets up this one (can be repeated); editors/setup.sh --help has the names
#   editors/install.sh --nvim          the same as --editor nvim; --vscode is --editor vscode
#   editors/install.sh --prefix DIR    installs to DIR (DIR/bin/fimd)
#   editors/install.sh --uninstall     removes all that it has installed (with --prefix: there) and set up
#
# It ends by completing a line of a file with the model it finds. A second run takes seconds.
set -u
prefix=$HOME/.local uninstall='' asked=()
while [ $# -gt 0 ]; do
  case $1 in
    --prefix) prefix=${2:?--prefix needs a folder}; shift ;;
    --prefix=*) prefix=${1#*=} ;;
    --yes) asked+=(--yes) ;;
    --editor) asked+=(--editor "${2:?--editor needs a name}"); shift ;;
    --editor=*) asked+=(--editor "${1#*=}") ;;
    --nvim) asked+=(--editor nvim) ;;
    --vscode) asked+=(--editor vscode) ;;
    --uninstall) uninstall=1 ;;
    -h|--help) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "fimd: unknown option $1" >&2; sed -n '4,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
  shift
done
case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
cd "$(dirname "$0")/.." || exit 1
. editors/packages.sh
list=$prefix/share/fimd/installed.list  # KIND, tab, PATH; "folder" for those that were not there before
if [ -n "$uninstall" ]; then . editors/uninstall.sh; exit; fi
chosen=$(editors/setup.sh --choose "${asked[@]}") || exit
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
  cmake --preset release $tests
}

# new_folder DIR: makes it with what is above it, and writes down what was not there.
new_folder() {
  [ -d "$1" ] || { new_folder "$(dirname "$1")" && mkdir "$1" && printf 'folder\t%s\n' "$1" >>"$logs/list"; }
}

# Each file takes the place of an older one at once, so that a server that runs does not mind. Files that an earlier
# installation had and this one has not are removed.
install_files() {
  local stage=$PWD/build/stage path
  rm -rf "$stage" && cmake --install build --prefix "$stage" || return
  grep '^folder' "$list" >"$logs/list" 2>/dev/null
  [ -f "$list" ] || rm -rf "$prefix/share/fimd/nvim"  # of a version that kept no list
  while IFS= read -r path; do
    new_folder "$prefix/$path" || return
  done < <(cd "$stage" && find . -mindepth 1 -type d -printf '%P\n')
  while IFS= read -r path; do
    mv -f "$stage/$path" "$prefix/$path" && printf 'file\t%s\n' "$prefix/$path" >>"$logs/list" || return
  done < <(cd "$stage" && find . -type f -printf '%P\n')
  grep '^file' "$list" 2>/dev/null | grep -vxFf "$logs/list" | cut -f2- |
    while IFS= read -r path; do rm -f "$path"; done
  cp "$logs/list" "$list" && rm -rf "$stage"
}

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
    json=$(XDG_CACHE_HOME=$copy/cache XDG_STATE_HOME=$copy/state "$prefix/bin/fimd" complete \
      "$copy/$file:$line:$((${#head} + 1))" --root "$copy" --json 2>"$logs/complete.log") || {
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
  cmake --build build --target fimd texts
case " $chosen " in
  *' cod'*) step extension "npm fetches what packs the extension; check that it reaches the registry (npm ping)" \
    editors/vscode/pack.sh build/fimd build/fimd.vsix ;;
esac
step install "may you write to $prefix? choose another folder with --prefix" install_files
if [ -n "$chosen" ]; then
  # shellcheck disable=SC2086,SC2046
  step editors "what setup.sh could not do stands above; the rest is installed" \
    "$prefix/share/fimd/setup.sh" $(printf -- '--editor %s ' $chosen)
fi
printf '%-10s %4d s\n' total $((SECONDS - from_start))

first_completion || exit 1
echo
echo "installed: $prefix/bin/fimd, $(grep -c '^file' "$list") files in all; editors/install.sh --uninstall removes them"
case :$PATH: in *:$prefix/bin:*) ;; *) echo "  $prefix/bin is not in PATH" ;; esac
if command -v zsh >/dev/null && [ "$prefix" != /usr/local ] && [ "$prefix" != /usr ]; then
  echo "  for completions in zsh, before compinit in ~/.zshrc: fpath=('$prefix/share/zsh/site-functions' \$fpath)"
fi
[ -z "$chosen" ] || sed 's/^/  /' "$logs/editors.log"
case " $chosen " in
  *' nvim '*) echo "Neovim shows ghost text from now on: type, Tab takes it, Ctrl-] hides it." ;;
  *) echo "for Neovim start again with --nvim, or add this line to init.lua:"
     echo "  vim.opt.runtimepath:prepend('$prefix/share/fimd/nvim') require('fimd').setup {}" ;;
esac
case " $chosen " in
  *' cod'*)
    echo "VS Code shows ghost text after its next start: type, Tab takes it, Escape hides it."
    if [ "$prefix" != "$HOME/.local" ]; then
      echo "  set fimd.server.path there to $prefix/bin/fimd, unless that folder is in PATH"
    fi ;;
esac
if [ -n "$chosen" ]; then "$prefix/share/fimd/setup.sh" --pages; else "$prefix/share/fimd/setup.sh" </dev/null 2>&1; fi
echo "for other editors: the language server is '$prefix/bin/fimd --stdio'"
