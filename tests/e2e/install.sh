#!/usr/bin/env bash
# editors/install.sh with the binary that is there, in a home folder of its own whose name has a blank: what it does
# without being asked, what it sets up in real Neovim and Emacs (and in stand-ins for VSCodium and Helix, of which only
# the command line is wanted), that a second run changes nothing, and that --uninstall leaves the home folder as it was.
. "$(dirname "$0")/lib/common.sh"
# The packages that pack the extension, in the real home, where npm's settings are.
once install-vsix "$root/editors/vscode/pack.sh" "$FIMD" "$FIMD_WORK/fimd.vsix" "$root/build/vscode"
export HOME="$FIMD_WORK/a home"
unset XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME XDG_STATE_HOME
unset MISTRAL_API_KEY CODESTRAL_API_KEY DEEPSEEK_API_KEY OPENAI_API_KEY ZAI_API_KEY
mkdir -p "$HOME/.emacs.d" "$HOME/.config/kate/lspclient" "$HOME/.local/bin" "$FIMD_WORK/bin"
printf '(setq mine "as it was")' >"$HOME/.emacs.d/init.el"  # without an end of line
echo '{"servers": {}}' >"$HOME/.config/kate/lspclient/settings.json"
echo mine >"$HOME/.local/bin/other"

# Stand-ins: an editor that keeps the names of its extensions, and one that is only there.
cat >"$FIMD_WORK/bin/codium" <<'EOF'
#!/bin/sh
case $1 in
  --install-extension) [ "$3" = --force ] && cp "$2" "$FIMD_WORK/extension.zip" ;;
  --uninstall-extension) [ "$2" = fimd.fimd ] && rm "$FIMD_WORK/extension.zip" ;;
esac
EOF
for name in hx kate; do printf '#!/bin/sh\n' >"$FIMD_WORK/bin/$name"; done
chmod +x "$FIMD_WORK"/bin/*
# Other editors of this machine are out of sight.
mkdir "$FIMD_WORK/programs"
IFS=: read -r -a folders <<<"$PATH"
for folder in "${folders[@]}"; do ln -s -t "$FIMD_WORK/programs" "$folder"/* 2>/dev/null; done
(cd "$FIMD_WORK/programs" && rm -f code code-insiders codium codium-insiders code-server hx helix kate subl zed zeditor eclipse)
export PATH=$FIMD_WORK/bin:$FIMD_WORK/programs

check() {
  if "${@:2}" >"$FIMD_WORK/check.log" 2>&1; then ok "install: $1"; return; fi
  not_ok "install: $1"
  cat "$FIMD_WORK/check.log"
}
fails() { ! "$@"; }
# All that is in the home folder: names, texts, where links lead. The packed extension holds the time of its packing.
state() {
  (cd "$HOME" &&
    find . -name fimd.vsix -print -o -type l -printf '%p -> %l\n' -o -type f -exec sha256sum {} + -o -print | sort)
}
# install NAME ARGUMENT...: the installer, without a terminal; its output is in NAME.out.
install() {
  local name=$1
  shift
  "$root/editors/install.sh" "$@" >"$FIMD_WORK/$name.out" 2>&1 </dev/null && return
  local status=$?
  cat "$FIMD_WORK/$name.out"
  return $status
}
says() { grep -qF -- "$2" "$FIMD_WORK/$1.out" || { cat "$FIMD_WORK/$1.out"; false; }; }
# What an editor or a program keeps for itself stays out of the home folder.
aside() { XDG_STATE_HOME=$FIMD_WORK/state XDG_CACHE_HOME=$FIMD_WORK/cache "$@"; }
missing() { ! [ -e "$1" ] && ! [ -L "$1" ]; }
same() { diff "$FIMD_WORK/$1" "$FIMD_WORK/$2"; }

state >"$FIMD_WORK/before"
check "it installs and completes a first line" install plain
check "the program runs from there" "$HOME/.local/bin/fimd" --version
check "a first completion is shown" says plain 'a first completion, of line'
check "the manual page is there" grep -q '^.TH FIMD' "$HOME/.local/share/man/man1/fimd.1"
check "bash's completions are there" grep -q '^complete -F' "$HOME/.local/share/bash-completion/completions/fimd"
check "without a terminal it says what it could set up" says plain 'could link the plugin into'
check "and sets up nothing: Neovim" missing "$HOME/.local/share/nvim"
check "and sets up nothing: VSCodium" missing "$FIMD_WORK/extension.zip"
check "grammars are found where they are installed" \
  grep -q '^  bash c cpp .* yaml$' <(aside "$HOME/.local/bin/fimd" doctor)

check "--yes sets up what is there" install yes --yes
state >"$FIMD_WORK/with"
nvim_says() { aside nvim -i NONE --headless -c "lua io.stdout:write($1)" -c 'qall!' 2>&1; }
command_of() { nvim_says 'vim.inspect(require("fimd.parts") ~= nil and vim.fn.exists(":Fimd"))'; }
check "Neovim has the plugin" [ "$(command_of)" = 2 ]
check "Neovim finds its help" [ "$(nvim_says '#vim.fn.getcompletion("fimd-setup", "help")')" = 1 ]
pages=$HOME/.local/share/fimd/nvim/doc
aside nvim -i NONE --headless --clean -c "helptags ${pages// /\\ }" -c 'qall!' >"$FIMD_WORK/helptags.log" 2>&1
state >"$FIMD_WORK/with-helptags"
check "the tags are those that Neovim makes" same with with-helptags
emacs_says() { emacs --batch -l "$HOME/.emacs.d/init.el" --eval "(princ $1)" 2>"$FIMD_WORK/emacs.log"; }
known=$(emacs_says '(format "%s %s %s" (featurep (quote fimd)) (car fimd-command) mine)')
check "Emacs knows the program" [ "$known" = "t $HOME/.local/bin/fimd as it was" ]
check "VSCodium has the extension" python3 -m zipfile -t "$FIMD_WORK/extension.zip"
check "Helix starts the program by its full path" \
  grep -qF "command = \"$HOME/.local/bin/fimd\"" "$HOME/.config/helix/languages.toml"
check "Kate's own settings stay" [ "$(cat "$HOME/.config/kate/lspclient/settings.json")" = '{"servers": {}}' ]
check "and the page about Kate is named" says yes "$HOME/.local/share/fimd/others/kate.md"

check "a second run works" install again --yes
state >"$FIMD_WORK/with-again"
check "a second run changes nothing" same with with-again

check "--uninstall works" install uninstall --uninstall
state >"$FIMD_WORK/after"
check "the home folder is as it was" same before after
check "VSCodium has no extension any more" missing "$FIMD_WORK/extension.zip"
check "it says what it removed" says uninstall "removed the block from $HOME/.emacs.d/init.el"
check "nothing to uninstall is no success" fails install none --uninstall
check "an unknown editor is refused" fails install nosuch --editor nosuch
check "and named" says nosuch "nosuch is not one of"

# What setup.sh does by itself, as behind a Debian package, in a prefix that is not the home folder.
prefix="$FIMD_WORK/a prefix"
check "--prefix and --editor install there" install prefix --prefix "$prefix" --editor helix
setup=$prefix/share/fimd/setup.sh
echo '# mine' >>"$HOME/.config/helix/languages.toml"
"$setup" --editor helix >"$FIMD_WORK/changed.out"
check "a file that the user has changed is left" says changed 'left as it is'
"$setup" --uninstall >"$FIMD_WORK/kept.out"
check "also by --uninstall" says kept "kept $HOME/.config/helix/languages.toml"
check "with what the user wrote" grep -q '^# mine' "$HOME/.config/helix/languages.toml"
rm -r "$HOME/.config/helix"
# On a terminal: Neovim yes, VSCodium no, Emacs no, Helix no.
printf 'y\nn\nn\nn\n' | script -qec "'$setup'" /dev/null >"$FIMD_WORK/asked.out"
check "on a terminal it asks for each" says asked 'helix: write'
check "a yes is done" [ -L "$HOME/.local/share/nvim/site/pack/fimd/start/fimd" ]
check "a no is not" missing "$FIMD_WORK/extension.zip"
check "the link leads to the prefix" [ "$(command_of)" = 2 ]
check "--uninstall works with a prefix" install prefix-uninstall --prefix "$prefix" --uninstall
check "the prefix is gone" missing "$prefix"
state >"$FIMD_WORK/end"
check "the home folder is as it was at the end" same before end
