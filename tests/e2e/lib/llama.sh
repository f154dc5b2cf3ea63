# shellcheck shell=bash
# Sourced behind common.sh by scripts whose driver unplugs llama-servers and plugs them in again. Leaves the server's path
# in $server; every server that plug() has started, also again by the driver, ends with the script.
export FIMD_MODELS=$FIMD_TOOLS
server=$("$root/tests/models/llama-server.sh" 2>"$FIMD_WORK/llama-server.log") || { not_ok "no llama-server"; cat "$FIMD_WORK/llama-server.log"; exit 1; }
plugged=""

# tiny NAME ANSWER: the path of a model that always says this.
tiny() { "$root/tests/models/tiny-model.sh" "$FIMD_TOOLS/tiny/$1.gguf" --answer "$2"; }

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# plug NAME MODEL PORT [OPTION...]: starts a llama-server by a script, plug-NAME, with which the driver can start it again; its pid is
# in NAME.pid.
plug() {
  plugged="$plugged $1"
  cat >"$FIMD_WORK/plug-$1" <<END
#!/bin/sh
setsid '$server' -m '$2' --port $3 --offline --no-ui -np 1 -t 1 ${*:4} >'$FIMD_WORK/$1.log' 2>&1 </dev/null &
echo \$! >'$FIMD_WORK/$1.pid'
END
  sh "$FIMD_WORK/plug-$1"
}

# answers PORT: waits until the server there is ready.
answers() {
  for _ in $(seq 300); do curl -fs --max-time 5 -o "$FIMD_WORK/health" "http://127.0.0.1:$1/health" && return; sleep 0.1; done
  return 1
}

end_plugged() {
  local name
  for name in $plugged; do started="$started $(cat "$FIMD_WORK/$name.pid" 2>/dev/null)"; done
  end_started
}
trap end_plugged EXIT
