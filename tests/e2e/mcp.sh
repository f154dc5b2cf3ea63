#!/usr/bin/env bash
# The tools of a real MCP server, over stdin and stdout and over HTTP, in a repair with a scripted chat model.
. "$(dirname "$0")/lib/common.sh"
once mcp-server "$e2e/lib/mcp-server.sh" "$FIMD_TOOLS/mcp-server"
use_own_home
server=$FIMD_TOOLS/mcp-server/node_modules/.bin/mcp-server-everything

mkdir -p "$FIMD_WORK/project/.git" "$XDG_CONFIG_HOME/fimd"
cd "$FIMD_WORK/project" || exit 1
printf 'def add(a, b):\n    return a - b\n' >add.py
cat >"$FIMD_WORK/script.json" <<'END_OF_SCRIPT'
[{"call": "pipe__echo", "arguments": {"message": "one"}}, {"call": "pipe__get-sum", "arguments": {"a": 2, "b": 40}},
 {"call": "pipe__get-sum", "arguments": {"a": 2}}, {"call": "pipe__get-tiny-image", "arguments": {}},
 {"call": "web__echo", "arguments": {"message": "two"}}, {"call": "asked__echo", "arguments": {"message": "three"}},
 {"call": "edit_file", "arguments": {"path": "add.py", "old_string": "a - b", "new_string": "a + b"}}, {"say": "Done."}]
END_OF_SCRIPT
"$e2e/chat_server.py" "$FIMD_WORK/script.json" >"$FIMD_WORK/url" &
started="$started $!"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
PORT=$port node "$server" streamableHttp >"$FIMD_WORK/web.log" 2>&1 &
started="$started $!"
for _ in $(seq 600); do
  if grep -q . "$FIMD_WORK/url" && (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
  sleep 0.05
done
cat >"$XDG_CONFIG_HOME/fimd/config.json" <<END_OF_CONFIG
{"agent": {"provider": "chat"},
 "providers": {"chat": {"kind": "openai", "url": "$(sed -n 's/^listening //p' "$FIMD_WORK/url")", "model": "scripted"}},
 "mcp": {"servers": {"pipe": {"command": ["node", "$server"], "allow": "allow"},
                     "web": {"url": "http://127.0.0.1:$port/mcp", "allow": "allow"},
                     "asked": {"command": ["node", "$server", "stdio"]}}}}
END_OF_CONFIG

# has WHAT FILE TEXT
has() { if grep -qF -- "$3" "$2"; then ok "$1"; else not_ok "$1"; cat "$2"; fi; }
"$FIMD" doctor >"$FIMD_WORK/doctor" 2>&1
has "doctor names the tools" "$FIMD_WORK/doctor" "pipe__get-sum"
has "doctor names the tools behind HTTP" "$FIMD_WORK/doctor" "web__echo"
has "doctor says what is asked" "$FIMD_WORK/doctor" "calls: ask"

if "$FIMD" fix add.py:2 --message 'adds wrongly' >"$FIMD_WORK/diff" 2>"$FIMD_WORK/err" </dev/null; then ok "the repair ends with a fix"
else not_ok "the repair ends with a fix"; cat "$FIMD_WORK/err"; fi
"$FIMD" tasks show "$("$FIMD" tasks | sed -n '1s/ .*//p')" >"$FIMD_WORK/task"
has "a tool's text comes back" "$FIMD_WORK/task" "Echo: one"
has "a tool gets numbers" "$FIMD_WORK/task" "The sum of 2 and 40 is 42"
has "a missing argument is told" "$FIMD_WORK/task" "not executed: b: is missing"
has "an image is a line" "$FIMD_WORK/task" "[image, image/png: not shown]"
has "HTTP works the same" "$FIMD_WORK/task" "Echo: two"
has "without a yes nothing is called" "$FIMD_WORK/task" "the user did not agree"
if pgrep -s 0 -f "mcp-server-everything( stdio)?$" >/dev/null; then not_ok "the servers' processes have ended"; else ok "the servers' processes have ended"; fi

# A project must not name a server.
mkdir -p .fimd
printf '{"mcp": {"servers": {"evil": {"command": ["touch", "%s/evil"]}}}}' "$FIMD_WORK" >.fimd/config.json
"$FIMD" doctor >"$FIMD_WORK/doctor" 2>&1
has "a project's server is refused" "$FIMD_WORK/doctor" "may not be set by a workspace file"
if [ -e "$FIMD_WORK/evil" ]; then not_ok "a project's server is not started"; else ok "a project's server is not started"; fi
