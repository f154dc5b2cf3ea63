#!/usr/bin/env bash
# HAProxy as README sets it up, in front of two real llama-servers that say different things, and a real Neovim: one
# workspace meets the same server at every place, the other one when that is killed, and the first again when it is back.
. "$(dirname "$0")/lib/common.sh"
once neovim "$e2e/lib/neovim.sh" "$FIMD_TOOLS/neovim"
haproxy=$(command -v haproxy || command -v /usr/sbin/haproxy) || { not_ok "haproxy is not installed"; exit 1; }
. "$e2e/lib/llama.sh"
one=$(tiny line $'return a + b;\n') && two=$(tiny other $'return b + a;\n') || { not_ok "no models"; exit 1; }
use_own_home
export FIMD_PLUGIN=$root/editors/nvim

first=$(free_port) second=$(free_port) front=$(free_port)
plug one "$one" "$first"
plug two "$two" "$second"
cat >"$FIMD_WORK/haproxy.cfg" <<END
defaults
  mode http
  timeout connect 1s
  timeout client 60s
  timeout server 60s
  option redispatch
  retries 1
listen models
  bind 127.0.0.1:$front
  balance hdr(x-user-id)
  hash-type consistent
  option httpchk GET /health
  default-server check inter 200ms fall 1 rise 1
  server one 127.0.0.1:$first
  server two 127.0.0.1:$second
END
answers "$first" && answers "$second" || not_ok "routers: the model servers start"
"$haproxy" -db -f "$FIMD_WORK/haproxy.cfg" >"$FIMD_WORK/haproxy.log" 2>&1 &
started="$started $!"
answers "$front" || not_ok "routers: the router starts"
export FIMD_LABEL=routers FIMD_CLIENT=plugin FIMD_TAP_LOG=$FIMD_WORK/tap.jsonl
mkdir -p "$FIMD_WORK/project/.git"
export FIMD_COMMAND='["node","'$e2e/lib/tap.mjs'","'$FIMD_TAP_LOG'","'$FIMD'","--stdio"]'
export FIMD_SETTINGS='{"completion":{"providers":["farm"],"speculate":"off"},
  "providers":{"farm":{"kind":"llama.cpp","url":"http://127.0.0.1:'$front'","session_header":"x-user-id"}}}'
timeout 240 "$FIMD_TOOLS/neovim/nvim" --headless --clean -c "luafile $e2e/nvim/routers.lua" </dev/null || not_ok "routers: ended with an error"
