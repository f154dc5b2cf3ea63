#!/usr/bin/env bash
# The protocol's own client library against fimd with a real llama-server, and with a model server that is not there.
. "$(dirname "$0")/lib/common.sh"
. "$e2e/lib/model.sh"
install_model_server
once npm-client "$e2e/lib/npm-client.sh" "$FIMD_TOOLS/npm-client"
use_own_home
export FIMD_NPM=$FIMD_TOOLS/npm-client FIMD_ANSWER='return a + b;'
start_model "$FIMD_ANSWER"
FIMD_SETTINGS=$model_settings timeout 120 node "$e2e/client/client.mjs" || not_ok "client.mjs ended with an error"
timeout 120 node "$e2e/client/sync.mjs" || not_ok "sync.mjs ended with an error"
