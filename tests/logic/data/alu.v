module alu_slice(input [1:0] op, input [3:0] a, input [3:0] b, output reg [3:0] y, output carry);
  wire [4:0] sum = a + (op[0] ? ~b : b) + op[0];
  assign carry = sum[4];
  always @* case (op)
    2'b00, 2'b01: y = sum[3:0];
    2'b10: y = a & b;
    default: y = a ^ b;
  endcase
endmodule
