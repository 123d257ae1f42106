module half(input a, input b, output s, output c);
  assign s = a ^ b;
  assign c = a & b;
endmodule
module pair(input a, input b, input cin, output s, output c);
  wire t, c0, c1;
  half first(.a(a), .b(b), .s(t), .c(c0));
  half second(.a(t), .b(cin), .s(s), .c(c1));
  assign c = c0 | c1;
endmodule
