#!/usr/bin/env bash
# A repair in real Neovims, through vim.lsp.buf.code_action(), with a scripted chat model.
. "$(dirname "$0")/lib/common.sh"
once neovim "$e2e/lib/neovim.sh" "$FIMD_TOOLS/neovim"
once neovim-0.10 "$e2e/lib/neovim.sh" "$FIMD_TOOLS/neovim-0.10" trixie
use_own_home
export FIMD_PLUGIN=$root/editors/nvim
cat >"$FIMD_WORK/script.json" <<'END'
[{"call": "edit_file", "arguments": {"path": "add.py", "old_string": "a - b", "new_string": "a + b"}},
 {"say": "The sign was wrong."},
 {"call": "edit_file", "arguments": {"path": "add.py", "old_string": "a - b", "new_string": "sum((a, b))"}},
 {"say": "It uses sum now."},
 {"say": "# add\n\nIt subtracts."}]
END

# repair LABEL NVIM
repair() {
  rm -rf "$FIMD_WORK/project" "$FIMD_WORK/url"
  mkdir -p "$FIMD_WORK/project/.git"
  scripted "$e2e/chat_server.py" "$FIMD_WORK/script.json"
  export FIMD_LABEL=$1 FIMD_CLIENT=plugin FIMD_TAP_LOG=$FIMD_WORK/${1//[^a-z0-9.]/-}.jsonl
  export FIMD_COMMAND='["node","'$e2e/lib/tap.mjs'","'$FIMD_TAP_LOG'","'$FIMD'","--stdio"]'
  export FIMD_SETTINGS='{"completion":{"providers":["builtin"]},"agent":{"provider":"chat"},"providers":{"chat":{"kind":"openai","url":"'$url'","model":"scripted"}}}'
  rm -f "$FIMD_TAP_LOG"
  timeout 120 "$2" --headless --clean -c "luafile $e2e/nvim/fix.lua" </dev/null || not_ok "$FIMD_LABEL: ended with an error"
}

repair "neovim 0.10" "$FIMD_TOOLS/neovim-0.10/nvim"
repair "neovim 0.12" "$FIMD_TOOLS/neovim/nvim"
