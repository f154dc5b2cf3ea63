#!/usr/bin/env bash
# Ghost text as a person sees it: Neovim 0.12 in a terminal (tmux), typed keys, the captured screen.
# usage: terminal.sh [--picture FILE.svg]    with --picture: also draws the screens as an animation
. "$(dirname "$0")/lib/common.sh"
. "$e2e/lib/model.sh"
picture=''
[ "${1-}" = --picture ] && picture=$2
install_model_server
once neovim "$e2e/lib/neovim.sh" "$FIMD_TOOLS/neovim"
use_own_home

export FIMD_ANSWER='const total = items.reduce((sum, i) => sum + i.price * i.count, 0);
  const shipping = total < 50 ? 4.9 : 0;
  return { total, shipping };'
start_model "$FIMD_ANSWER"
mkdir -p "$FIMD_WORK/project"
file=$FIMD_WORK/project/cart.js
cat >"$file" <<'END'
// What a basket costs, with the postage for small orders.
export function price(items) {
  
}

test("postage is free from 50", () => {
  expect(price([{ price: 60, count: 1 }]).shipping).toBe(0);
});
END
cat >"$FIMD_WORK/init.lua" <<END
vim.o.swapfile, vim.o.showmode, vim.o.ruler, vim.o.laststatus = false, false, false, 0
vim.o.number, vim.o.termguicolors, vim.o.expandtab, vim.o.shiftwidth = true, true, true, 2
vim.opt.shortmess:append('I')
vim.opt.runtimepath:prepend('$root/editors/nvim')
require('fimd').setup { cmd = { '$FIMD', '--stdio' }, settings = vim.json.decode([[$model_settings]]) }
END

socket=fimd-e2e-$$
tmux() { command tmux -L "$socket" -f /dev/null "$@"; }
trap 'tmux kill-server 2>/dev/null; end_started' EXIT
tmux new-session -d -x 78 -y 12 env TERM=screen-256color "$FIMD_TOOLS/neovim/nvim" --clean -u "$FIMD_WORK/init.lua" "$file"
tmux set-option -g escape-time 0

# until_screen WHAT FIXED-TEXT [absent]: waits for text on the screen, or for its absence.
until_screen() {
  local end=$((SECONDS + 20))
  while :; do
    if tmux capture-pane -p | grep -qF -- "$2"; then [ -z "${3-}" ] && break; else [ -n "${3-}" ] && break; fi
    if [ $SECONDS -ge $end ]; then not_ok "$1"; tmux capture-pane -p; return 1; fi
    sleep 0.05
  done
  ok "$1"
}
frames=()
frame() { frames+=("$FIMD_WORK/$((${#frames[@]} + 10))-$1s.txt"); tmux capture-pane -p -e >"${frames[-1]}"; }
# The colour that the text has on the screen: the last SGR sequence before it.
colour_of() { tmux capture-pane -p -e | grep -F -- "$1" | sed -E "s/^(.*)$1.*/\1/" | grep -oE $'\x1b''\[[0-9;:]*m' | tail -n 1; }

until_screen "the file is on the screen" "postage is free"
frame 1.2
tmux send-keys 3G A
# A server that has just started may not know its model at the first key: something typed and taken back asks again.
for _ in $(seq 20); do
  for _ in $(seq 10); do
    if tmux capture-pane -p | grep -qF "return { total"; then break 2; fi
    sleep 0.05
  done
  tmux send-keys x BSpace
done
until_screen "ghost text of three lines appears" "return { total, shipping };"
ghost=$(colour_of 'const total')
frame 2.5
tmux send-keys -l 'const to'
until_screen "it stays while its beginning is typed" "const total = items.reduce"
frame 1.5
tmux send-keys Tab
until_screen "what was below is still there" "postage is free"
frame 2.5
real=$(colour_of 'const total')
if [ -n "$ghost" ] && [ "$ghost" != "$real" ]; then ok "ghost text has a colour of its own"; else not_ok "ghost text has a colour of its own"; fi
tmux send-keys Escape
tmux send-keys ':wq' Enter
end=$((SECONDS + 20))
while tmux has-session 2>/dev/null && [ $SECONDS -lt $end ]; do sleep 0.05; done
if [ "$(sed -n 3,5p "$file")" = "  $FIMD_ANSWER" ]; then ok "the file holds the text"; else not_ok "the file holds the text"; cat "$file"; fi

if [ -n "$picture" ]; then node "$e2e/lib/screen_svg.mjs" "$picture" "fimd in Neovim: type, look, Tab" "${frames[@]}"; fi
