#!/usr/bin/env bash
# The template for JetBrains IDEs, and fimd driven by it: a client on LSP4J, the library under LSP4IJ, with LSP4IJ's habits
# (string ids, settings pushed and asked for, 300 ms of pause, cancellation, how a range becomes grey text).
. "$(dirname "$0")/lib/common.sh"
. "$e2e/lib/model.sh"
install_model_server
once lsp4j "$e2e/lib/lsp4j.sh" "$FIMD_TOOLS/lsp4j"
use_own_home
if node "$root/editors/jetbrains/generate.mjs" "$FIMD" --check; then
  ok "file types and schema of the template are in step with fimd"
else
  not_ok "file types and schema of the template are in step with fimd"
fi
export FIMD_ANSWER='return a + b;'
start_model "$FIMD_ANSWER"
mkdir -p "$FIMD_WORK/bin" "$FIMD_WORK/project"

# What the scripted chat model answers, in the order of Repair.java; "after" is a file that lets it go on.
repair() { echo '{"call":"edit_file","arguments":{"path":"'"$1"'.py","old_string":"a - b","new_string":"a + b"}'"${2:-}"'},{"say":"The sign was wrong."}'; }
rm -f "$FIMD_WORK/above" "$FIMD_WORK/conflict"
echo "[$(repair plain),$(repair above ',"after":"'"$FIMD_WORK/above"'"'),$(repair conflict ',"after":"'"$FIMD_WORK/conflict"'"'),{\"hang\":true}]" >"$FIMD_WORK/script.json"
scripted "$e2e/chat_server.py" "$FIMD_WORK/script.json"
export FIMD_REPAIRS='{"completion":{"providers":["builtin"]},"agent":{"provider":"chat"},
  "providers":{"chat":{"kind":"openai","url":"'$url'","model":"scripted"}}}'
ln -sf "$FIMD" "$FIMD_WORK/bin/fimd"  # the template's command finds it by its name
classpath=$(printf '%s:' "$FIMD_TOOLS"/lsp4j/*.jar)
if ! javac -proc:none -cp "$classpath" -d "$FIMD_WORK/classes" "$e2e"/jetbrains/*.java; then
  not_ok "the client does not compile"
  exit 1
fi
PATH=$FIMD_WORK/bin:$PATH FIMD_SETTINGS=$model_settings timeout 120 java -XX:TieredStopAtLevel=1 -Xshare:auto \
  -cp "$classpath$FIMD_WORK/classes" Main "$root/editors/jetbrains/fimd" "$FIMD_WORK/project" 2>"$FIMD_WORK/client.log" || {
  not_ok "the client ended with an error"
  cat "$FIMD_WORK/client.log"
}
