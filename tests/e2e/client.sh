#!/usr/bin/env bash
# The protocol's own client library against fimd with a real llama-server, over stdio and through a daemon, and random
# edits compared with the library's own text document.
. "$(dirname "$0")/lib/common.sh"
. "$e2e/lib/model.sh"
install_model_server
once npm-client "$e2e/lib/npm-client.sh" "$FIMD_TOOLS/npm-client"
use_own_home
export FIMD_NPM=$FIMD_TOOLS/npm-client FIMD_ANSWER='return a + b;'
start_model "$FIMD_ANSWER"
FIMD_SETTINGS=$model_settings timeout 120 node "$e2e/client/client.mjs" || not_ok "client.mjs ended with an error"

# The same through a daemon that other windows could share.
socket=$FIMD_WORK/fimd.sock
"$FIMD" --listen "unix:$socket" 2>"$FIMD_WORK/daemon.log" &
daemon=$!
started="$started $daemon"
end=$((SECONDS + 15))
until [ -S "$socket" ] || [ $SECONDS -ge $end ]; do sleep 0.05; done
FIMD_LABEL=daemon FIMD_ARGUMENTS='["--connect","unix:'$socket'"]' FIMD_SETTINGS=$model_settings \
  timeout 120 node "$e2e/client/client.mjs" shapes hurry fallback || not_ok "client.mjs ended with an error behind a daemon"
if kill -0 "$daemon" 2>/dev/null; then ok "the daemon outlives its sessions"; else not_ok "the daemon outlives its sessions"; fi
if [ "$(stat -c %a "$socket")" = 600 ]; then ok "its socket is the owner's alone"; else not_ok "its socket is the owner's alone"; fi

timeout 120 node "$e2e/client/sync.mjs" || not_ok "sync.mjs ended with an error"
