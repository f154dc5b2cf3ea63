#!/usr/bin/env bash
# Ghost text in real Neovims, driven over RPC: Debian's own (0.7 in Debian 12) with our plugin, and 0.12 with our plugin
# and with its own inline completion; each with a llama-server that answers, with one that hangs, and without any.
. "$(dirname "$0")/lib/common.sh"
. "$e2e/lib/model.sh"
install_model_server
once neovim "$e2e/lib/neovim.sh" "$FIMD_TOOLS/neovim"
use_own_home
export FIMD_ANSWER='return a + b;' FIMD_PLUGIN=$root/editors/nvim
start_model "$FIMD_ANSWER"
export FIMD_MODEL_PID=$model_pid

# editor LABEL NVIM CLIENT TEST SETTINGS
editor() {
  local test=$4
  export FIMD_LABEL="$1, $test" FIMD_CLIENT=$3 FIMD_SETTINGS=$5
  export FIMD_TAP_LOG=$FIMD_WORK/${1//[^a-z0-9.]/-}-$test.jsonl
  export FIMD_COMMAND='["node","'$e2e/lib/tap.mjs'","'$FIMD_TAP_LOG'","'$FIMD'","--stdio"]'
  rm -rf "$FIMD_WORK/project" "$FIMD_TAP_LOG" "$FIMD_TAP_LOG.hold"
  if ! timeout 120 "$2" --headless --clean -c "luafile $e2e/nvim/$test.lua" </dev/null; then
    not_ok "$FIMD_LABEL: ended with an error"
  fi
}

# What "install.sh --nvim" leaves behind: the plugin as a package, linked from the prefix that holds the program. Nothing
# is configured but the provider, in the user's own file.
install_package() {
  local prefix=$FIMD_WORK/prefix pack=$XDG_DATA_HOME/nvim/site/pack/fimd/start
  mkdir -p "$prefix/bin" "$prefix/share/fimd" "$pack" "$XDG_CONFIG_HOME/fimd"
  cp -r "$FIMD_PLUGIN" "$prefix/share/fimd/nvim"
  ln -s "$prefix/share/fimd/nvim" "$pack/fimd"
  # shellcheck disable=SC2016
  printf '#!/bin/sh\nexec node "%s" "$FIMD_TAP_LOG" "%s" "$@"\n' "$e2e/lib/tap.mjs" "$FIMD" >"$prefix/bin/fimd"
  chmod +x "$prefix/bin/fimd"
  printf '// without a server\n{ "completion": { "providers": ["builtin"] } }\n' >"$XDG_CONFIG_HOME/fimd/config.json"
}

version=$(nvim --version | sed -n '1s/^NVIM v\([0-9]*\.[0-9]*\).*/\1/p')
builtin='{"completion":{"providers":["builtin"]}}'
for test in ghost hang builtin; do
  case $test in
    ghost) settings=$model_settings ;;
    hang) settings=$hasty_settings ;;
    builtin) settings=$builtin ;;
  esac
  editor "neovim $version" nvim plugin $test "$settings"
  editor "neovim 0.12" "$FIMD_TOOLS/neovim/nvim" plugin $test "$settings"
  editor "neovim 0.12, own client" "$FIMD_TOOLS/neovim/nvim" own $test "$settings"
done
install_package
editor "neovim $version, package" nvim package builtin ''
editor "neovim 0.12, package" "$FIMD_TOOLS/neovim/nvim" package builtin ''
