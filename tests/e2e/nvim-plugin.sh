#!/usr/bin/env bash
# Everything of the Neovim plugin beyond ghost text itself (that is nvim.sh): parts of a suggestion, candidates, menus,
# bursts of keys, commands, status line, health and help, in Debian's Neovim (0.7 in Debian 12), 0.10 and 0.12.
. "$(dirname "$0")/lib/common.sh"
. "$e2e/lib/model.sh"
install_model_server
once neovim "$e2e/lib/neovim.sh" "$FIMD_TOOLS/neovim"
once neovim-0.10 "$e2e/lib/neovim.sh" "$FIMD_TOOLS/neovim-0.10" trixie
use_own_home
export FIMD_PLUGIN=$root/editors/nvim
scripted='["node","'$e2e/lib/scripted.mjs'"]'
real='["'$FIMD'","--stdio"]'
export FIMD_CANDIDATES='["return one;","return two();","return three;"]'

# editor LABEL NVIM CLIENT TEST COMMAND SETTINGS
editor() {
  local test=$4
  export FIMD_LABEL="$1, $test" FIMD_CLIENT=$3 FIMD_SETTINGS=$6
  export FIMD_TAP_LOG=$FIMD_WORK/${1//[^a-z0-9.]/-}-$test.jsonl
  export FIMD_COMMAND='["node","'$e2e/lib/tap.mjs'","'$FIMD_TAP_LOG'",'${5#[}
  rm -rf "$FIMD_WORK/project" "$FIMD_TAP_LOG" "$FIMD_TAP_LOG.hold"
  mkdir -p "$FIMD_WORK/project/.git"  # a project of its own, whatever lies around it
  if ! timeout 120 "$2" --headless --clean -c "luafile $e2e/nvim/$test.lua" </dev/null; then
    not_ok "$FIMD_LABEL: ended with an error"
  fi
}

version=$(nvim --version | sed -n '1s/^NVIM v\([0-9]*\.[0-9]*\).*/\1/p')
# everywhere TEST COMMAND SETTINGS
everywhere() {
  editor "neovim $version" nvim plugin "$@"
  editor "neovim 0.10" "$FIMD_TOOLS/neovim-0.10/nvim" plugin "$@"
  editor "neovim 0.12" "$FIMD_TOOLS/neovim/nvim" plugin "$@"
  editor "neovim 0.12, native" "$FIMD_TOOLS/neovim/nvim" native "$@"
}

everywhere choice "$scripted" '{}'
everywhere commands "$real" '{"completion":{"providers":["builtin"]}}'
export FIMD_ANSWER='const total = items.reduce((sum, i) => sum + i.price, 0);
  const shipping = total < 50 ? 4.9 : 0;
  return total + shipping;'
start_model "$FIMD_ANSWER"
everywhere keys "$real" "$model_settings"
export FIMD_ANSWER='return a + b;'
start_model "$FIMD_ANSWER"
everywhere burst "$real" "$model_settings"
