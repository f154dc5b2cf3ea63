#!/usr/bin/env bash
# HAProxy as README sets it up, in front of two real llama-servers that say different things, and a real Neovim: one
# workspace meets the same server at every place, the other one when that is killed, and the first again when it is back.
. "$(dirname "$0")/lib/common.sh"
once neovim "$e2e/lib/neovim.sh" "$FIMD_TOOLS/neovim"
haproxy=$(command -v haproxy || command -v /usr/sbin/haproxy) || { not_ok "haproxy is not installed"; exit 1; }
server=$(FIMD_MODELS=$FIMD_TOOLS "$root/tests/models/llama-server.sh" 2>"$FIMD_WORK/llama-server.log") || { not_ok "no llama-server"; exit 1; }
model() { FIMD_MODELS=$FIMD_TOOLS "$root/tests/models/tiny-model.sh" "$FIMD_TOOLS/tiny/$1.gguf" --answer "$2"; }
one=$(model line $'return a + b;\n') && two=$(model other $'return b + a;\n') || { not_ok "no models"; exit 1; }
use_own_home
export FIMD_PLUGIN=$root/editors/nvim

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
# plug NAME MODEL PORT: a script that starts a llama-server, which the driver can start again with it.
plug() {
  cat >"$FIMD_WORK/plug-$1" <<END
#!/bin/sh
setsid '$server' -m '$2' --port $3 --offline --no-ui -np 1 -t 1 >'$FIMD_WORK/$1.log' 2>&1 </dev/null &
echo \$! >'$FIMD_WORK/$1.pid'
END
  sh "$FIMD_WORK/plug-$1"
}
finish() {
  for name in one two; do started="$started $(cat "$FIMD_WORK/$name.pid" 2>/dev/null)"; done
  end_started
}
trap finish EXIT

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
for port in $first $second; do
  for _ in $(seq 300); do curl -fs --max-time 5 -o "$FIMD_WORK/health" "http://127.0.0.1:$port/health" && break; sleep 0.1; done
done
"$haproxy" -db -f "$FIMD_WORK/haproxy.cfg" >"$FIMD_WORK/haproxy.log" 2>&1 &
started="$started $!"
for _ in $(seq 100); do curl -fs --max-time 5 -o "$FIMD_WORK/health" "http://127.0.0.1:$front/health" && break; sleep 0.1; done
export FIMD_LABEL=routers FIMD_CLIENT=plugin FIMD_TAP_LOG=$FIMD_WORK/tap.jsonl
mkdir -p "$FIMD_WORK/project/.git"
export FIMD_COMMAND='["node","'$e2e/lib/tap.mjs'","'$FIMD_TAP_LOG'","'$FIMD'","--stdio"]'
export FIMD_SETTINGS='{"completion":{"providers":["farm"],"speculate":"off"},
  "providers":{"farm":{"kind":"llama.cpp","url":"http://127.0.0.1:'$front'","session_header":"x-user-id"}}}'
timeout 240 "$FIMD_TOOLS/neovim/nvim" --headless --clean -c "luafile $e2e/nvim/routers.lua" </dev/null || not_ok "routers: ended with an error"
