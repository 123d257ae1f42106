#include "circuit_bench.hpp"

namespace neucasl::memristor_circuits {
namespace {

using Programming = CircuitBench;

TEST_F(Programming, CellWithTransistorEndsInItsWindow) {
  const plugin::CircuitDesign design = build("write_verify", {});
  EXPECT_GT(figure(design, "pulses"), 1.0);
  EXPECT_LE(std::abs(figure(design, "conductance") - figure(design, "target")),
            figure(design, "window"));
  expect_good(design, 0.1);
}

TEST_F(Programming, SingleCellFromTheOtherEnd) {
  const Settings settings{
      {"cell", "1R"}, {"device", "vteam_magic"}, {"start", "high"}, {"cells", "1"}};
  const plugin::CircuitDesign design = build("write_verify", settings);
  expect_good(design, 0.1);
  EXPECT_GT(figure(design, "pulses"), figure(design, "set_pulses"));
}

TEST_F(Programming, RefusesWhatCannotBeReached) {
  base::Diagnostic d = refusal("write_verify", {{"target", "1 S"}});
  EXPECT_EQ(d.code, "memristor.target");
  EXPECT_NE(d.remedy.find("less than"), std::string::npos);
  EXPECT_EQ(refusal("write_verify", {{"selected", "2"}}).code, "memristor.shape");
  EXPECT_EQ(refusal("write_verify", {{"most_pulses", "1"}}).code, "memristor.write-verify");
  EXPECT_EQ(refusal("write_verify", {{"device", "hfox_neurram"}, {"cell", "1R"}}).code,
            "memristor.cell");
}

}  // namespace
}  // namespace neucasl::memristor_circuits
