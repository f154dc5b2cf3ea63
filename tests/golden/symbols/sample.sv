`timescale 1ns/1ps
// Counts up.
module counter #(parameter WIDTH = 8) (input clk, input reset, output reg [WIDTH-1:0] count);
  localparam LIMIT = 200;
  wire full;
  assign full = count == LIMIT;

  always @(posedge clk) begin
    if (reset) begin
      count <= 0;
    end else begin
      count <= count + 1;
    end
  end

  function integer twice(input integer value);
    twice = value * 2;
  endfunction

  task show;
    $display("count %d", count);
  endtask
endmodule

package shapes;
  typedef enum { OPEN, CLOSED } state_t;
endpackage

class Packet extends Base;
  int size;
  function new(int s);
    size = s;
  endfunction
endclass
