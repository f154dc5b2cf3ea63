# shellcheck shell=bash
# Sourced by the end-to-end scripts: where things are, how to report, how to start what they need and end it again.
# A script can also be run by hand: FIMD, FIMD_TOOLS and FIMD_WORK have defaults.
set -u
e2e=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
root=$(cd "$e2e/../.." && pwd)
export FIMD=${FIMD:-$root/build/fimd} FIMD_TOOLS=${FIMD_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/fimd-tests}
export FIMD_WORK=${FIMD_WORK:-$(mktemp -d)}
mkdir -p "$FIMD_TOOLS" "$FIMD_WORK"

ok() { echo "ok $*"; }
not_ok() { echo "not ok $*"; }

# Ends what the script started, whatever way the script ends. What does not end by itself within five seconds (llama-server
# can lock up when it is ended in the middle of a task) is killed.
started=""
end_started() {
  local pid tries
  for pid in $started; do kill "$pid" 2>/dev/null && kill -CONT "$pid" 2>/dev/null; done  # a stopped process hears nothing
  for pid in $started; do
    for ((tries = 0; tries < 100; ++tries)); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.05
    done
    kill -KILL "$pid" 2>/dev/null
    wait "$pid"
  done
} 2>/dev/null
trap end_started EXIT
trap 'exit 1' INT TERM

# once NAME COMMAND...: runs an installation step, one script at a time; its output goes to a log.
once() {
  local name=$1
  shift
  if ! flock "$FIMD_TOOLS/$name.lock" "$@" >"$FIMD_TOOLS/$name.log" 2>&1; then
    not_ok "$name could not be installed"
    tail -n 20 "$FIMD_TOOLS/$name.log"
    exit 1
  fi
}

# scripted COMMAND...: starts a server that says "listening URL"; its address is left in $url.
scripted() {
  local told
  told=$(mktemp "$FIMD_WORK/server-XXXXXX")
  "$@" >"$told" 2>&1 &
  started="$started $!"
  for _ in $(seq 600); do grep -q '^listening' "$told" && break; sleep 0.05; done
  url=$(sed -n 's/^listening //p' "$told")
  [ -n "$url" ] && return
  not_ok "$1 does not start"
  cat "$told"
  exit 1
}

# A home of its own for servers and editors, so that neither reads nor writes the user's files. Installers run before.
use_own_home() {
  export HOME=$FIMD_WORK/home
  export XDG_CONFIG_HOME=$HOME/.config XDG_CACHE_HOME=$HOME/.cache XDG_DATA_HOME=$HOME/.local/share
  export XDG_STATE_HOME=$HOME/.local/state XDG_RUNTIME_DIR=$HOME/run
  mkdir -p "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME" "$XDG_DATA_HOME" "$XDG_STATE_HOME" "$XDG_RUNTIME_DIR"
  chmod 700 "$XDG_RUNTIME_DIR"
  unset MISTRAL_API_KEY CODESTRAL_API_KEY DEEPSEEK_API_KEY OPENAI_API_KEY ZAI_API_KEY
}
