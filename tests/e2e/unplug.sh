#!/usr/bin/env bash
# Three models, two real llama-servers (one of them slowed down) and a scripted one elsewhere, are unplugged and plugged
# in again, each in turn, while a real Neovim asks for ghost text: it comes all the time, only from another one.
. "$(dirname "$0")/lib/common.sh"
export FIMD_MODELS=$FIMD_TOOLS
once neovim "$e2e/lib/neovim.sh" "$FIMD_TOOLS/neovim"
server=$("$root/tests/models/llama-server.sh" 2>"$FIMD_WORK/llama-server.log") || { not_ok "no llama-server"; cat "$FIMD_WORK/llama-server.log"; exit 1; }
model=$("$root/tests/models/tiny-model.sh" "$FIMD_TOOLS/tiny/line.gguf" --answer $'return a + b;\n') || { not_ok "no model"; exit 1; }
use_own_home
export FIMD_PLUGIN=$root/editors/nvim

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
# A script that starts a llama-server and leaves its pid in a file: the driver plugs it in again with the same one.
# plug NAME PORT
plug() {
  cat >"$FIMD_WORK/plug-$1" <<END
#!/bin/sh
setsid '$server' -m '$model' --port $2 --offline --no-ui -np 1 -t 1 >'$FIMD_WORK/$1.log' 2>&1 </dev/null &
echo \$! >'$FIMD_WORK/$1.pid'
END
  sh "$FIMD_WORK/plug-$1"
}
# Whatever runs at the end, also what the driver has started.
finish() {
  for name in fast slow; do started="$started $(cat "$FIMD_WORK/$name.pid" 2>/dev/null)"; done
  end_started
}
trap finish EXIT

fast=$(free_port) slow=$(free_port)
plug fast "$fast"
plug slow "$slow"
# One fifth of its speed.
python3 - "$FIMD_WORK/slow.pid" <<'END' &
import os, signal, sys, time
while True:
    try:
        pid = int(open(sys.argv[1]).read())
        os.kill(pid, signal.SIGSTOP)
        time.sleep(0.04)
        os.kill(pid, signal.SIGCONT)
    except (OSError, ValueError):
        pass
    time.sleep(0.01)
END
started="$started $!"
"$e2e/model_server.py" --answer 'return a + b;' >"$FIMD_WORK/far.url" 2>&1 &
started="$started $!"
for port in $fast $slow; do
  for _ in $(seq 300); do curl -fs --max-time 5 -o "$FIMD_WORK/health" "http://127.0.0.1:$port/health" && break; sleep 0.1; done
done
for _ in $(seq 100); do grep -q listening "$FIMD_WORK/far.url" && break; sleep 0.1; done
export FIMD_FAR=$(sed -n 's/^listening //p' "$FIMD_WORK/far.url") FIMD_LABEL=unplug FIMD_CLIENT=plugin FIMD_TAP_LOG=$FIMD_WORK/tap.jsonl
mkdir -p "$FIMD_WORK/project/.git"
export FIMD_COMMAND='["node","'$e2e/lib/tap.mjs'","'$FIMD_TAP_LOG'","'$FIMD'","--stdio"]'
export FIMD_SETTINGS='{"completion":{"providers":["fast","slow","far"],"speculate":"off"},"providers":{
  "fast":{"kind":"llama.cpp","url":"http://127.0.0.1:'$fast'"},"slow":{"kind":"llama.cpp","url":"http://127.0.0.1:'$slow'"},
  "far":{"kind":"mistral","url":"'$FIMD_FAR'","model":"codestral-latest","jurisdiction":"eu"}}}'
timeout 240 "$FIMD_TOOLS/neovim/nvim" --headless --clean -c "luafile $e2e/nvim/unplug.lua" </dev/null || not_ok "unplug: ended with an error"
