#!/usr/bin/env bash
# A full disk under the ledger, the cache and the runtime folder: completions go on, nothing crashes, and the ledger is
# written again once there is room. The disk is a small tmpfs in a mount namespace of this script's own.
. "$(dirname "$0")/lib/common.sh"
if [ -z "${FIMD_FULL_DISK-}" ]; then
  if unshare -rm true 2>/dev/null; then FIMD_FULL_DISK=1 exec unshare -rm "$0"; fi
  ok "skipped: this machine allows no mount namespace, so no small disk"
  exit 0
fi
use_own_home
mount -t tmpfs -o size=1m,mode=700 small "$HOME" || { not_ok "a small disk is mounted"; exit 1; }
use_own_home

scripted "$e2e/model_server.py" --answer 'total = price * count'
mkdir -p "$XDG_CONFIG_HOME/fimd" "$FIMD_WORK/project"
cat >"$XDG_CONFIG_HOME/fimd/config.json" <<END
{ "completion": { "providers": ["far"], "hard_ms": 20000, "soft_ms": 20000 },
  "providers": { "far": { "kind": "llama.cpp", "url": "$url", "jurisdiction": "eu" } } }
END
cd "$FIMD_WORK/project" || exit 1
printf 'def pay(price, count):\n    \n    return total\n' >shop.py

# completes WHEN: text comes; what was said beside it is kept in $FIMD_WORK/said.
completes() {
  if "$FIMD" complete shop.py:2:5 2>"$FIMD_WORK/said" | grep -qF 'price * count'; then ok "text comes $1"; else not_ok "text comes $1"; cat "$FIMD_WORK/said"; fi
}
requests() { "$FIMD" ledger --json 2>/dev/null | grep -c '"jurisdiction": "eu"'; }
fill() { dd if=/dev/zero of="$HOME/filler" bs=4k >/dev/null 2>&1; [ "$(df --output=avail "$HOME" | tail -n 1 | tr -d ' ')" = 0 ]; }

if fill; then ok "the disk is full"; else not_ok "the disk is full"; fi
completes "on a disk that is full from the start"
rm "$HOME/filler"
completes "once there is room"
before=$(requests)
if [ "$before" -ge 1 ]; then ok "the ledger is written once there is room"; else not_ok "the ledger is written once there is room"; fi
fill || not_ok "the disk is full again"
completes "on a disk that filled up later"
lines=$(wc -l <"$FIMD_WORK/said")
if [ "$lines" -le 1 ]; then ok "a full disk costs at most one line"; else not_ok "a full disk costs at most one line: $lines"; cat "$FIMD_WORK/said"; fi
rm "$HOME/filler"
completes "after the disk had been full"
after=$(requests)
if [ "$after" -gt "$before" ]; then ok "the ledger grows again"; else not_ok "the ledger grows again: $before, then $after"; fi
if ls "$XDG_STATE_HOME"/fimd/*aside* "$XDG_STATE_HOME"/fimd/*bad* >/dev/null 2>&1; then not_ok "a full disk sets no ledger aside"; else ok "a full disk sets no ledger aside"; fi

# Journals of repairs.
mkdir -p .git
rm -f "$HOME/filler"
cat >add.py <<'END'
def add(a, b):
    return a - b
END
edit='{"call": "edit_file", "arguments": {"path": "add.py", "old_string": "a - b", "new_string": "a + b"}}'
# repairs SCRIPT: a chat model plays it.
repairs() {
  printf '%s' "$1" >"$FIMD_WORK/script.json"
  scripted "$e2e/chat_server.py" "$FIMD_WORK/script.json"
  chat='{"chat":{"kind":"openai","url":"'$url'","model":"scripted"}}'
}
# holds FILE TEXT WHAT
holds() { if grep -qF -- "$2" "$1"; then ok "$3"; else not_ok "$3"; cat "$1"; fi; }
use_chat() { "$FIMD" "$@" --set "providers=$chat" --set agent.provider=chat >"$FIMD_WORK/out" 2>"$FIMD_WORK/err"; }

fill || not_ok "the disk is full for a repair"
repairs "[$edit, {\"say\": \"Done.\"}]"
use_chat fix add.py:2 --message 'wrong sum'
holds "$FIMD_WORK/out" '+    return a + b' "a repair comes on a full disk"
holds "$FIMD_WORK/err" 'journal' "and says that it is not kept"
rm "$HOME/filler"
"$FIMD" tasks list >"$FIMD_WORK/out" 2>&1 || not_ok "tasks are listed after a full disk"
for id in $("$FIMD" tasks list | cut -d' ' -f1); do "$FIMD" tasks forget "$id" || not_ok "a task of a full disk is forgotten"; done

# More than what is left of the last page of the journal.
edit=${edit/a + b/a + b  # $(printf '%05000d' 0)}
repairs "[{\"call\": \"read_file\", \"arguments\": {\"path\": \"add.py\"}}, ${edit%?}, \"after\": \"$FIMD_WORK/full\"}, {\"say\": \"Done.\"}, $edit, {\"say\": \"Done.\"}]"
use_chat fix add.py:2 --message 'wrong sum' &
repairing=$!
for _ in $(seq 200); do grep -q '"result"' "$XDG_STATE_HOME"/fimd/tasks/*.journal 2>/dev/null && break; sleep 0.05; done
fill || not_ok "the disk is full in the middle of a repair"
touch "$FIMD_WORK/full"
wait "$repairing"
holds "$FIMD_WORK/out" '+    return a + b' "a repair goes on when the disk fills up"
holds "$FIMD_WORK/err" 'journal could not be written to the end' "and says what is lost"
rm "$HOME/filler"
id=$("$FIMD" tasks list | cut -d' ' -f1)
"$FIMD" tasks list >"$FIMD_WORK/out"
holds "$FIMD_WORK/out" 'interrupted' "its task counts as cut off"
use_chat tasks resume "$id"
holds "$FIMD_WORK/out" '+    return a + b' "and goes on once there is room"
"$FIMD" tasks show "$id" >"$FIMD_WORK/out"
holds "$FIMD_WORK/out" '    +    return a + b' "and shows its change"
