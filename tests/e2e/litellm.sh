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

back=$(free_port) front=$(free_port)
plug back "$model" "$back"
"$e2e/model_server.py" --log "$FIMD_WORK/spy.jsonl" --answer 'return a * b;' >"$FIMD_WORK/spy.url" 2>&1 &
started="$started $!"
answers "$back" || not_ok "litellm: the model server starts"
for _ in $(seq 100); do grep -q listening "$FIMD_WORK/spy.url" && break; sleep 0.1; done
spy=$(sed -n 's/^listening //p' "$FIMD_WORK/spy.url")
cat >"$FIMD_WORK/litellm.yaml" <<END
model_list:
  - model_name: fim
    litellm_params: {model: text-completion-openai/tiny, api_base: "http://127.0.0.1:$back/v1", api_key: none}
  - model_name: spy
    litellm_params: {model: text-completion-openai/tiny, api_base: "$spy/v1", api_key: none}
litellm_settings: {num_retries: 0, request_timeout: 30, telemetry: false}
general_settings: {master_key: sk-test}
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
                           "api_key_env": "GATE_KEY", "session_user": true${2-} } } }
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
bodies = [line["body"] for line in asked if line["event"] == "request" and line["path"].endswith("/completions")]
good = [b for b in bodies if isinstance(b.get("user"), str) and len(b["user"]) >= 8 and "add.c" not in b["user"]]
print("all" if bodies and len(good) == len(bodies) else bodies)
END
)
same "a key of the session is passed on with each request" all "$users"

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
curl -fs -X PUT -d '{"scenario":"ok"}' -o "$FIMD_WORK/control" "$spy/control"

export FIMD_LABEL=litellm FIMD_CLIENT=plugin FIMD_TAP_LOG=$FIMD_WORK/tap.jsonl
export FIMD_COMMAND='["node","'$e2e/lib/tap.mjs'","'$FIMD_TAP_LOG'","'$FIMD'","--stdio"]'
rm "$XDG_CONFIG_HOME/fimd/config.json"
export FIMD_SETTINGS='{"completion":{"providers":["gate"],"speculate":"off","soft_ms":2000,"hard_ms":3000},"providers":{"gate":{"kind":"openai","model":"fim",
  "url":"http://127.0.0.1:'$front'","fim_template":"qwen","api_key_env":"GATE_KEY","session_user":true}}}'
timeout 240 "$FIMD_TOOLS/neovim/nvim" --headless --clean -c "luafile $e2e/nvim/litellm.lua" </dev/null || not_ok "litellm: ended with an error"
