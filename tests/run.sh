#!/usr/bin/env bash
# Installs what the tests need, builds, runs everything, and ends with "N passed, N failed" alone on a line.
#
#   tests/run.sh                  everything
#   tests/run.sh --only PATTERN   only the stages whose name matches the extended regular expression
#   tests/run.sh --list           the names of the stages
#
# A stage is a test program (unit_*, session), a lint (lint/NAME), a sanitizer's run of the test programs (asan/NAME, and
# tsan/session, where threads meet) or an end-to-end script (e2e/NAME: each tests/e2e/NAME.sh). A script prints one line "ok WHAT" or
# "not ok WHAT" for each check and gets these variables:
#   FIMD        the binary under test
#   FIMD_TOOLS  where downloaded editors, model servers and packages are kept between runs
#   FIMD_WORK   an empty folder of its own, kept after a failure
# A script that checks nothing, or fails without saying what, counts as one failure.
set -u
cd "$(dirname "$0")/.." || exit 1
. editors/packages.sh

only='' list=''
while [ $# -gt 0 ]; do
  case $1 in
    --only) only=${2:?--only needs a pattern}; shift ;;
    --list) list=1 ;;
    *) sed -n '2,7s/^# \{0,1\}//p' "$0"; [ "$1" = --help ]; exit ;;
  esac
  shift
done

programs="unit_grammars unit_context unit_providers unit_lsp session"
wanted() { [ -z "$only" ] || printf '%s\n' "$1" | grep -qE -- "$only"; }
stages() {
  local name
  for name in $programs; do echo "$name"; done
  for name in tests/lint/*.cmake; do echo "lint/$(basename "$name" .cmake)"; done
  for name in tests/e2e/*.sh; do [ -e "$name" ] && echo "e2e/$(basename "$name" .sh)"; done
  for name in $programs; do echo "asan/$name"; done
  echo tsan/session
}
if [ -n "$list" ]; then stages; exit; fi

out=$PWD/build/test-logs
export FIMD=$PWD/build/fimd FIMD_TOOLS=${FIMD_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/fimd-tests}
mkdir -p "$out" "$FIMD_TOOLS"
passed=0 failed=0

# result NAME PASSED FAILED SECONDS [LOG]: counts, prints one line, and shows why on failure.
result() {
  passed=$((passed + $2)) failed=$((failed + $3))
  printf '== %-24s %5d passed %3d failed %5d s\n' "$1" "$2" "$3" "$4"
  if [ "$3" != 0 ] && [ -n "${5-}" ]; then
    sed -n '/^not ok/p' "$5"
    tail -n 60 "$5" | sed 's/^/   | /'
  fi
}

# prepare NAME COMMAND...: a step that all stages need; nothing can be tested when it fails.
prepare() {
  local name=$1 log=$out/$1.log from=$SECONDS
  shift
  if ! "$@" >"$log" 2>&1; then
    result "$name" 0 1 $((SECONDS - from)) "$log"
    echo "$passed passed, $failed failed"
    exit 1
  fi
  printf '== %-24s ready %18d s\n' "$name" $((SECONDS - from))
}

# gtest NAME PROGRAM: one program that reports for itself.
gtest() {
  local log=$out/${1//\//-}.log from=$SECONDS status good bad
  local filter='*'
  # Where threads meet. Probes of model servers are too slow under it for the time that they have.
  case $1 in tsan/*) filter='HttpTest*:Offload*:Transport*:Stream*:FixListSession*:-FixListSession.DoesNot*' ;; esac
  FIMD_BUGS_ABORT=1 timeout -k 10 900 "$2" --gtest_brief=1 --gtest_filter="$filter" >"$log" 2>&1
  status=$?
  good=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$log" | tail -n 1)
  bad=$(sed -n 's/^ *\([0-9]*\) FAILED TESTS\{0,1\}$/\1/p' "$log" | tail -n 1)
  good=${good:-0} bad=${bad:-0}
  if { [ $status != 0 ] || [ "$good" = 0 ]; } && [ "$bad" = 0 ]; then
    bad=1
    echo "not ok $1 ended with status $status after $good tests" >>"$log"
  fi
  result "$1" "$good" "$bad" $((SECONDS - from)) "$log"
}

# script NAME FILE: an end-to-end script.
script() {
  local log=$out/${1//\//-}.log from=$SECONDS status good bad
  export FIMD_WORK=$PWD/build/test-work/${1//\//-}
  rm -rf "$FIMD_WORK"
  mkdir -p "$FIMD_WORK"
  timeout -k 10 900 "$2" >"$log" 2>&1 </dev/null
  status=$?
  good=$(grep -c '^ok ' "$log")
  bad=$(grep -c '^not ok ' "$log")
  if { [ $status != 0 ] || [ "$good" = 0 ]; } && [ "$bad" = 0 ]; then
    bad=1
    echo "not ok $1 ended with status $status after $good checks" >>"$log"
  fi
  [ "$bad" = 0 ] && rm -rf "$FIMD_WORK"
  result "$1" "$good" "$bad" $((SECONDS - from)) "$log"
}

build_release() {
  local name targets=fimd
  cmake --preset release -DFIMD_TESTS=ON || return
  if [ -z "$only" ]; then targets=all; fi
  for name in $programs; do
    if [ -n "$only" ] && wanted "$name"; then targets="$targets $name"; fi
  done
  # shellcheck disable=SC2086
  build_existing build $targets
}

# build_sanitized PRESET: the test programs that are wanted under a sanitizer, and nothing else.
build_sanitized() {
  local name targets=
  cmake --preset "$1" -DFIMD_TESTS=ON || return
  for name in $(stages | sed -n "s,^$1/,,p"); do
    if wanted "$1/$name"; then targets="$targets $name"; fi
  done
  # shellcheck disable=SC2086
  build_existing "build/$1" $targets
}

# build_existing FOLDER TARGET...: builds those targets that exist (a folder without tests has no program).
build_existing() {
  local folder=$1 known name targets=
  shift
  known=$(ninja -C "$folder" -t targets all | sed -n 's/^\([A-Za-z0-9_]*\): phony$/\1/p')
  for name in "$@"; do
    if [ "$name" = all ] || printf '%s\n' "$known" | grep -qx "$name"; then targets="$targets $name"; fi
  done
  # shellcheck disable=SC2086
  ninja -C "$folder" $targets
}

from_start=$SECONDS
# shellcheck disable=SC2086
prepare packages install_packages $FIMD_BUILD_PACKAGES $FIMD_TEST_PACKAGES
if [ -x grammars/fetch.sh ]; then prepare grammars grammars/fetch.sh; fi
if wanted session; then
  # Debian has no compiler for one of the languages that repairs are tested with.
  prepare typescript tests/session/typescript.sh "$FIMD_TOOLS/typescript"
  export FIMD_TYPESCRIPT=$FIMD_TOOLS/typescript
fi
prepare build build_release

built=''
for name in $(stages); do
  wanted "$name" || continue
  case $name in
    lint/*)
      from=$SECONDS
      cmake -DROOT="$PWD" -P "tests/$name.cmake" >"$out/${name//\//-}.log" 2>&1
      if [ $? = 0 ]; then result "$name" 1 0 $((SECONDS - from)); else result "$name" 0 1 $((SECONDS - from)) "$out/${name//\//-}.log"; fi ;;
    e2e/*) script "$name" "tests/$name.sh" ;;
    asan/*|tsan/*)
      case " $built " in
        *" ${name%%/*} "*) ;;
        *) prepare "${name%%/*}" build_sanitized "${name%%/*}"; built="$built ${name%%/*}" ;;
      esac
      if [ -x "build/$name" ]; then gtest "$name" "build/$name"; fi ;;
    *) if [ -x "build/$name" ]; then gtest "$name" "build/$name"; fi ;;
  esac
done

echo "all stages: $((SECONDS - from_start)) s, logs in build/test-logs"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
