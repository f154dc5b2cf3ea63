#!/usr/bin/env bash
# What `fimd doctor` says of a provider that does wrong: one line, in which a person reads what is wrong and what to do.
. "$(dirname "$0")/lib/common.sh"
use_own_home
scripted "$e2e/model_server.py"
model=$url
mkdir -p "$XDG_CONFIG_HOME/fimd" "$FIMD_WORK/project/.git"
cd "$FIMD_WORK/project" || exit 1

# doctor KIND URL [MEMBERS]: what is said of one provider, each line of it without the blanks in front.
doctor() {
  printf '{"completion":{"providers":["m"]},"providers":{"m":{"kind":"%s","url":"%s"%s}}}\n' "$1" "$2" "${3-}" >"$XDG_CONFIG_HOME/fimd/config.json"
  "$FIMD" doctor >"$FIMD_WORK/said" 2>"$FIMD_WORK/errors" || echo "exit code $?"
  cat "$FIMD_WORK/errors"
  sed -n '/^  m  /,/^  builtin /{/^  builtin /d;s/^ *//;p}' "$FIMD_WORK/said"
}

# scenario NAME: what the model server does wrong from now on.
scenario() { curl -fs -X PUT -d '{"scenario":"'"$1"'"}' -o "$FIMD_WORK/control" "$model/control"; }

# tells KIND SCENARIO READY WANTED: `doctor` shows whether the provider may be asked and one line, which begins like that.
tells() {
  local said lines=2
  scenario "$2"
  said=$(doctor "$1" "$model" ',"model":"tiny","fim_template":"qwen"')
  [ "$3" = ready ] && lines=3
  if [ "$(wc -l <<<"$said")" = $lines ] && [[ $(sed -n 1p <<<"$said") =~ ^m\ +$1\ +$3\  ]] && [[ $(sed -n 2p <<<"$said") == "$4"* ]]; then
    ok "doctor: $1, $2"
  else
    not_ok "doctor: $1, $2: not \"$4\" but:"
    printf '%s\n' "$said"
  fi
}

for kind in openai vllm sglang lmstudio; do
  well="model tiny, 4096 tokens, qwen"
  tells $kind ok ready "$well"
  tells $kind whole ready "$well"
  tells $kind 400 no 'refuses completions: bad request: status 400: no completions of this kind (check "kind", "model", '
  tells $kind 401 no 'refuses completions: key not accepted: status 401: Invalid API Key (check the key and its host)'
  tells $kind 404 no "refuses completions: no such model: status 404: model 'tiny' not found (check \"model\")"
  tells $kind 422 no 'refuses completions: bad request: status 422: unprocessable (check '
  tells $kind 501 no 'refuses completions: not supported: status 501: Infill is not supported by this model: prefix token is missing. (check '
  tells $kind html no 'answers completions with a web page (check "kind", "url" and "path", '
  tells $kind 429 ready "$well; a try failed: rate limit: status 429: Rate limit exceeded"
  tells $kind 500 ready "$well; a try failed: server error: status 500: something broke"
  tells $kind 502 ready "$well; a try failed: server error: status 502: "
  tells $kind 503 ready "$well; a try failed: overloaded: status 503: server busy"
  tells $kind close ready "$well; no answer to a try: http: $model closed the connection without an answer"
  tells $kind garbage ready "$well; no answer to a try: http: $model broke off in mid-answer"
done
tells openai hang ready "$well; no answer to a try: http: no complete answer in time"
