#!/usr/bin/env bash
# Emacs in a terminal with editors/others/fimd.el: ghost text by lsp-mode 10, a completion list by eglot.
. "$(dirname "$0")/lib/common.sh"
. "$e2e/lib/model.sh"
. "$e2e/lib/screen.sh"
install_model_server
once lsp-mode "$e2e/lib/lsp-mode.sh" "$FIMD_TOOLS/lsp-mode"
use_own_home
export FIMD_ANSWER='return a + b;' FIMD_ROOT=$root
export FIMD_LISP=$FIMD_TOOLS/lsp-mode/suite/usr/share/emacs/site-lisp/elpa-src
start_model "$FIMD_ANSWER"
export FIMD_SETTINGS=$model_settings

# start_emacs CLIENT FILE: FILE is a fresh one of the project; the cursor stands at the end of its second line.
start_emacs() {
  export FIMD_CLIENT=$1
  file=$FIMD_WORK/project/$2
  mkdir -p "$FIMD_WORK/project"
  rm -f "$FIMD_WORK/$1.ready"
  printf 'int add(int a, int b) {\n  \n}\n' >"$file"
  open_screen emacs -nw -Q -l "$e2e/emacs/init.el" +2:3 "$file"
  # lsp-mode is read from its source, which takes a while on a busy machine.
  patience=100 check "$1: the server starts" test -e "$FIMD_WORK/$1.ready" || exit 1
}
end_emacs() {
  tmux send-keys C-x C-s
  check "$FIMD_CLIENT: the file holds it" same_file "$1"
  tmux send-keys C-x C-c
  # Emacs asks whether a language server may be ended.
  until_true 10 closed || tmux send-keys y Enter yes Enter
  until_true 10 closed || tmux kill-server
}
same_file() { [ "$(cat "$file")" = "$(printf 'int add(int a, int b) {\n%s\n}' "$1")" ]; }

# coax TEXT: types a blank and takes it back until the text is on the screen.
coax() {
  on_screen "$1" && return
  tmux send-keys ' ' BSpace
  until_true 2 on_screen "$1"
}

start_emacs lsp-mode add.c
check "lsp-mode: ghost text appears" coax "$FIMD_ANSWER"
if grep -qF "$FIMD_ANSWER" "$file"; then not_ok "lsp-mode: it is not in the file"; else ok "lsp-mode: it is not in the file"; fi
tmux send-keys 'q'
check "lsp-mode: another key hides it" not_on_screen "$FIMD_ANSWER"
tmux send-keys BSpace
check "lsp-mode: it comes again" coax "$FIMD_ANSWER"
tmux send-keys Tab
check "lsp-mode: TAB takes it" test -e "$FIMD_WORK/lsp-mode.log"
end_emacs "  $FIMD_ANSWER"

# One entry, so completion-at-point puts it in at once. A server that has just started may have none at first.
complete_at_point() {
  on_screen "$FIMD_ANSWER" && return
  tmux send-keys M-Tab
  until_true 2 on_screen "$FIMD_ANSWER"
}
start_emacs eglot list.c
tmux send-keys -l 'ret'
check "eglot: completion-at-point completes what was typed" complete_at_point
end_emacs "  $FIMD_ANSWER"
