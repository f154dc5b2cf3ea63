#!/usr/bin/env bash
# Writes a tiny model whose answer is chosen, with tiny_fim_gguf.py. usage: tiny-model.sh OUT [options of tiny_fim_gguf.py]
# OUT is relative to the folder of models unless it begins with a slash. An existing OUT made with the same options
# is kept.
. "$(dirname "$0")/common.sh"
[ $# -ge 1 ] || { say "usage: $0 OUT [options of tiny_fim_gguf.py]"; exit 2; }
out=$1
shift
case $out in /*) ;; *) out=$root/$out ;; esac
out=$(place "$out" '')
python=$root/python/bin/python
one_at_a_time "$root/python"
recipe=$(printf '%s\n' "$@"; cat "$here/tiny_fim_gguf.py")
if [ -f "$out" ] && [ "$(cat "$out.recipe" 2>/dev/null)" = "$recipe" ]; then
  echo "$out"
  exit
fi
if ! "$python" -c 'import gguf, numpy' 2>/dev/null; then
  rm -rf "$root/python"
  python3 -m venv "$root/python" >&2
  "$python" -m pip install --quiet --disable-pip-version-check gguf==0.19.0 numpy==2.4.6 >&2
  touch "$root/python/ready"
fi
mkdir -p "$(dirname "$out")"
"$python" "$here/tiny_fim_gguf.py" "$out.part" "$@" >&2
mv "$out.part" "$out"
printf '%s\n' "$recipe" >"$out.recipe"
echo "$out"
