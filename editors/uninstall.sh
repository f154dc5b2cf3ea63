# shellcheck shell=bash disable=SC2154
# Sourced by editors/install.sh for --uninstall: removes what $list names, and what setup.sh has set up.
setup=$prefix/share/fimd/setup.sh
[ -x "$setup" ] || setup=editors/setup.sh
"$setup" --uninstall
if [ ! -e "$list" ]; then
  echo "fimd: there is no $list; nothing in $prefix was installed by this script" >&2
  exit 1
fi

grep '^file' "$list" | cut -f2- | while IFS= read -r path; do
  if rm -f "$path"; then dirname "$path"; fi
done | sort | uniq -c | sed -E 's/^ *([0-9]+) /removed \1 files of /'
folders=$(grep '^folder' "$list" | cut -f2-)
rm -f "$list"
# The longest first, so that each is empty when its turn comes.
printf '%s\n' "$folders" | awk '{ print length "\t" $0 }' | sort -rn | cut -f2- |
  while IFS= read -r path; do
    if [ -n "$path" ] && rmdir "$path" 2>/dev/null; then echo; fi
  done | wc -l | sed 's/.*/removed & folders that it had made/'
for path in "${XDG_CONFIG_HOME:-$HOME/.config}/fimd" "${XDG_CACHE_HOME:-$HOME/.cache}/fimd" \
  "${XDG_STATE_HOME:-$HOME/.local/state}/fimd"; do
  if [ -e "$path" ]; then echo "yours, and still there: $path"; fi
done
