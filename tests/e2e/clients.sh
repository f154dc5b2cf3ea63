#!/usr/bin/env bash
# Editors that cannot be had here: their configurations in editors/others start the server, and each client's habits are
# imitated (coc.nvim, Kate, Sublime Text, Zed, Eclipse, Visual Studio).
. "$(dirname "$0")/lib/common.sh"
. "$e2e/lib/model.sh"
install_model_server
use_own_home
export FIMD_ROOT=$root FIMD_ANSWER='return a + b;'
start_model "$FIMD_ANSWER"
mkdir -p "$XDG_CONFIG_HOME/fimd" "$FIMD_WORK/bin" "$FIMD_WORK/project"
ln -sf "$FIMD" "$FIMD_WORK/bin/fimd"  # the configurations find it by its name
echo "$model_settings" >"$XDG_CONFIG_HOME/fimd/config.json"
PATH=$FIMD_WORK/bin:$PATH timeout 120 node "$e2e/clients/habits.mjs" || not_ok "habits.mjs ended with an error"
