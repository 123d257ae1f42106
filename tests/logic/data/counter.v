module counter(input clk, input reset, input enable, output reg [3:0] count, output wrap);
  initial count = 0;
  wire [3:0] next = count + {3'b0, enable};
  always @(posedge clk) count <= reset ? 4'b0 : next;
  assign wrap = &count;
endmodule
