# shellcheck shell=bash disable=SC2154,SC2034,SC2016
# Sourced after common.sh: a real llama-server with a tiny model whose answer is chosen, whatever it is asked.

# install_model_server: llama-server, and what writes its models. Before use_own_home.
install_model_server() {
  once llama-server "$root/tests/models/llama-server.sh"
  once tiny-model "$root/tests/models/tiny-model.sh" "$FIMD_WORK/model.gguf" --answer "nothing yet"
  llama_server=$("$root/tests/models/llama-server.sh")
}

# start_model ANSWER: sets model_pid, model_url and two configurations of fimd with this model alone: model_settings with
# so much time that the answer is always the model's whole text, hasty_settings with fimd's own limits.
start_model() {
  local port
  "$root/tests/models/tiny-model.sh" "$FIMD_WORK/model.gguf" --answer "$1" >/dev/null || exit 1
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  "$llama_server" -m "$FIMD_WORK/model.gguf" --port "$port" --offline --no-ui -np 1 -t 1 \
    >"$FIMD_WORK/llama-server.log" 2>&1 &
  model_pid=$!
  started="$started $model_pid"
  model_url=http://127.0.0.1:$port
  local provider='"providers":{"model":{"kind":"llama.cpp","url":"'$model_url'"}}'
  model_settings='{"completion":{"providers":["model"],"soft_ms":8000,"hard_ms":10000},'$provider'}'
  hasty_settings='{"completion":{"providers":["model"]},'$provider'}'
  if ! python3 - "$model_url/health" "$model_pid" <<'END'
import os, sys, time, urllib.request
url, pid = sys.argv[1], int(sys.argv[2])
deadline = time.monotonic() + 60
while time.monotonic() < deadline:
    os.kill(pid, 0)
    try:
        if urllib.request.urlopen(url, timeout=5).status == 200:
            sys.exit(0)
    except OSError:
        time.sleep(0.05)
sys.exit(1)
END
  then
    not_ok "llama-server did not start"
    tail -n 20 "$FIMD_WORK/llama-server.log"
    exit 1
  fi
}
