#!/usr/bin/env bash
# Switches fimd on in the editors of this user, and off again. Installed as PREFIX/share/fimd/setup.sh.
#
#   setup.sh                    on a terminal asks for each editor that it finds; elsewhere it says what it could do
#   setup.sh --yes              sets up all that it finds
#   setup.sh --editor NAME      sets up this one; can be given several times
#   setup.sh --uninstall        takes back all that it has set up
#   setup.sh --choose           asks, prints the names that were chosen, and changes nothing
#   setup.sh --pages            names the pages about editors that are there but cannot be set up from here
#
# NAME: nvim, code, code-insiders, codium, codium-insiders, code-server, vscode (all five), emacs, helix, kate, sublime.
# What it has changed stands in ~/.local/share/fimd/setup.list. A file that you have is never replaced; only in Emacs'
# init file a marked block is added.
set -u
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
config=${XDG_CONFIG_HOME:-$HOME/.config} data=${XDG_DATA_HOME:-$HOME/.local/share}
list=$data/fimd/setup.list
program=$(readlink -f "$here/../../bin/fimd")
codes="code code-insiders codium codium-insiders code-server"
known="nvim $codes emacs helix kate sublime"
begin=';; fimd begins: added by setup.sh'
begin_after=';; fimd begins, in a line of its own: added by setup.sh'
end=';; fimd ends'

say() { printf '%s\n' "$*"; }
has() { command -v "$1" >/dev/null 2>&1; }

# What was changed is written down before it is changed, once: KIND, PATH and what belongs to it, between tabs.
record() {
  local line
  line=$(IFS=$'\t'; printf '%s' "$*")
  grep -qxF -- "$line" "$list" 2>/dev/null || printf '%s\n' "$line" >>"$list"
}

# make_folder DIR: with the folders above it; those that were not there go again with --uninstall.
make_folder() {
  [ -d "$1" ] || { make_folder "$(dirname "$1")" && mkdir "$1" && record folder "$1"; }
}

# open_list: makes the folder of the list, and then writes down what was made for it.
open_list() {
  local folder=$data/fimd new=''
  while [ ! -d "$folder" ]; do new=$folder$'\n'$new folder=$(dirname "$folder"); done
  mkdir -p "$data/fimd" && touch "$list" || return
  while IFS= read -r folder; do [ -z "$folder" ] || record folder "$folder"; done <<<"$new"
}

sum() { sha256sum <"$1" | cut -d' ' -f1; }

emacs_init() {
  local file
  for file in "$HOME/.emacs.el" "$HOME/.emacs" "$HOME/.emacs.d/init.el" "$config/emacs/init.el"; do
    if [ -e "$file" ]; then say "$file"; return; fi
  done
  file=$HOME/.emacs.d/init.el
  if [ ! -d "$HOME/.emacs.d" ] && [ -d "$config/emacs" ]; then file=$config/emacs/init.el; fi
  say "$file"
}

# target NAME: the file that an editor would get.
target() {
  case $1 in
    helix) say "$config/helix/languages.toml" ;;
    kate) say "$config/kate/lspclient/settings.json" ;;
    sublime) say "$config/sublime-text/Packages/User/LSP.sublime-settings" ;;
  esac
}

source_of() {
  case $1 in
    helix) say "$here/others/helix-languages.toml" ;;
    kate) say "$here/others/kate-lspclient.json" ;;
    sublime) say "$here/others/LSP.sublime-settings" ;;
  esac
}

detected() {
  case $1 in
    helix) has hx || has helix ;;
    sublime) has subl ;;
    *) has "$1" ;;
  esac
}

ours() { grep -q "^file"$'\t'"$(printf '%s' "$1" | sed 's/[][\.*^$/]/\\&/g')"$'\t' "$list" 2>/dev/null; }

# Whether an editor that was found can be set up without touching what the user has.
can_set_up() {
  case $1 in
    helix|kate|sublime) [ ! -e "$(target "$1")" ] || ours "$(target "$1")" ;;
    *) true ;;
  esac
}

would() {
  case $1 in
    nvim) say "link the plugin into $data/nvim/site/pack/fimd" ;;
    emacs) say "add a marked block to $(emacs_init)" ;;
    helix|kate|sublime) say "write $(target "$1")" ;;
    *) say "install the extension" ;;
  esac
}

page_of() {
  case $1 in sublime) say "$here/others/sublime.md" ;; *) say "$here/others/$1.md" ;; esac
}

tell_page() { say "$1: you have $2; what to add: $(page_of "$1")"; }

# What cannot be set up from here, but is there: the page with the steps.
tell_others() {
  local name each
  for name in helix kate sublime; do
    if detected $name && ! can_set_up $name; then tell_page $name "$(target $name)"; fi
  done
  for each in "$config"/JetBrains/*/; do
    if [ -d "$each" ]; then say "JetBrains IDEs: $here/jetbrains/README.md"; break; fi
  done
  if has zed || has zeditor; then say "Zed: $here/others/zed.md"; fi
  if has eclipse; then say "Eclipse: $here/others/eclipse.md"; fi
  if [ -d "$HOME/.vim/pack" ] && has vim; then say "Vim with coc.nvim: $here/others/vim.md"; fi
}

link_nvim() {
  local pack=$data/nvim/site/pack/fimd/start
  make_folder "$pack" || return
  if [ -e "$pack/fimd" ] && [ ! -L "$pack/fimd" ]; then
    say "nvim: $pack/fimd is not a link of this script, left as it is"
    return 1
  fi
  record link "$pack/fimd"
  ln -sfn "$here/nvim" "$pack/fimd" && say "nvim: $pack/fimd -> $here/nvim"
}

add_extension() {
  local file=$here/fimd.vsix
  if [ ! -f "$file" ]; then
    say "$1: there is no $file; editors/install.sh --editor $1 of the sources packs it"
    return 1
  fi
  if ! has "$1"; then say "$1 is not in PATH; install it there by 'Install from VSIX...': $file"; return; fi
  record extension "$1"
  "$1" --install-extension "$file" --force && say "$1: extension fimd.fimd"
}

# program_in TEXT: with the full path where a configuration names the program; editors may have another PATH.
program_in() {
  local text=$1 path=$program
  path=${path//\\/\\\\} path=${path//\"/\\\"}
  text=${text//'["fimd"'/"[\"$path\""}
  printf '%s\n' "${text//'command = "fimd"'/"command = \"$path\""}"
}

write_file() {
  local name=$1 file text
  file=$(target "$name")
  if ! can_set_up "$name"; then tell_page "$name" "$file"; return; fi
  text=$(program_in "$(cat "$(source_of "$name")")")
  if [ -e "$file" ] && [ "$text" = "$(cat "$file")" ]; then say "$name: $file is up to date"; return; fi
  if [ -e "$file" ] && ! unchanged "$file"; then
    say "$name: you have changed $file, left as it is: $(page_of "$name")"
    return
  fi
  make_folder "$(dirname "$file")" && printf '%s\n' "$text" >"$file" && record file "$file" "$(sum "$file")" &&
    say "$name: wrote $file"
}

unchanged() { grep -qxF -- "file"$'\t'"$1"$'\t'"$(sum "$1")" "$list" 2>/dev/null; }

# without_block TEXT: TEXT without what was added to it, byte for byte, followed by an x that keeps its last lines.
without_block() {
  local text=$1 head tail=${1#*"$end"$'\n'}
  case $text in
    *"$begin_after"*"$end"$'\n'*)
      head=${text%%"$begin_after"*}
      [ -n "$tail" ] || head=${head%$'\n'} ;;  # the file had no end of line there
    *"$begin"*"$end"$'\n'*) head=${text%%"$begin"*} ;;
    *) printf '%sx' "$text"; return ;;
  esac
  printf '%s%sx' "$head" "$tail"
}

whole() { cat "$1" && printf x; }
lisp() { local text=$1; text=${text//\\/\\\\}; printf '"%s"' "${text//\"/\\\"}"; }

add_block() {
  local file text='' rest mark=$begin
  file=$(emacs_init)
  if [ -e "$file" ]; then
    if grep -qaP '\x00' "$file" || ! [ -w "$file" ]; then
      say "emacs: cannot edit $file; what to add: $(page_of emacs)"
      return
    fi
    rest=$(whole "$file") rest=${rest%x}
    text=$(without_block "$rest") text=${text%x}
  else
    make_folder "$(dirname "$file")" && record made "$file" || return
  fi
  case $text in ''|*$'\n') ;; *) text=$text$'\n' mark=$begin_after ;; esac
  record block "$file"
  printf '%s%s\n(setq fimd-command (list %s "--stdio"))\n(load %s t)\n%s\n' "$text" "$mark" "$(lisp "$program")" \
    "$(lisp "$here/others/fimd.el")" "$end" >"$list.new" && cat "$list.new" >"$file" && rm -f "$list.new" &&
    say "emacs: a block in $file; ghost text comes with lsp-mode 10, see $(page_of emacs)"
}

set_up() {
  case $1 in
    nvim) link_nvim ;;
    emacs) add_block ;;
    helix|kate|sublime) write_file "$1" ;;
    *) add_extension "$1" ;;
  esac
}

take_back() {
  local kind=$1 path=$2 text
  case $kind in
    link) [ -L "$path" ] && rm "$path" && say "removed $path" ;;
    extension) has "$path" && "$path" --uninstall-extension fimd.fimd && say "removed the extension from $path" ;;
    file)
      [ -e "$path" ] || return
      if [ "$(sum "$path")" = "$3" ]; then rm "$path" && say "removed $path"
      elif ! unchanged "$path"; then say "kept $path, which you have changed"; fi ;;
    block)
      [ -e "$path" ] || return
      text=$(whole "$path") text=$(without_block "${text%x}")
      printf '%s' "${text%x}" >"$list.new" && cat "$list.new" >"$path" && rm -f "$list.new" &&
        say "removed the block from $path" ;;
    made) [ -e "$path" ] && [ ! -s "$path" ] && rm "$path" && say "removed $path" ;;
  esac
}

uninstall() {
  local lines=() i kind path rest folders=()
  if [ ! -e "$list" ]; then say "no editor was set up by setup.sh"; return; fi
  mapfile -t lines <"$list"
  for ((i = ${#lines[@]} - 1; i >= 0; --i)); do
    IFS=$'\t' read -r kind path rest <<<"${lines[i]}"
    if [ "$kind" = folder ]; then folders+=("$path"); else take_back "$kind" "$path" "$rest"; fi
  done
  rm -f "$list"
  # The longest first, so that each is empty when its turn comes.
  printf '%s\n' "${folders[@]}" | awk '{ print length "\t" $0 }' | sort -rn | cut -f2- |
    while IFS= read -r path; do [ -n "$path" ] && rmdir "$path" 2>/dev/null && say "removed $path"; done
  return 0
}

ask() {
  local answer
  printf '%s: %s? [y/N] ' "$1" "$(would "$1")" >&2
  read -r answer || return 1
  case $answer in y|Y|yes|Yes) ;; *) return 1 ;; esac
}

yes='' action=set_up chosen='' named=''
while [ $# -gt 0 ]; do
  case $1 in
    --yes) yes=1 ;;
    --editor) named="$named ${2:?--editor needs a name}"; shift ;;
    --editor=*) named="$named ${1#*=}" ;;
    --uninstall) action=uninstall ;;
    --choose) action=choose ;;
    --pages) action=pages ;;
    -h|--help) sed -n '2,14s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "setup.sh: unknown option $1" >&2; sed -n '4,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
  shift
done
for name in $named; do
  if [ "$name" = vscode ]; then
    before=$chosen
    for each in $codes; do if has "$each"; then chosen="$chosen $each"; fi; done
    [ "$chosen" != "$before" ] || chosen="$chosen code"
    continue
  fi
  case " $known " in
    *" $name "*) chosen="$chosen $name" ;;
    *) echo "setup.sh: $name is not one of: $known vscode" >&2; exit 2 ;;
  esac
done
case $action in
  uninstall) uninstall; exit ;;
  pages) tell_others; exit ;;
esac

if [ -z "$named" ]; then
  for name in $known; do
    if ! detected "$name" || ! can_set_up "$name"; then continue; fi
    if [ -n "$yes" ] || { [ -t 0 ] && [ -t 2 ] && ask "$name"; }; then
      chosen="$chosen $name"
    elif [ "$action" != choose ] && { [ ! -t 0 ] || [ ! -t 2 ]; }; then
      say "could $(would "$name") for $name: --editor $name, or --yes for all" >&2
    fi
  done
fi
if [ "$action" = choose ]; then say "${chosen# }"; exit; fi
[ -n "$named" ] || tell_others
[ -n "$chosen" ] || exit 0
if [ ! -x "$program" ]; then
  echo "setup.sh: there is no program beside $here; run the installed share/fimd/setup.sh" >&2
  exit 1
fi
open_list || { echo "setup.sh: cannot write $list" >&2; exit 1; }
failed=0
for name in $chosen; do set_up "$name" || failed=1; done
exit $failed
