#!/usr/bin/env bash
# A session of a real Neovim with a real llama-server is recorded, looked at, played again without the server, and played
# against the server by its configuration (--live) and by an address (--against).
. "$(dirname "$0")/lib/common.sh"
once neovim "$e2e/lib/neovim.sh" "$FIMD_TOOLS/neovim"
. "$e2e/lib/llama.sh"
model=$(tiny line $'return a + b;\n') && other=$(tiny other $'return b + a;\n') || { not_ok "no models"; exit 1; }
use_own_home
export FIMD_PLUGIN=$root/editors/nvim

good() { if [ "$2" = 0 ]; then ok "replay: $1"; else not_ok "replay: $1"; fi; }
port=$(free_port) second=$(free_port)
plug model "$model" "$port"
plug other "$other" "$second"
answers "$port" && answers "$second" || not_ok "replay: the model servers start"

mkdir -p "$XDG_CONFIG_HOME/fimd" "$FIMD_WORK/project/.git"
configure() {
  printf '{"completion":{"providers":["model"],"soft_ms":4000,"hard_ms":5000},"providers":{"model":{"kind":"llama.cpp","url":"http://127.0.0.1:%s"}}}\n' "$1" \
    >"$XDG_CONFIG_HOME/fimd/config.json"
}
configure "$port"
export FIMD_LABEL=replay FIMD_CLIENT=plugin FIMD_TAP_LOG=$FIMD_WORK/tap.jsonl
export FIMD_SECRET=ghp_16C7e42F292c6912E7710c838347Ae178B4a

# record NAME OPTION...: the session of nvim/replay.lua in the file NAME.
record() {
  local file=$FIMD_WORK/$1
  shift
  FIMD_COMMAND='["node","'$e2e/lib/tap.mjs'","'$FIMD_TAP_LOG'","'$FIMD'","--stdio","--record","'$file'"'$(printf ',"%s"' "$@" | sed 's/,""$//')']' \
    timeout 120 "$FIMD_TOOLS/neovim/nvim" --headless --clean -c "luafile $e2e/nvim/replay.lua" </dev/null || not_ok "replay: ended with an error"
}
record redacted ''
record text --record-text

[ "$(stat -c %a "$FIMD_WORK/redacted")" = 600 ]; good "a record is for its owner only" $?
grep -q '^{"end":true}' "$FIMD_WORK/redacted"; good "it has its end" $?
! grep -q -e "$FIMD_SECRET" -e 'return a' -e parcel_weight "$FIMD_WORK/redacted"; good "it holds no text" $?
! grep -q "$FIMD_SECRET" "$FIMD_WORK/text"; good "one with text holds no secret" $?
grep -q parcel_weight "$FIMD_WORK/text"; good "but the text" $?

# verdicts FILE OPTION...: "STATUS VERDICTS BY", of the answers that have text on one side.
verdicts() {
  local status
  "$FIMD" replay --json "$@" >"$FIMD_WORK/out" 2>"$FIMD_WORK/said"
  status=$?
  python3 - "$FIMD_WORK/out" "$status" <<'END' || cat "$FIMD_WORK/said"
import json, sys
requests = json.load(open(sys.argv[1]))["requests"]
told = [r for r in requests if r["before"]["texts"] or r["now"]["texts"]]
print(sys.argv[2], " ".join(sorted({r["verdict"] for r in told})), " ".join(sorted({r["now"]["provider"] for r in told})))
END
}
# same WHAT WANTED SEEN
same() { if [ "$2" = "$3" ]; then ok "replay: $1"; else not_ok "replay: $1: \"$3\", not \"$2\""; cat "$FIMD_WORK/out"; fi; }
same "with the servers there" "0 same model" "$(verdicts "$FIMD_WORK/text" --live)"
kill -KILL "$(cat "$FIMD_WORK/model.pid")"
same "without them, by the record alone" "0 same model" "$(verdicts "$FIMD_WORK/redacted")"
same "and a second time, faster" "0 same model" "$(verdicts "$FIMD_WORK/redacted" --speed 3)"
same "the record with text, too" "0 same model" "$(verdicts "$FIMD_WORK/text")"
same "against a model that says something else" "1 other text model" "$(verdicts "$FIMD_WORK/text" --against "http://127.0.0.1:$second")"
configure "$second"
same "which the configuration can name as well" "1 other text model" "$(verdicts "$FIMD_WORK/text" --live)"

head -c 3000 "$FIMD_WORK/text" >"$FIMD_WORK/cut"
"$FIMD" replay "$FIMD_WORK/cut" >"$FIMD_WORK/out" 2>"$FIMD_WORK/said"
status=$?
if [ $status = 2 ] && [ "$(wc -l <"$FIMD_WORK/said")" = 1 ] && grep -q 'line 2 is not one of a record' "$FIMD_WORK/said"; then ok "replay: a record that is cut off is one clear error"; else
  not_ok "replay: a record that is cut off is one clear error ($status)"
  cat "$FIMD_WORK/said"
fi
