#!/usr/bin/env bash
# usage: tests/deb.sh FILE.deb        as root, on a system that may be changed (tests/bare.sh --deb makes one)
# Installs the package with apt, completes a line with it as a user would, removes it, and looks for what is left.
set -eu
package=$(realpath "$1")
export DEBIAN_FRONTEND=noninteractive
say() { printf '== %s\n' "$*"; }
die() { printf 'deb.sh: %s\n' "$*" >&2; exit 1; }

if command -v fimd >/dev/null; then die "fimd is there already"; fi
# All that is there, without what apt, dpkg and the kernel keep for themselves.
everything() {
  find / -xdev -regextype posix-extended -regex '/(proc|sys|dev|tmp|run|root|fimd|fimd\.deb|var/(lib/apt|lib/dpkg|cache|log))' \
    -prune -o -print | sort
}
dpkg-deb --info "$package"
apt-get update -qq

say "with its dependencies alone"
apt-get install -y -q --no-install-recommends "$package" 2>&1 | tail -n 3
dpkg -s fimd | grep -q 'Status: install ok installed' || die "it is not installed"
if ldd /usr/bin/fimd | grep 'not found'; then die "a library is missing"; fi
apt-get install -y -q --no-install-recommends man-db >/dev/null
fimd --version
fimd doctor >/tmp/doctor
for path in bin/fimd share/man/man1/fimd.1 share/bash-completion/completions/fimd share/zsh/vendor-completions/_fimd \
  share/fish/vendor_completions.d/fimd.fish share/fimd/nvim/plugin/fimd.lua share/fimd/nvim/doc/tags \
  share/fimd/setup.sh share/doc/fimd/README.md share/doc/fimd/copyright; do
  path=/usr/$path
  [ "$(dpkg -S "$path" | cut -d: -f1)" = fimd ] || die "$path is not in the package"
done
man -w fimd || true  # minimal systems leave manual pages out

say "a completion"
mkdir -p /tmp/project
for i in 1 2 3 4; do
  printf 'def area_%s(width, height):\n    result = width * height\n    return result\n\n' $i
done >/tmp/project/areas.py
printf 'def area_5(width, height):\n    result = wid' >>/tmp/project/areas.py
text=$(fimd complete "/tmp/project/areas.py:18:17" --json) || die "it does not complete"
printf '%s\n' "$text" | sed -n 's/^ *"\(text\|provider\)": /  &/p'
printf '%s\n' "$text" | grep -q '"text": "th \* height' || die "it completes something else: $text"
fimd context /tmp/project/areas.py:18:17 --json >/dev/null
grep -q '^  bash c cpp .* yaml$' /tmp/doctor || die 'grammars are missing'

say "removed"
everything >/tmp/with
dpkg -L fimd | sort >/tmp/listed
apt-get remove -y -q fimd 2>&1 | tail -n 2
everything >/tmp/without
if grep -i fimd /tmp/without; then die "the files above are left"; fi
comm -23 /tmp/with /tmp/without >/tmp/gone
if comm -23 /tmp/gone /tmp/listed | grep .; then die "the files above are gone, but were not the package's"; fi
if dpkg -l fimd 2>/dev/null | grep '^rc'; then die "configuration is left"; fi
printf '%s files and folders came and went, none is left\n' "$(wc -l </tmp/gone)"
