#!/usr/bin/env bash
# The ledger, the statistics and their page: from completions in the shell against a scripted model server to a page in
# a real browser, light and dark.
. "$(dirname "$0")/lib/common.sh"
use_own_home

scripted "$e2e/model_server.py" --answer 'total = price * count'
mkdir -p "$XDG_CONFIG_HOME/fimd" "$FIMD_WORK/project"
cat >"$XDG_CONFIG_HOME/fimd/config.json" <<END
{ "completion": { "providers": ["far", "builtin"], "hard_ms": 20000, "soft_ms": 20000 },
  "providers": { "far": { "kind": "mistral", "url": "$url", "model": "codestral-latest", "jurisdiction": "eu" } } }
END
cd "$FIMD_WORK/project" || exit 1
printf 'def pay(price, count):\n    total = price * count\n    secret_word = 1\n    return total\n' >shop.py
git init -q . && git add -A && git -c user.name=n -c user.email=a@b commit -qm one

# says WHAT TEXT COMMAND...: the command succeeds and prints the text.
says() {
  local what=$1 text=$2 out
  shift 2
  if out=$("$@" 2>"$FIMD_WORK/errors") && grep -qF -- "$text" <<<"$out"; then ok "$what"; else not_ok "$what"; printf '%s\n' "$out"; cat "$FIMD_WORK/errors"; fi
}

says "an empty ledger says so" "0 requests" "$FIMD" ledger
says "empty statistics say so" "nothing was asked yet" "$FIMD" stats
"$FIMD" complete shop.py:2:5 >/dev/null 2>&1
says "the ledger names the provider and where it is" "far (eu, $url)" "$FIMD" ledger
says "the ledger names the lines that left" "shop.py:1-" "$FIMD" ledger --purpose completion
says "the ledger is JSON when asked" '"jurisdiction": "eu"' "$FIMD" ledger --json
if grep -rqF secret_word "$XDG_STATE_HOME/fimd"; then not_ok "the ledger holds no text"; else ok "the ledger holds no text"; fi
if "$FIMD" ledger --since yesterdayish >/dev/null 2>"$FIMD_WORK/refusal"; then not_ok "a wrong time is refused"; else
  says "a wrong time is refused with one line" "--since" cat "$FIMD_WORK/refusal"
fi
says "statistics show the provider" "far" "$FIMD" stats
says "an evaluation compares providers" "far" "$FIMD" eval --root . -n 5 --providers far,builtin
says "an evaluation is JSON when asked" '"verdicts"' "$FIMD" eval --root . -n 3 --providers far,builtin --json

comparison=$FIMD_WORK/eval.html
says "an evaluation is a page when asked" "$comparison" "$FIMD" eval --root . -n 3 --providers far,builtin --html "$comparison"
says "the page holds the verdict" "<h2>Verdicts</h2>" cat "$comparison"
if "$FIMD" eval --root . -n 3 --providers builtin --html "$FIMD_WORK/nowhere/x.html" >/dev/null 2>"$FIMD_WORK/refusal"; then not_ok "a page that cannot be written is said"; else
  says "a page that cannot be written is said" "nowhere/x.html: No such file" cat "$FIMD_WORK/refusal"
fi

page=$FIMD_WORK/stats.html
"$FIMD" stats --html "$page" >/dev/null || not_ok "a page is written"
# browse ARGUMENT...: the browser with a profile of its own; what it says on stderr is of no use.
browse() { timeout 120 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$FIMD_WORK/browser" "$@" "file://$page" 2>/dev/null; }
says "a browser shows the page" "<td>far</td>" browse --dump-dom
pictures=$root/build/test-logs
mkdir -p "$pictures"
browse --screenshot="$pictures/stats-light.png" >/dev/null
timeout 120 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$FIMD_WORK/browser" --window-size=900,1500 \
  --screenshot="$pictures/eval-light.png" "file://$comparison" >/dev/null 2>&1
browse --force-dark-mode --blink-settings=preferredColorScheme=0 --screenshot="$pictures/stats-dark.png" >/dev/null
light=$(python3 "$e2e/stats/corner.py" "$pictures/stats-light.png") dark=$(python3 "$e2e/stats/corner.py" "$pictures/stats-dark.png")
if [ "${light:-0}" -gt 200 ]; then ok "the page is light where the system is"; else not_ok "the page is light where the system is: $light"; fi
if [ "${dark:-255}" -lt 60 ]; then ok "the page is dark where the system is"; else not_ok "the page is dark where the system is: $dark"; fi
