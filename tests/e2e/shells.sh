#!/usr/bin/env bash
# What the program prints for shells and for man: completions in real bash, zsh and fish, and the manual page in two
# formatters that warn.
. "$(dirname "$0")/lib/common.sh"
use_own_home
export LC_ALL=C  # of sort
texts=$FIMD_WORK/texts
mkdir -p "$texts" "$FIMD_WORK/place/the folder"
: >"$FIMD_WORK/place/a file.c"
cd "$FIMD_WORK/place" || exit 1
"$FIMD" completions bash >"$texts/fimd"
"$FIMD" completions zsh >"$texts/_fimd"
"$FIMD" completions fish >"$texts/fimd.fish"
"$FIMD" manual >"$texts/fimd.1"

# same WHAT WANTED GOT
same() { if [ "$2" = "$3" ]; then ok "shells: $1"; else not_ok "shells: $1: wanted '$2', got '$3'"; fi; }

commands=$("$FIMD" --help | sed -n '/^Subcommands:/,$s/^  \([a-z]*\) .*/\1/p' | sort | tr '\n' ' ')
case $commands in *complete*doctor*) ;; *) not_ok "shells: --help lists no commands: $commands" ;; esac

# In bash, the function that `complete -p` names, with the words as bash gives them.
offers() {
  # shellcheck disable=SC2016
  bash --norc -c '. "$1/fimd"; shift
    function=$(complete -p fimd | sed -nE "s/.* -F ([^ ]+) .*/\1/p")
    COMP_WORDS=(fimd "$@") COMP_CWORD=$#
    "$function" fimd "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
    printf "%s\n" "${COMPREPLY[@]}"' bash "$texts" "$@" | sort | tr '\n' ' '
}
same "bash offers the commands that --help lists" "$commands" "$(offers '')"
same "bash offers commands behind an option with a value" "$commands" "$(offers --set log.level = debug '')"
same "bash offers commands that begin with what is typed" "complete completions config context " "$(offers co)"
same "bash offers the program's options" "--set --spawn --stdio " "$(offers --s)"
same "bash offers a command's options" "--all --help --json --last --provider --purpose --root --set --since -h " \
  "$(offers ledger -)"
same "bash offers an operand's choices" "forget list resume show " "$(offers tasks '')"
same "bash offers no choices for the next operand" "--apply --help --json --provider --root --set -h " \
  "$(offers tasks show '')"
same "bash offers the choices of an option's value" "probe " "$(offers ledger --purpose pr)"
same "bash offers them behind an equals sign" "probe " "$(offers ledger --purpose = pr)"
same "bash offers folders where one is wanted" "the folder " "$(offers index --root '')"
same "bash offers files where one is wanted" "a file.c the folder " "$(offers complete '')"
same "bash offers nothing for free text" " " "$(offers fix --message '')"

# In an interactive shell, with the Tab key.
cat >"$FIMD_WORK/bashrc" <<EOF
PS1='ready> '
bind "set bell-style none"
fimd() { printf "\nran:"; printf "[%s]" "\$@"; echo; }
. '$texts/fimd'
EOF
cat >"$HOME/.zshrc" <<EOF
PS1='ready> ' PROMPT_EOL_MARK=
unsetopt beep
fpath=('$texts' \$fpath)
autoload -Uz compinit
compinit -u -D
fimd() { printf "\nran:"; printf "[%s]" "\$@"; echo; }
EOF
lines=('fimd doc<TAB>' 'fimd tasks resu<TAB>one' 'fimd complete --exp<TAB>a<TAB>' 'fimd ledger --purpose pr<TAB>'
  'fimd index --root th<TAB>' 'fimd --set a=b stat<TAB>--js<TAB>')
typed() { python3 "$e2e/lib/typed.py" "${lines[@]}" -- "$@" 2>&1; }
wanted='[doctor]
[tasks][resume][one]
[complete][--explain][a file.c]
[ledger][--purpose][probe]
[index][--root][the folder/]
[--set][a=b][stats][--json]'
same "bash completes at the Tab key" "$wanted" "$(typed bash --rcfile "$FIMD_WORK/bashrc" -i)"
same "zsh completes at the Tab key" "${wanted/folder\//folder}" "$(ZDOTDIR=$HOME typed zsh -i)"

# In fish, which answers the question itself.
fish_offers() { fish --no-config -c "source '$texts/fimd.fish'; complete -C '$1'" 2>&1 | cut -f1 | sort | tr '\n' ' '; }
same "fish offers the commands that --help lists" "$commands" "$(fish_offers 'fimd ')"
same "fish offers an operand's choices" "forget list resume show " "$(fish_offers 'fimd tasks ')"
same "fish offers a command's options" "--apply --check --diagnostics --help --json --limit --message --provider --root --set " \
  "$(fish_offers 'fimd fix --')"
same "fish offers the choices of an option's value" "probe " "$(fish_offers 'fimd ledger --purpose pr')"
same "fish offers folders where one is wanted" "the folder/ " "$(fish_offers 'fimd index --root t')"
same "fish offers files where one is wanted" "a file.c " "$(fish_offers 'fimd complete a')"

same "mandoc has nothing against the manual" "" "$(mandoc -Tlint -Wwarning "$texts/fimd.1" 2>&1)"
same "groff has nothing against the manual" "" "$(groff -ww -man -Tutf8 "$texts/fimd.1" 2>&1 >"$FIMD_WORK/page")"
# Its headings, one for each command, without the overstriking.
same "the manual has a section for each command" "$commands" \
  "$(mandoc -Tascii "$texts/fimd.1" | sed -e 's/.\x08//g' | sed -n 's/^   fimd \([a-z]*\).*/\1/p' | sort | tr '\n' ' ')"
"$FIMD" completions powershell >"$FIMD_WORK/none" 2>&1
same "another shell is a wrong command line" 2 $?
"$FIMD" manual >/dev/full 2>"$FIMD_WORK/full"
same "a full disk is a failure with one line" "1 fimd: standard output cannot be written" "$? $(cat "$FIMD_WORK/full")"
