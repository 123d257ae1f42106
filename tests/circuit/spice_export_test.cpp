#include "neucasl/circuit/spice_export.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "circuits.hpp"

// What the deck says. That ngspice runs it and agrees is tested in tests/cli.

namespace neucasl::circuit {
namespace {

const std::string primitives = R"(ncir 1
design "bench"
top bench
primitive source
  attribute element: "voltage_source"
  parameter voltage: 1 V
  net p electrical
  net n electrical
  port p inout
  port n inout
end
primitive resistor
  attribute element: "resistor"
  parameter resistance: 1 kohm
  net p electrical
  net n electrical
  port p inout
  port n inout
end
primitive cell
  attribute element: "conductance"
  parameter conductance: 0 S
  net p electrical
  net n electrical
  port p inout
  port n inout
end
primitive device
  attribute element: "relaxing_conductor"
  parameter conductance: 1 mS
  net p electrical
  net n electrical
  port p inout
  port n inout
end
module bench
  net ground electrical ground
  net a electrical
  net A electrical
  net b.c electrical
  instance drive: source (p = a, n = ground)
  instance r: resistor (p = a, n = A)
  instance R: resistor (p = A, n = b.c)
)";

Circuit with(const std::string& more) { return circuit_of(primitives + more + "end\n"); }

const std::string three_devices =
    "  instance d1: device (p = a, n = ground)\n"
    "  instance d2: device (p = b.c, n = ground)\n"
    "  instance d3: device (p = A, n = ground) { conductance: 2 mS }\n";

std::size_t count(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  return static_cast<std::size_t>(std::distance(
      std::sregex_iterator(text.begin(), text.end(), expression), std::sregex_iterator()));
}

std::string refusal(const Circuit& circuit, const std::string& analysis) {
  try {
    (void)to_spice(circuit, {parse_analysis(analysis), {}, ""});
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "circuit.spice");
    return error.what();
  }
  return "none";
}

TEST(SpiceExport, NamesThatDifferInCaseOnlyStayApart) {
  const std::string deck = to_spice(with(""));
  EXPECT_EQ(count(deck, "r_r a a_2 1000\n"), 1U) << deck;
  EXPECT_EQ(count(deck, "r_r_2 a_2 b\\.c 1000\n"), 1U) << deck;
  EXPECT_EQ(count(deck, "\\* a_2 is A\n"), 1U) << deck;
  EXPECT_EQ(count(deck, "v_drive a 0 dc 1\n"), 1U) << deck;
  EXPECT_TRUE(deck.ends_with(".op\n.end\n"));
}

TEST(SpiceExport, DevicesThatAreAlikeShareASubcircuit) {
  const std::string deck = to_spice(with(three_devices));
  EXPECT_EQ(count(deck, "\\.subckt relaxing_conductor p n\n"), 1U) << deck;
  EXPECT_EQ(count(deck, "\\.subckt relaxing_conductor_2 p n\n"), 1U) << deck;
  EXPECT_EQ(count(deck, "\\.subckt"), 2U);
  EXPECT_EQ(count(deck, "x_d1 a 0 relaxing_conductor\n"), 1U);
  EXPECT_EQ(count(deck, "x_d2 b\\.c 0 relaxing_conductor\n"), 1U);
  EXPECT_EQ(count(deck, "x_d3 a_2 0 relaxing_conductor_2\n"), 1U);
}

TEST(SpiceExport, ATransientBeginsWithTheMemoriesOfDevices) {
  const std::string deck =
      to_spice(with(three_devices), {parse_analysis("tran 1ns 100ns"), {}, ""});
  EXPECT_EQ(count(deck, "\\.ic v\\(x_d2\\.count\\)=0\\.25\n"), 1U) << deck;
  EXPECT_EQ(count(deck, "\\.tran "), 1U);
  // Without this line ngspice runs nothing in batch mode.
  EXPECT_EQ(count(deck, "\\.print tran v\\(a\\) v\\(a_2\\) v\\(b\\.c\\)\n"), 1U) << deck;
  // At rest memories are held instead.
  const std::string rest = to_spice(with(three_devices));
  EXPECT_EQ(count(rest, "\\.ic"), 0U);
  EXPECT_EQ(count(rest, "vhmx4 count 0 dc 0\\.25\n"), 2U) << rest;
}

TEST(SpiceExport, OpenCellsAreLeftOut) {
  const std::string deck =
      to_spice(with("  instance open: cell (p = a, n = ground)\n"
                    "  instance closed: cell (p = a, n = ground) { conductance: 1 mS }\n"));
  EXPECT_EQ(count(deck, "r_open"), 0U) << deck;
  EXPECT_EQ(count(deck, "r_closed a 0 1000\n"), 1U) << deck;
}

TEST(SpiceExport, ATitleCannotBecomeAStatement) {
  const std::string deck =
      to_spice(with(""), {OperatingPointAnalysis{}, {}, "x\n.control\nshell touch y\n.endc"});
  EXPECT_TRUE(deck.starts_with("* x .control shell touch y .endc\n")) << deck;
  Circuit circuit = with("");
  circuit.nodes[1].name = "n\n.control";
  circuit.sources[0].name = "v 0 1\nr";
  const std::string hostile = to_spice(circuit);
  EXPECT_EQ(count(hostile, "\n\\.control"), 0U) << hostile;
  EXPECT_EQ(count(hostile, "\nv_v_0_1_r n_\\.control 0 dc 1\n"), 1U) << hostile;
}

TEST(SpiceExport, EachAnalysisHasItsStatement) {
  const Circuit circuit = with("");
  const auto deck = [&](const char* text) {
    return to_spice(circuit, {parse_analysis(text), {}, ""});
  };
  EXPECT_EQ(count(deck("dc drive 0V 1V 0.25V"), "\\.dc v_drive 0 1 0\\.25\n\\.print dc "), 1U)
      << deck("dc drive 0V 1V 0.25V");
  EXPECT_EQ(count(deck("ac dec 10 1kHz 1MHz"), "\\.ac dec 10 1000 1e\\+06\n\\.print ac "), 1U)
      << deck("ac dec 10 1kHz 1MHz");
  EXPECT_EQ(count(deck("noise v(A) drive dec 10 1kHz 1MHz"),
                  "\\.noise v\\(a_2\\) v_drive dec 10 1000 1e\\+06\n\\.print noise "),
            1U)
      << deck("noise v(A) drive dec 10 1kHz 1MHz");
}

TEST(SpiceExport, WhatSpiceCannotSayIsRefused) {
  EXPECT_NE(refusal(with(""), "dc r 1kohm 2kohm 1kohm").find("sweeps sources only"),
            std::string::npos);
  EXPECT_NE(refusal(with(three_devices), "noise v(A) drive dec 10 1kHz 1MHz").find("noise"),
            std::string::npos);
  EXPECT_NE(refusal(with(""), "noise v(q) drive dec 10 1kHz 1MHz").find("no node 'q'"),
            std::string::npos);
  EXPECT_NE(refusal(with(""), "noise v(A) rive dec 10 1kHz 1MHz").find("no source 'rive'"),
            std::string::npos);
  SpiceExportOptions uneven;
  uneven.analysis = SweepAnalysis{"drive", {0.0, 0.1, 1.0}};
  EXPECT_THROW((void)to_spice(with(""), uneven), base::Error);
}

}  // namespace
}  // namespace neucasl::circuit
