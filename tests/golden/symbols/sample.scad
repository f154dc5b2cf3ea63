use <gears.scad>
include <config.scad>

limit = 10;

// A box with a hole.
module box(size = 10, hole) {
  inner = size / 2;
  difference() {
    cube(size);
    translate([0, 0, inner]) sphere(hole);
  }
}

function area(r) = 3.14 * r * r;

for (i = [0:3]) {
  box(size = i, hole = area(i));
}
echo("done");
