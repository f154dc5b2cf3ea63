# shellcheck shell=bash
# Sourced after common.sh: an editor in a terminal of its own (tmux), typed at and looked at.
socket=fimd-e2e-$$
tmux() { command tmux -L "$socket" -f /dev/null "$@"; }
trap 'tmux kill-server 2>/dev/null; end_started' EXIT

# open_screen COMMAND...: in a terminal of 80 columns and 20 rows.
open_screen() {
  tmux new-session -d -x 80 -y 20 env TERM=screen-256color "$@"
  tmux set-option -g escape-time 0
}

# until_true SECONDS COMMAND...: repeats it until it succeeds.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -ge $end ] && return 1
    sleep 0.05
  done
}

on_screen() { tmux capture-pane -p | grep -qF -- "$1"; }
not_on_screen() { ! on_screen "$1"; }
closed() { ! tmux has-session 2>/dev/null; }

# check WHAT COMMAND...: reports whether it succeeds within $patience seconds; shows the screen if not.
patience=45
check() {
  local what=$1
  shift
  if until_true $patience "$@"; then ok "$what"; else
    not_ok "$what"
    tmux capture-pane -p 2>/dev/null
    return 1
  fi
}
