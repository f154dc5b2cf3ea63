#!/usr/bin/env bash
# The codecs against real model servers: llama-server with models whose answer is chosen and with SmolLM2, and Ollama;
# both in their own dialects and in those of OpenAI, both kinds of completion, and Anthropic's.
#
# Ollama is built from source (3 minutes on two cores the first time): FIMD_OLLAMA=0 leaves it out, and so does a
# machine without Go 1.24.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
models=$root/tests/models
export FIMD_MODELS=${FIMD_MODELS:-${FIMD_TOOLS:-$root/build/test-tools}}
work=${FIMD_WORK:-$(mktemp -d)}
session=${FIMD_SESSION:-$root/build/session}
answer=$'return a + b;\n}\n'
call=$'<tool_call>\n{"name": "edit_file", "arguments": {"path": "add.py", "old_string": "return a - b", "new_string": "return a + b"}}\n</tool_call>'
block=$'add.py\n<<<<<<< SEARCH\n    return a - b\n=======\n    return a + b\n>>>>>>> REPLACE\n'
started=""

finish() {
  local pid
  for pid in $started; do kill "$pid" 2>/dev/null; done
  for pid in $started; do wait "$pid" 2>/dev/null; done
}
trap finish EXIT
trap 'exit 1' INT TERM
die() { echo "not ok $*"; exit 1; }

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# ready PID URL [SOCKET]: waits until the server answers; a server that ended or never answers is a failure.
ready() {
  local n
  for n in $(seq 1 600); do
    kill -0 "$1" 2>/dev/null || return 1
    curl -fs --max-time 5 ${3:+--unix-socket "$3"} -o "$work/ready" "$2" && return
    sleep 0.05  # between two questions; how long it takes is not tested
  done
  return 1
}

# llama NAME MODEL [OPTION...]: starts a llama-server; its url is left in $url.
llama() {
  local port name=$1 model=$2
  shift 2
  port=$(free_port)
  "$server" -m "$model" --port "$port" --offline --no-ui -np 1 -t 1 "$@" >"$work/$name.log" 2>&1 &
  started="$started $!"
  url=http://127.0.0.1:$port
  ready $! "$url/health" || { tail -n 20 "$work/$name.log"; die "llama-server with $name does not start"; }
}

# checks FILTER: runs the tests that match and reports each.
checks() {
  FIMD_BUGS_ABORT=1 timeout -k 10 300 "$session" --gtest_filter="$1" >"$work/$2.log" 2>&1
  local status=$?
  sed -n 's/^\[       OK \] \([^ ]*\).*/ok \1/p' "$work/$2.log"
  sed -n 's/^\[  FAILED  \] \([^ ]*\) (.*/not ok \1/p; s/^\[  SKIPPED \] \([^ ]*\) (.*/not ok \1 was skipped/p' "$work/$2.log"
  grep -q '^\[       OK \]' "$work/$2.log" || echo "not ok $2: no test ran"
  [ $status = 0 ] || { echo "not ok $2 ended with status $status"; tail -n 40 "$work/$2.log"; }
}

command -v curl >/dev/null || { . "$root/editors/packages.sh" && install_packages curl >&2; } || die "curl is missing"
server=$("$models/llama-server.sh" 2>"$work/llama-server.log") || { tail "$work/llama-server.log"; die "no llama-server"; }
fim=$("$models/tiny-model.sh" "$FIMD_MODELS/tiny/fim.gguf" --answer "$answer") || die "no model"
nofim=$("$models/tiny-model.sh" "$FIMD_MODELS/tiny/nofim.gguf" --no-fim --answer "$answer") || die "no model"
smollm2=$("$models/smollm2.sh") || die "no SmolLM2"
calling=$("$models/tiny-model.sh" "$FIMD_MODELS/tiny/call.gguf" --chat --ctx 65536 --answer "$call") || die "no model"
filling=$("$models/tiny-model.sh" "$FIMD_MODELS/tiny/fill.gguf" --chat --ctx 65536 --answer '<fill>return a + b;</fill>') || die "no model"
writing=$("$models/tiny-model.sh" "$FIMD_MODELS/tiny/block.gguf" --chat --ctx 65536 --answer "$block") || die "no model"

llama fim "$fim"; export FIMD_TEST_LLAMA=$url
llama nofim "$nofim"; export FIMD_TEST_LLAMA_NOFIM=$url
llama smollm2 "$smollm2"; export FIMD_TEST_SMOLLM2=$url
export FIMD_TEST_LLAMA_SOCKET=$work/llama.sock
rm -f "$FIMD_TEST_LLAMA_SOCKET"
"$server" -m "$fim" --host "$FIMD_TEST_LLAMA_SOCKET" --offline --no-ui -np 1 -t 1 >"$work/socket.log" 2>&1 &
started="$started $!"
ready $! http://localhost/health "$FIMD_TEST_LLAMA_SOCKET" || die "llama-server on a unix socket does not start"
checks 'RealLlama.*' llama
llama filling "$filling"; export FIMD_TEST_LLAMA_FILL=$url
llama keyed "$fim" --api-key right; export FIMD_TEST_LLAMA_KEY=$url
checks 'RealKinds.*-RealKinds.Ollama*' kinds
llama calling "$calling"; export FIMD_TEST_LLAMA_CALL=$url
llama writing "$writing"; export FIMD_TEST_LLAMA_BLOCK=$url
checks 'RealLlamaAgent.*' agent

if [ "${FIMD_OLLAMA:-1}" = 0 ]; then
  echo "OLLAMA IS LEFT OUT: FIMD_OLLAMA=0"
  exit
fi
if ! go version 2>/dev/null | grep -qE 'go1\.(2[4-9]|[3-9][0-9])'; then
  echo "OLLAMA IS LEFT OUT: building it needs Go 1.24"
  exit
fi
ollama=$("$models/ollama.sh" 2>"$work/ollama-build.log") || { tail "$work/ollama-build.log"; die "no ollama"; }
mkdir -p "$work/ollama"
export HOME=$work/ollama OLLAMA_MODELS=$work/ollama/models OLLAMA_NO_CLOUD=1
OLLAMA_HOST=127.0.0.1:$(free_port)
export OLLAMA_HOST FIMD_TEST_OLLAMA=http://$OLLAMA_HOST
"$ollama" serve >"$work/ollama.log" 2>&1 &
started="$started $!"
ready $! "$FIMD_TEST_OLLAMA/api/version" || die "ollama does not start"
create() { printf '%b' "$2" >"$work/Modelfile"; "$ollama" create "$1" -f "$work/Modelfile" >"$work/create.log" 2>&1 || die "ollama create $1"; }
create tiny "FROM $fim\nTEMPLATE \"\"\"{{ if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>{{ else }}{{ .Prompt }}{{ end }}\"\"\"\n"
create qwen2.5-coder-tiny "FROM $fim\n"
create plain "FROM $nofim\n"
create filling "FROM $filling\n"
checks 'RealOllama.*:RealKinds.Ollama*' ollama
