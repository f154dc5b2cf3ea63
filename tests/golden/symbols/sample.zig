const std = @import("std");
const store = @import("store.zig");
const Allocator = std.mem.Allocator;

pub const limit: usize = 10;
var counter: u32 = 0;

/// A line of an order.
pub const Line = struct {
    name: []const u8,
    count: u32 = 1,

    /// Makes a line.
    pub fn init(name: []const u8) Line {
        const copy = name;
        return .{ .name = copy };
    }
};

const State = enum { open, closed };

const Value = union(enum) {
    number: f64,
    text: []const u8,
};

const ParseError = error{ Bad, Worse };

pub fn total(lines: []const Line, allocator: Allocator) !u32 {
    var sum: u32 = 0;
    for (lines) |line| sum += line.count;
    std.debug.print("{d}\n", .{sum});
    _ = allocator;
    return sum;
}

test "total adds" {
    try std.testing.expect(limit == 10);
}
