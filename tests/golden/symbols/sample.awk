# Sums the sizes of files.
BEGIN { FS = "\t"; limit = 10 }

/^#/ { next }

# Adds one.
function add(name, size,    local) {
  local = size + 1
  sums[name] += local
  if (local > limit) {
    print "large: " name
  }
  return local
}

{ add($1, $2) }

END { for (name in sums) print name, sums[name] }
