#!/usr/bin/env bash
# The LiteLLM proxy as README sets it up, in front of a real llama-server and of a scripted one whose requests are recorded;
# then a real Neovim, while the llama-server is killed and started again.
. "$(dirname "$0")/lib/common.sh"
once neovim "$e2e/lib/neovim.sh" "$FIMD_TOOLS/neovim"
once litellm "$e2e/lib/litellm.sh" "$FIMD_TOOLS/litellm"
. "$e2e/lib/llama.sh"
model=$(tiny line $'return a + b;\n') || { not_ok "no model"; exit 1; }
use_own_home
export FIMD_PLUGIN=$root/editors/nvim

# same WHAT WANTED SEEN
same() { if [ "$2" = "$3" ]; then ok "litellm: $1"; else not_ok "litellm: $1: \"$3\", not \"$2\""; fi; }

back=$(free_port) small=$(free_port) front=$(free_port)
plug back "$model" "$back"
plug small "$model" "$small" -c 512
scripted "$e2e/model_server.py" --log "$FIMD_WORK/spy.jsonl" --answer 'return a * b;'
spy=$url
answers "$back" && answers "$small" || not_ok "litellm: the model servers start"
cat >"$FIMD_WORK/litellm.yaml" <<END
model_list:
  - model_name: fim
    litellm_params: {model: text-completion-openai/tiny, api_base: "http://127.0.0.1:$back/v1", api_key: none}
  - model_name: small
    litellm_params: {model: text-completion-openai/tiny, api_base: "http://127.0.0.1:$small/v1", api_key: none}
  - model_name: spy
    litellm_params: {model: text-completion-openai/tiny, api_base: "$spy/v1", api_key: none}
litellm_settings: {num_retries: 0, request_timeout: 30, telemetry: false}
general_settings: {master_key: sk-test, forward_client_headers_to_llm_api: true}
END
LITELLM_LOCAL_MODEL_COST_MAP=True "$FIMD_TOOLS/litellm/bin/litellm" --config "$FIMD_WORK/litellm.yaml" --host 127.0.0.1 \
  --port "$front" --telemetry False >"$FIMD_WORK/litellm.log" 2>&1 &
started="$started $!"
for _ in $(seq 600); do curl -fs --max-time 5 -o "$FIMD_WORK/alive" "http://127.0.0.1:$front/health/liveliness" && break; sleep 0.1; done
if [ ! -e "$FIMD_WORK/alive" ]; then
  not_ok "litellm: the proxy starts"
  tail -n 20 "$FIMD_WORK/litellm.log"
  exit 1
fi

# configure PROVIDER [MEMBERS]: one provider behind the proxy, with so much time that only what it says counts.
configure() {
  mkdir -p "$XDG_CONFIG_HOME/fimd"
  cat >"$XDG_CONFIG_HOME/fimd/config.json" <<END
{ "completion": { "providers": ["gate"], "soft_ms": 8000, "hard_ms": 9000 },
  "providers": { "gate": { "kind": "openai", "url": "http://127.0.0.1:$front", "model": "$1", "fim_template": "qwen",
                           "api_key_env": "GATE_KEY", "session_user": true, "session_header": "x-user-id"${2-} } } }
END
}
export GATE_KEY=sk-test
mkdir -p "$FIMD_WORK/project/.git"
cd "$FIMD_WORK/project" || exit 1
printf 'int add(int a, int b) {\n  \n}\n' >add.c
complete() { "$FIMD" complete add.c:2:3 2>"$FIMD_WORK/said"; }
# trouble: what `fimd doctor` says below the provider, in one line.
trouble() { "$FIMD" doctor 2>&1 | sed -n '/^  gate /{n;s/^ *//p}'; }

configure fim
same "text of a real llama-server comes through the proxy" "return a + b;" "$(complete)"
configure spy
same "and of another model behind it" "return a * b;" "$(complete)"
complete >/dev/null
users=$(python3 - "$FIMD_WORK/spy.jsonl" <<'END'
import json, sys
asked = [json.loads(line) for line in open(sys.argv[1])]
asked = [line for line in asked if line["event"] == "request" and line["path"].endswith("/completions")]
keys = [(line["body"].get("user"), line["headers"].get("x-user-id")) for line in asked]
good = [user for user, header in keys if isinstance(user, str) and len(user) >= 8 and "add.c" not in user and header == user]
print("all" if keys and len(good) == len(keys) else keys)
END
)
same "a key of the session is passed on with each request, in the body and in a header" all "$users"

# What goes wrong is told in one line.
same "nothing is said of a model that answers" "model spy, 4096 tokens, qwen" "$(trouble)"
same "a wrong key is told" \
  'key not accepted: status 400: No connected db.' "$(GATE_KEY=sk-wrong trouble | tail -n 1)"
configure nope
told=$(trouble)
case $told in
  "refuses completions: "*"check \"model\""*) ok "litellm: a model that the proxy does not know is told" ;;
  *) not_ok "litellm: a model that the proxy does not know is told: $told" ;;
esac
configure small
python3 -c 'print("int add(int a, int b) {\n  \n}\n" + "// one more line of words\n" * 400)' >long.c
"$FIMD" complete --explain long.c:2:3 >"$FIMD_WORK/long" 2>&1
case $(grep -c 'gate: prompt too long: status 400: litellm.ContextWindowExceededError' "$FIMD_WORK/long") in
  1) ok "litellm: a prompt that is too long for the server behind the proxy is told" ;;
  *) not_ok "litellm: a prompt that is too long for the server behind the proxy is told"; cat "$FIMD_WORK/long" ;;
esac
configure fim
kill -KILL "$(cat "$FIMD_WORK/back.pid")"
told=$(trouble)
case $told in
  "model fim, "*"; a try failed: server error: status 500: "*) ok "litellm: a server behind the proxy that is down is told" ;;
  *) not_ok "litellm: a server behind the proxy that is down is told: $told" ;;
esac
sh "$FIMD_WORK/plug-back"
answers "$back"

# A client that has waited long enough closes, and so does the proxy.
configure spy
curl -fs -X PUT -d '{"scenario":"hang-middle"}' -o "$FIMD_WORK/control" "$spy/control"
sed -i 's/"soft_ms": 8000, "hard_ms": 9000/"soft_ms": 500, "hard_ms": 1000/' "$XDG_CONFIG_HOME/fimd/config.json"
complete >"$FIMD_WORK/late"
for _ in $(seq 50); do grep -q '"disconnect"' "$FIMD_WORK/spy.jsonl" && break; sleep 0.1; done
if grep -q '"disconnect"' "$FIMD_WORK/spy.jsonl"; then ok "litellm: a request that is given up ends behind the proxy too"; else
  not_ok "litellm: a request that is given up ends behind the proxy too"
  cat "$FIMD_WORK/spy.jsonl"
fi
# A stream that ends with an error of the proxy's, since the server behind it has broken off.
curl -fs -X PUT -d '{"scenario":"reset-middle"}' -o "$FIMD_WORK/control" "$spy/control"
configure spy
"$FIMD" complete --explain add.c:2:3 >"$FIMD_WORK/broken" 2>&1
case $(grep -c 'gate: server error: litellm.InternalServerError' "$FIMD_WORK/broken") in
  1) ok "litellm: a stream that breaks off is told" ;;
  *) not_ok "litellm: a stream that breaks off is told"; cat "$FIMD_WORK/broken" ;;
esac
curl -fs -X PUT -d '{"scenario":"ok"}' -o "$FIMD_WORK/control" "$spy/control"

export FIMD_LABEL=litellm FIMD_CLIENT=plugin FIMD_TAP_LOG=$FIMD_WORK/tap.jsonl
export FIMD_COMMAND='["node","'$e2e/lib/tap.mjs'","'$FIMD_TAP_LOG'","'$FIMD'","--stdio"]'
rm "$XDG_CONFIG_HOME/fimd/config.json"
# edit NAME MODEL SOFT HARD: a script for Neovim with the model behind the proxy.
edit() {
  export FIMD_SETTINGS='{"completion":{"providers":["gate"],"speculate":"off","soft_ms":'$3',"hard_ms":'$4'},"providers":{"gate":{"kind":"openai","model":"'$2'",
    "url":"http://127.0.0.1:'$front'","fim_template":"qwen","api_key_env":"GATE_KEY","session_user":true}}}'
  timeout 240 "$FIMD_TOOLS/neovim/nvim" --headless --clean -c "luafile $e2e/nvim/$1.lua" </dev/null || not_ok "litellm: ended with an error"
}
edit litellm fim 2000 3000
