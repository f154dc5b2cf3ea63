#!/usr/bin/env bash
# Three models, two real llama-servers (one of them slowed down) and a scripted one elsewhere, are unplugged and plugged
# in again, each in turn, while a real Neovim asks for ghost text: it comes all the time, only from another one.
. "$(dirname "$0")/lib/common.sh"
once neovim "$e2e/lib/neovim.sh" "$FIMD_TOOLS/neovim"
. "$e2e/lib/llama.sh"
model=$(tiny line $'return a + b;\n') || { not_ok "no model"; exit 1; }
use_own_home
export FIMD_PLUGIN=$root/editors/nvim

fast=$(free_port) slow=$(free_port)
plug fast "$model" "$fast"
plug slow "$model" "$slow"
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
scripted "$e2e/model_server.py" --answer 'return a + b;'
answers "$fast" && answers "$slow" || not_ok "unplug: the model servers start"
export FIMD_FAR=$url FIMD_LABEL=unplug FIMD_CLIENT=plugin FIMD_TAP_LOG=$FIMD_WORK/tap.jsonl
mkdir -p "$FIMD_WORK/project/.git"
export FIMD_COMMAND='["node","'$e2e/lib/tap.mjs'","'$FIMD_TAP_LOG'","'$FIMD'","--stdio"]'
export FIMD_SETTINGS='{"completion":{"providers":["fast","slow","far"],"speculate":"off"},"providers":{
  "fast":{"kind":"llama.cpp","url":"http://127.0.0.1:'$fast'"},"slow":{"kind":"llama.cpp","url":"http://127.0.0.1:'$slow'"},
  "far":{"kind":"mistral","url":"'$FIMD_FAR'","model":"codestral-latest","jurisdiction":"eu"}}}'
timeout 240 "$FIMD_TOOLS/neovim/nvim" --headless --clean -c "luafile $e2e/nvim/unplug.lua" </dev/null || not_ok "unplug: ended with an error"
