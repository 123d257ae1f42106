#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

#include "curves.hpp"
#include "matched_ports.hpp"
#include "network.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::photonic {
namespace {

/// A small square matrix.
class Matrix {
 public:
  explicit Matrix(std::size_t n) : n_(n), values_(n * n) {}
  std::complex<double>& operator()(std::size_t i, std::size_t j) { return values_[i * n_ + j]; }
  const std::complex<double>& operator()(std::size_t i, std::size_t j) const {
    return values_[i * n_ + j];
  }
  [[nodiscard]] std::size_t size() const { return n_; }

 private:
  std::size_t n_;
  std::vector<std::complex<double>> values_;
};

/// The scattering matrix, one column for each driven port; control pins at 0.
Matrix scattering_of(const model::DeviceModel& model, std::span<const double> parameters,
                     const model::Environment& environment = {}) {
  std::size_t ports = 0;
  for (const model::Terminal& t : model.specification().terminals) {
    if (t.discipline == ir::Discipline::optical) ++ports;
  }
  Matrix s(ports);
  for (std::size_t j = 0; j < ports; ++j) {
    const auto out = response(model, parameters, environment, j, 0.1);
    for (std::size_t i = 0; i < ports; ++i) s(i, j) = {out[i].re / 0.1, out[i].im / 0.1};
  }
  return s;
}

Matrix scattering_of(const std::string& name, const Settings& settings) {
  const std::unique_ptr<model::DeviceModel> model(make_model(name));
  return scattering_of(*model, parameters_of(*model, settings));
}

/// S^H S
Matrix gram(const Matrix& s) {
  Matrix g(s.size());
  for (std::size_t i = 0; i < s.size(); ++i) {
    for (std::size_t j = 0; j < s.size(); ++j) {
      for (std::size_t k = 0; k < s.size(); ++k) g(i, j) += std::conj(s(k, i)) * s(k, j);
    }
  }
  return g;
}

/// By the power method on S^H S, squared often enough to separate near values: their bound is what
/// counts here.
double largest_singular_value(const Matrix& s) {
  Matrix g = gram(s);
  double logarithm = 0.0;
  double share = 1.0;
  for (int k = 0; k < 40; ++k) {
    double trace = 0.0;
    for (std::size_t i = 0; i < g.size(); ++i) trace += g(i, i).real();
    if (trace == 0.0) return 0.0;
    for (std::size_t i = 0; i < g.size(); ++i) {
      for (std::size_t j = 0; j < g.size(); ++j) g(i, j) /= trace;
    }
    logarithm += share * std::log(trace);
    share *= 0.5;
    g = gram(g);
  }
  return std::exp(0.5 * logarithm);
}

double unitarity_error(const Matrix& s) {
  const Matrix g = gram(s);
  double worst = 0.0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    for (std::size_t j = 0; j < s.size(); ++j) {
      worst = std::max(worst, std::abs(g(i, j) - (i == j ? 1.0 : 0.0)));
    }
  }
  return worst;
}

double asymmetry(const Matrix& s) {
  double worst = 0.0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) worst = std::max(worst, std::abs(s(i, j) - s(j, i)));
  }
  return worst;
}

const std::vector<std::string> passive = {"waveguide",
                                          "waveguide_bend",
                                          "directional_coupler",
                                          "splitter",
                                          "mirror",
                                          "mach_zehnder_interferometer",
                                          "ring_all_pass",
                                          "ring_add_drop",
                                          "ring_add_drop_thermal",
                                          "microdisk",
                                          "microdisk_modulator",
                                          "phase_shifter",
                                          "termination",
                                          "mach_zehnder_modulator"};

class Passive : public testing::TestWithParam<std::string> {};

TEST_P(Passive, GivesOutNoMoreThanItTakesAndIsReciprocal) {
  const std::unique_ptr<model::DeviceModel> model(make_model(GetParam()));
  base::RandomStream random(11, "photonic/passive/" + GetParam());
  int below = 0;
  for (int k = 0; k < 200; ++k) {
    std::vector<double> parameters;
    model::Environment environment;
    for (const model::Parameter& p : model->specification().parameters) {
      // Qualities up to 1e9 leave no digits of the response to compare, and far from its resonance
      // a disk shows no loss.
      const double high = p.name.find("quality") == std::string::npos ? p.high : 1e6;
      double value = p.low + (high - p.low) * random.uniform();
      if (p.name == "resonance_shift") value = 0.0;
      parameters.push_back(base::scaled(value, base::parse_unit(p.unit)).value);
      if (p.name == "reference_wavelength" || p.name == "resonance_wavelength") {
        environment.wavelength = parameters.back();
      }
    }
    const Matrix s = scattering_of(*model, parameters, environment);
    EXPECT_LE(largest_singular_value(s), 1.0 + 1e-9);
    EXPECT_LE(asymmetry(s), 1e-9);
    double power = 0.0;
    for (std::size_t i = 0; i < s.size(); ++i) power += gram(s)(i, i).real();
    if (power < static_cast<double>(s.size()) - 1e-6) ++below;
  }
  // Drawn losses must show, or the bound says nothing.
  EXPECT_GT(below, 20);
}

INSTANTIATE_TEST_SUITE_P(Photonic, Passive, testing::ValuesIn(passive),
                         [](const auto& test) { return test.param; });

TEST(Scattering, LosslessPartsAreUnitary) {
  EXPECT_LT(unitarity_error(scattering_of("waveguide", {{"propagation_loss_db", 0.0}})), 1e-13);
  EXPECT_LT(unitarity_error(scattering_of("mirror", {{"reflection", 0.7}})), 1e-13);
  EXPECT_LT(unitarity_error(scattering_of("directional_coupler", {{"power_coupling", 0.2}})),
            1e-13);
  EXPECT_LT(unitarity_error(scattering_of("mach_zehnder_interferometer",
                                          {{"inner_phase", 1.1}, {"outer_phase", 0.4}})),
            1e-13);
  EXPECT_LT(unitarity_error(scattering_of("ring_all_pass", {{"round_trip_loss_db", 0.0}})), 1e-11);
  EXPECT_LT(unitarity_error(scattering_of("ring_add_drop", {{"round_trip_loss_db", 0.0},
                                                            {"power_coupling_1", 0.1},
                                                            {"power_coupling_2", 0.3}})),
            1e-12);
  // Loss of 1e-5 of the coupling.
  EXPECT_LT(unitarity_error(scattering_of("microdisk", {{"intrinsic_quality", 1e9},
                                                        {"coupling_quality_1", 1e4},
                                                        {"coupling_quality_2", 2e4}})),
            1e-4);
}

TEST(Scattering, CouplerFollowsItsCouplingLength) {
  const Matrix half =
      scattering_of("directional_coupler", {{"length", 5e-6}, {"coupling_length", 10e-6}});
  EXPECT_NEAR(std::norm(half(2, 0)), 0.5, 1e-14);
  EXPECT_NEAR(half(3, 0).imag(), std::sqrt(0.5), 1e-14);
  const Matrix full =
      scattering_of("directional_coupler", {{"length", 10e-6}, {"coupling_length", 10e-6}});
  EXPECT_NEAR(std::norm(full(3, 0)), 1.0, 1e-14);
}

TEST(Scattering, BendIsAWaveguideOfItsArc) {
  const Matrix bend = scattering_of("waveguide_bend", {{"radius", 10e-6},
                                                       {"angle", std::numbers::pi},
                                                       {"bend_loss_db", 0.05},
                                                       {"propagation_loss_db", 300.0}});
  const Matrix guide = scattering_of(
      "waveguide", {{"length", 10e-6 * std::numbers::pi}, {"propagation_loss_db", 300.0}});
  EXPECT_NEAR(std::abs(bend(1, 0)) / std::abs(guide(1, 0)), std::pow(10.0, -0.1 / 20.0), 1e-13);
  EXPECT_NEAR(std::arg(bend(1, 0) / guide(1, 0)), 0.0, 1e-9);
}

TEST(Scattering, SplitterJoinsEqualWavesAndRadiatesTheirDifference) {
  const Matrix s = scattering_of("splitter", {{"excess_loss_db", 0.0}});
  EXPECT_NEAR(std::norm(s(1, 0)), 0.5, 1e-15);
  EXPECT_NEAR(std::abs(s(0, 1) + s(0, 2)) * std::sqrt(0.5), 1.0, 1e-15);
  EXPECT_NEAR(std::abs(s(0, 1) - s(0, 2)), 0.0, 1e-15);
}

TEST(Scattering, GroupIndexIsThatOfThePhase) {
  const std::unique_ptr<model::DeviceModel> model(make_model("waveguide"));
  const auto parameters = parameters_of(*model, {{"length", 1e-3}, {"group_index", 4.2}});
  const double l = 1.56e-6, d = 1e-13;
  const auto phase = [&](double wavelength) {
    model::Environment e;
    e.wavelength = wavelength;
    return scattering_of(*model, parameters, e)(1, 0);
  };
  const double slope = std::arg(phase(l + d) / phase(l - d)) / (2.0 * d);
  // d phi / d l = -2 pi n_g L / l^2
  EXPECT_NEAR(slope / (-2.0 * std::numbers::pi * 4.2 * 1e-3 / (l * l)), 1.0, 1e-6);
}

TEST(Scattering, IndexThatFallsBelowZeroIsRefused) {
  const std::unique_ptr<model::DeviceModel> model(make_model("waveguide"));
  model::Environment far;
  far.wavelength = 4e-6;
  std::vector<double> derived(model->derived_size());
  const auto parameters = parameters_of(*model, {{"effective_index", 1.5}, {"group_index", 4.5}});
  try {
    model->derive(parameters, far, derived);
    FAIL() << "no error";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "model.parameters");
  }
}

TEST(Scattering, RingWithoutAnyLossOrCouplingIsRefused) {
  const std::unique_ptr<model::DeviceModel> model(make_model("ring_add_drop"));
  std::vector<double> derived(model->derived_size());
  const auto parameters = parameters_of(
      *model, {{"power_coupling_1", 0.0}, {"power_coupling_2", 0.0}, {"round_trip_loss_db", 0.0}});
  EXPECT_THROW(model->derive(parameters, {}, derived), base::Error);
}

class Matched : public testing::TestWithParam<std::string> {};

TEST_P(Matched, FormHasTheFormulasOfItsValues) {
  const std::unique_ptr<model::DeviceModel> model(make_model(GetParam()));
  const MatchedPorts matched(*model);
  std::vector<double> derived(matched.derived_size());
  matched.derive(parameters_of(*model, {}), {}, derived);
  base::RandomStream random(3, "photonic/matched");
  const std::size_t n = model->specification().unknowns();
  std::vector<double> x(n), flow(n), storage(n), jf(n * n), js(n * n);
  for (double& value : x) value = random.uniform() - 0.5;
  matched.evaluate(derived, x, {flow, storage, jf, js});
  const model::SymbolicForm form = matched.symbolic(derived);
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<double> gradient(n);
    EXPECT_NEAR(model::evaluate(form.flow[i], x, gradient), flow[i], 1e-12 * std::abs(flow[i]));
    for (std::size_t j = 0; j < n; ++j) {
      EXPECT_NEAR(gradient[j], jf[i * n + j], 1e-12 * std::abs(jf[i * n + j]) + 1e-18);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Photonic, Matched, testing::Values("microdisk_modulator", "laser"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace neucasl::photonic
