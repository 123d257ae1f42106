#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "curves.hpp"
#include "network.hpp"
#include "neucasl/circuit/circuit.hpp"
#include "neucasl/ir/text.hpp"

namespace neucasl::photonic {
namespace {

class Models final : public model::ModelLibrary {
 public:
  model::FoundModel find(std::string_view name, const base::Location& where) override {
    auto& model = models_[std::string(name)];
    if (!model) model.reset(make_model(name));
    if (!model) throw base::Error("model.unknown", std::string(name), "", where);
    return {model.get(), {}};
  }
  [[nodiscard]] std::vector<std::string> names() const override {
    const auto all = model_names();
    return {all.begin(), all.end()};
  }

 private:
  std::map<std::string, std::unique_ptr<model::DeviceModel>> models_;
};

ir::Design read(const std::string& name) {
  const std::string path =
      std::string(NEUCASL_SOURCE_FOLDER) + "/netlists/photonic/" + name + ".ncir";
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << path;
  std::stringstream text;
  text << file.rdbuf();
  return ir::parse(text.str(), path);
}

/// The operating point of a netlist, by node name.
class Solved {
 public:
  explicit Solved(const std::string& name, double wavelength = 1550e-9) {
    const device::Library cards({std::string(NEUCASL_SOURCE_FOLDER) + "/devices"});
    circuit::LoweringOptions options;
    options.carriers = {wavelength};
    circuit_ = circuit::lower(ir::flatten(read(name)), models_, cards, options);
    values_ = operating_point(circuit_);
  }
  [[nodiscard]] std::complex<double> wave(const std::string& net) const {
    const auto re = circuit_.find_node(net + ".re");
    const auto im = circuit_.find_node(net + ".im");
    EXPECT_TRUE(re && im) << net;
    return {values_(*re), values_(*im)};
  }

 private:
  Models models_;
  circuit::Circuit circuit_;
  Eigen::VectorXd values_;
};

TEST(Netlists, RingIsItsReference) {
  int rows = 0;
  for (const auto& row : read_numbers("ring_adddrop.csv")) {
    if (++rows % 10 != 0) continue;
    const Solved solved("ring_add_drop", row[0] * 1e-9);
    const double amplitude = std::sqrt(1e-3);
    EXPECT_LT(std::abs(solved.wave("through") / amplitude - std::complex(row[1], row[2])), 5e-12);
    EXPECT_LT(std::abs(solved.wave("drop") / amplitude - std::complex(row[3], row[4])), 5e-12);
  }
}

TEST(Netlists, FabryPerotIsItsReference) {
  int rows = 0;
  for (const auto& row : read_numbers("fp.s2p")) {
    if (++rows % 10 != 0) continue;
    const Solved solved("fabry_perot", 299792458.0 / row[0]);
    const double amplitude = std::sqrt(1e-3);
    EXPECT_LT(std::abs(solved.wave("input") / amplitude - 1.0 - std::complex(row[1], row[2])),
              1e-12);
    EXPECT_LT(std::abs(solved.wave("output") / amplitude - std::complex(row[3], row[4])), 1e-12);
  }
}

TEST(Netlists, MeshIsItsUnitaryMatrix) {
  const Solved solved("mzi_mesh_8x8");
  const auto unitary = read_numbers("mzi8_U.csv");
  for (std::size_t line = 0; line < 8; ++line) {
    std::complex<double> expected;
    for (std::size_t k = 0; k < 8; ++k) {
      expected += std::complex(unitary[line][k], unitary[line][8 + k]) *
                  std::sqrt(1e-4 * static_cast<double>(k + 1));
    }
    EXPECT_LT(std::abs(solved.wave("output_" + std::to_string(line)) - expected), 1e-14);
  }
}

TEST(Netlists, DiskLinkIsWellFormed) {
  // It needs models of other plugins, so that its voltages are the engines' tests.
  const ir::FlatNetlist flat = ir::flatten(read("disk_link"));
  EXPECT_EQ(flat.elements(), 11u);
}

}  // namespace
}  // namespace neucasl::photonic
