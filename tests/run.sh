#!/usr/bin/env bash
# Installs what the tests need, builds, runs everything, and ends with "N passed, N failed" alone on a line.
set -u
cd "$(dirname "$0")/.." || exit 1
. editors/packages.sh
# shellcheck disable=SC2086
install_packages $FIMD_BUILD_PACKAGES $FIMD_TEST_PACKAGES || exit 1

cmake --preset release >/dev/null && cmake --build --preset release || { echo "0 passed, 1 failed"; exit 1; }

passed=0 failed=0
count() { if [ "$1" = 0 ]; then passed=$((passed + $2)); else failed=$((failed + 1)); fi; }

# The unit and session tests report one line per test program; count the single tests in them.
for program in build/unit_* build/session; do
  [ -x "$program" ] || continue
  log=$(FIMD_BUGS_ABORT=1 "$program" --gtest_brief=1 2>&1)
  status=$?
  good=$(printf '%s\n' "$log" | sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' | tail -1)
  bad=$(printf '%s\n' "$log" | grep -c '^\[  FAILED  \] .*[a-z)]$')
  passed=$((passed + ${good:-0}))
  if [ $status != 0 ]; then
    printf '%s\n' "$log" | tail -60
    failed=$((failed + (bad > 0 ? bad : 1)))
  fi
  echo "== $(basename "$program"): ${good:-0} passed (status $status)"
done

for lint in layers await; do
  cmake -DROOT="$PWD" -P tests/lint/$lint.cmake
  count $? 1
done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
