#!/usr/bin/env bash
# Repairs of what a real compiler and a real test run say, in the shell, with a scripted chat model.
. "$(dirname "$0")/lib/common.sh"
use_own_home
cd "$FIMD_WORK" || exit 1

# chat SCRIPT: starts the model that plays it and writes the configuration that names it.
chat() {
  rm -f "$FIMD_WORK/url"
  printf '%s' "$1" >"$FIMD_WORK/script.json"
  scripted "$e2e/chat_server.py" "$FIMD_WORK/script.json"
  mkdir -p "$XDG_CONFIG_HOME/fimd"
  printf '{"agent":{"provider":"chat"},"providers":{"chat":{"kind":"openai","url":"%s","model":"scripted"}}%s}' \
    "$url" "${2-}" >"$XDG_CONFIG_HOME/fimd/config.json"
}
project() {
  rm -rf "$FIMD_WORK/project"
  mkdir -p "$FIMD_WORK/project/.git" "$FIMD_WORK/project/src"
  cd "$FIMD_WORK/project" || exit 1
}
# expect WHAT CODE COMMAND...: runs it, its output in out and err.
expect() {
  local what=$1 code=$2 got=0
  shift 2
  "$@" >"$FIMD_WORK/out" 2>"$FIMD_WORK/err" || got=$?
  if [ "$got" = "$code" ]; then ok "$what"; else not_ok "$what: exit $got"; cat "$FIMD_WORK/out" "$FIMD_WORK/err"; fi
}
has() { if grep -qF -- "$3" "$2"; then ok "$1"; else not_ok "$1"; cat "$2"; fi; }

project
printf 'int add(int a, int b) {\n  return a - c;\n}\nint twice(int a) {\n  return add(a, d);\n}\n' >src/add.c
(cd src && LC_ALL=C gcc -fsyntax-only add.c 2>../log; true)
cp src/add.c before.c
two='[{"call": "edit_file", "arguments": {"path": "src/add.c", "old_string": "a - c", "new_string": "a + b"}}, {"say": "One."},
      {"call": "edit_file", "arguments": {"path": "src/add.c", "old_string": "add(a, d)", "new_string": "add(a, a)"}}, {"say": "Two."}]'
chat "$two"
cd src || exit 1
expect "gcc: both errors are fixed, paths are those of the folder" 0 "$FIMD" fix --diagnostics ../log
cd .. || exit 1
has "gcc: the diff holds the first repair" "$FIMD_WORK/out" "+  return a + b;"
has "gcc: the diff holds the second repair" "$FIMD_WORK/out" "+  return add(a, a);"
has "gcc: a summary ends it" "$FIMD_WORK/err" "2 of 2 problems are fixed or gone"
if cmp -s before.c src/add.c; then ok "gcc: nothing is written without --apply"; else not_ok "gcc: nothing is written without --apply"; fi
if git apply --check "$FIMD_WORK/out" 2>"$FIMD_WORK/err"; then ok "gcc: git takes the diff"; else not_ok "gcc: git takes the diff"; cat "$FIMD_WORK/err"; fi

chat "$two"
expect "stdin, --limit and --apply: some are left" 1 bash -c "cd src && '$FIMD' fix --diagnostics - --limit 1 --apply <../log"
has "stdin: the first is written" src/add.c "return a + b;"
has "stdin: the second is not" src/add.c "add(a, d)"
chat "$two"
expect "a compiler that is content: a log without problems is one error" 2 "$FIMD" fix --diagnostics src/add.c
has "which names the file" "$FIMD_WORK/err" "src/add.c: no problem with a place is in it"
expect "a file that is not there" 2 "$FIMD" fix --diagnostics nowhere
expect "a place and a list exclude each other" 2 "$FIMD" fix src/add.c:1 --diagnostics log
expect "one of them must be there" 2 "$FIMD" fix

project
printf 'def add(a, b):\n    return a - b\n' >add.py
printf 'import unittest\nfrom add import add\nclass T(unittest.TestCase):\n    def test_add(self):\n        self.assertEqual(add(1, 2), 3)\n' >test_add.py
python3 -m unittest test_add >log 2>&1
chat '[{"call": "edit_file", "arguments": {"path": "add.py", "old_string": "a - b", "new_string": "a + b"}}, {"say": "The sign was wrong."}]'
expect "a failed test is fixed, as its check says" 0 "$FIMD" fix --diagnostics log --apply --check "python3 -m unittest test_add"
expect "and passes" 0 python3 -m unittest test_add
