#!/usr/bin/env bash
# Helix in a terminal with editors/others/helix-languages.toml: it has no ghost text, so fimd is an entry of its menu.
. "$(dirname "$0")/lib/common.sh"
. "$e2e/lib/model.sh"
. "$e2e/lib/screen.sh"
install_model_server
once helix "$e2e/lib/helix.sh" "$FIMD_TOOLS/helix"
use_own_home
export FIMD_ANSWER='return a + b;'
start_model "$FIMD_ANSWER"
mkdir -p "$XDG_CONFIG_HOME/helix" "$XDG_CONFIG_HOME/fimd" "$FIMD_WORK/bin" "$FIMD_WORK/project"
ln -sf "$FIMD" "$FIMD_WORK/bin/fimd"  # the configuration finds it by its name
PATH=$FIMD_WORK/bin:$PATH
cp "$root/editors/others/helix-languages.toml" "$XDG_CONFIG_HOME/helix/languages.toml"
printf '[editor.lsp]\ndisplay-messages = false\n' >"$XDG_CONFIG_HOME/helix/config.toml"
echo "$model_settings" >"$XDG_CONFIG_HOME/fimd/config.json"

health=$("$FIMD_TOOLS/helix/hx" --health c 2>&1 | sed 's/\x1b\[[0-9;]*m//g')
if printf '%s' "$health" | grep -q "fimd.*$FIMD_WORK/bin/fimd"; then ok "Helix reads the configuration and finds fimd"; else
  not_ok "Helix reads the configuration and finds fimd"
  printf '%s\n' "$health"
fi

file=$FIMD_WORK/project/add.c
printf 'int add(int a, int b) {\n  \n}\n' >"$file"
cd "$FIMD_WORK/project" || exit 1  # Helix takes it for the workspace
open_screen "$FIMD_TOOLS/helix/hx" "$file:2"
check "the file is on the screen" on_screen "int add"
# The menu opens by itself behind a word; a server that has just started may have no entry for it yet.
offered() {
  on_screen "return a + b" && return
  tmux send-keys C-x
  until_true 2 on_screen "return a + b"
}
tmux send-keys -l 'A'
tmux send-keys -l 'ret'
check "an entry for what was typed" offered
tmux send-keys Tab Enter
check "the text is in the buffer" on_screen "  $FIMD_ANSWER"
# Escape and a key in one breath are Alt and that key; and Escape may only close the menu.
in_normal_mode() {
  on_screen " NOR " && return
  tmux send-keys Escape
  until_true 2 on_screen " NOR "
}
check "Escape ends insert mode" in_normal_mode
tmux send-keys -l ':wq'
tmux send-keys Enter
check "Helix ends" closed
if [ "$(sed -n 2p "$file")" = "  $FIMD_ANSWER" ]; then ok "the file holds it"; else not_ok "the file holds it"; cat "$file"; fi
