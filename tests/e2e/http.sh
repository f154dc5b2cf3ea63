#!/usr/bin/env bash
# The HTTP endpoint as other programs use it, in front of a scripted model server: curl, called as llama.vim calls it,
# and the client library of OpenAI.
. "$(dirname "$0")/lib/common.sh"
once openai "$e2e/lib/npm-client.sh" "$FIMD_TOOLS/openai" http
use_own_home

scripted "$e2e/model_server.py" --answer 'total = price * count' --log "$FIMD_WORK/asked"
model=$url
mkdir -p "$XDG_CONFIG_HOME/fimd"
cat >"$XDG_CONFIG_HOME/fimd/config.json" <<END
{ "completion": { "providers": ["near"] }, "http": { "wait_ms": 20000, "max_wait_ms": 20000 },
  "providers": { "near": { "kind": "llama.cpp", "url": "$model" } } }
END

# daemon NAME ARGUMENT...: starts fimd and waits until it listens; leaves $daemon, its process.
daemon() {
  local name=$1
  shift
  "$FIMD" "$@" >"$FIMD_WORK/$name" 2>&1 &
  daemon=$!
  started="$started $daemon"
  for _ in $(seq 100); do grep -q 'HTTP on' "$FIMD_WORK/$name" && return; sleep 0.1; done
  not_ok "fimd $*: does not listen"
  cat "$FIMD_WORK/$name"
}

# says WHAT TEXT COMMAND...: the command succeeds and prints the text.
says() {
  local what=$1 text=$2 out
  shift 2
  if out=$("$@" 2>&1) && grep -qF -- "$text" <<<"$out"; then ok "$what"; else not_ok "$what"; printf '%s\n' "$out"; fi
}

# holds WHAT COMMAND...: the command succeeds. fails WHAT COMMAND...: it does not.
holds() { if "${@:2}"; then ok "$1"; else not_ok "$1"; fi; }
fails() { if "${@:2}"; then not_ok "$1"; else ok "$1"; fi; }

# refuses WHAT TEXT ARGUMENT...: fimd ends with a failure and one line that holds the text.
refuses() {
  local what=$1 text=$2 out
  shift 2
  if out=$(timeout 20 "$FIMD" "$@" 2>&1 </dev/null); then
    not_ok "$what: it runs"
  elif [ "$(wc -l <<<"$out")" = 1 ] && grep -qF -- "$text" <<<"$out"; then
    ok "$what"
  else
    not_ok "$what"
    printf '%s\n' "$out"
  fi
}

readable=$FIMD_WORK/readable
printf 'token\n' >"$readable" && chmod 644 "$readable"
refuses "other addresses are refused" "is not on this machine" --http 0.0.0.0:8090
refuses "a wrong setting is refused" "completion.hard_ms" --http 127.0.0.1:0 --set completion.hard_ms=soon
refuses "a token that others can read is refused" "only you can read" --http 127.0.0.1:0 --http-token "$readable"

daemon tcp --http 127.0.0.1:0
url=http://$(sed -n 's/.*HTTP on \([0-9.:]*\).*/\1/p' "$FIMD_WORK/tcp")
token_file=$XDG_STATE_HOME/fimd/http.token
token=$(cat "$token_file")
holds "the token is for its owner only" test "$(stat -c %a "$token_file")" = 600
fails "the log does not tell the token" grep -qF "$token" "$FIMD_WORK/tcp"

# ask PATH [CURL ARGUMENT...]: with the token.
ask() { curl -sSN -H "Authorization: Bearer $token" "$url$1" "${@:2}"; }
wanted='total = price * count'
says "health needs no token" '"status":"ok"' curl -sS "$url/health"
says "a completion needs one" 'a token is needed' curl -sS "$url/v1/completions" -d '{"prompt":"x"}'
says "the model has a name" '"id":"fimd"' ask /v1/models
says "a prompt with a suffix is completed" "\"text\":\"$wanted\"" ask /v1/completions \
  -d '{"model":"x","prompt":"def pay(price, count):\n    ","suffix":"\n    return total\n"}'
says "and so is one that was written for a model, as Zed does" "\"text\":\"$wanted\"" ask /v1/completions \
  -d '{"model":"x","prompt":"<fim_prefix>def cost(price, count):\n    <fim_suffix>\n    return total\n<fim_middle>"}'
says "a stream ends with its mark" 'data: [DONE]' ask /v1/completions \
  -d '{"prompt":"def sum(price, count):\n    ","suffix":"\n    return total\n","stream":true}'
node "$e2e/http/openai.mjs" "$FIMD_TOOLS/openai" "$url" "$token" || not_ok "OpenAI's client ended with an error"

# vim N: a request as llama.vim makes it, for N tokens.
vim() {
  curl --silent --no-buffer --request POST --url "$url/infill" --header 'Content-Type: application/json' --data @- \
    --header "Authorization: Bearer $token" <<END
{ "input_prefix": "def pay(price, count):\n", "input_suffix": "\n    return total\n", "prompt": "    ",
  "input_extra": [{ "text": "RATE = 2\n", "time": [1, 2], "filename": "rates.py" }],
  "n_predict": $1, "n_indent": 4, "top_k": 40, "top_p": 0.99, "stream": false, "samplers": ["top_k", "top_p", "infill"],
  "cache_prompt": true, "t_max_prompt_ms": 500, "t_max_predict_ms": 15000,
  "response_fields": ["content", "timings/prompt_n", "timings/prompt_ms", "timings/prompt_per_second",
    "timings/predicted_n", "timings/predicted_ms", "timings/predicted_per_second", "truncated", "tokens_cached"] }
END
}
says "llama.vim gets its text" "\"content\":\"$wanted\"" vim 256
says "llama.vim gets its figures" '"timings/predicted_per_second"' vim 256
says "llama.vim's warming asks nobody" '"content":""' vim 0

# A client that goes takes its request along.
disconnects() { grep -c '"disconnect"' "$FIMD_WORK/asked"; }
curl -sS -X PUT "$model/control" -d '{"scenario":"hang"}' >/dev/null
curl -sS -H "Authorization: Bearer $token" "$url/v1/completions" >/dev/null 2>&1 \
  -d '{"prompt":"class Shop:\n    def open(self):\n        ","suffix":"\n"}' &
client=$!
for _ in $(seq 100); do grep -q 'class Shop' "$FIMD_WORK/asked" && break; sleep 0.1; done
before=$(disconnects)
kill "$client"
for _ in $(seq 100); do [ "$(disconnects)" -gt "$before" ] && break; sleep 0.1; done
holds "a client that goes takes its request along" test "$(disconnects)" -gt "$before"
curl -sS -X PUT "$model/control" -d '{"scenario":"ok"}' >/dev/null

ask /metrics >"$FIMD_WORK/metrics"
holds "figures are there for Prometheus" grep -q '^fimd_first_token_seconds_bucket{provider="near"' "$FIMD_WORK/metrics"
fails "figures hold no text" grep -qE 'pay|Shop|rates\.py|total =' "$FIMD_WORK/metrics"
kill "$daemon"
wait "$daemon"
holds "it ends when it is told to" test $? = 0
says "the ledger has the requests" "near" "$FIMD" ledger --all

daemon both --http "unix:$FIMD_WORK/http" --listen "unix:$FIMD_WORK/lsp"
says "a socket of the owner needs no token" "\"text\":\"$wanted\"" curl -sS --unix-socket "$FIMD_WORK/http" \
  http://localhost/v1/completions -d '{"prompt":"def pay(price, count):\n    ","suffix":"\n    return total\n"}'
holds "editors are served beside" test -S "$FIMD_WORK/lsp"
kill "$daemon"
wait "$daemon"
fails "the socket file goes with it" test -e "$FIMD_WORK/http"
