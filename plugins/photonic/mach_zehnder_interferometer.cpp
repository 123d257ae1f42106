#include "mach_zehnder_interferometer.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "curves.hpp"
#include "optics.hpp"

namespace neucasl::photonic {
namespace {

using Matrix2 = ScatteringMatrix<double, 2>;

Matrix2 coupler(double power_coupling) {
  const double t = std::sqrt(1.0 - power_coupling);
  const double k = std::sqrt(power_coupling);
  return {{{{{t, 0.0}, {0.0, k}}}, {{{0.0, k}, {t, 0.0}}}}};
}

Matrix2 upper_phase(double phase) { return {{{{phasor(1.0, phase), {}}}, {{{}, {1.0, 0.0}}}}}; }

Matrix2 multiply(const Matrix2& a, const Matrix2& b) {
  Matrix2 c;
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 2; ++j) c[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j];
  }
  return c;
}

}  // namespace

model::Specification MachZehnderInterferometer::specification() {
  model::Specification s;
  s.name = "mach_zehnder_interferometer";
  s.title = "Mach-Zehnder interferometer, two inputs and two outputs";
  s.family = "photonic";
  s.terminals = {optical_port("input_1"), optical_port("input_2"), optical_port("output_1"),
                 optical_port("output_2")};
  s.parameters = {
      {"inner_phase", "rad", 0.0, -20.0, 20.0,
       "theta, phase of the upper arm between the couplers"},
      {"outer_phase", "rad", 0.0, -20.0, 20.0, "phi, phase behind the second coupler at output_1"},
      coupling_parameter("power_coupling_1", 0.5, "share that crosses in the first coupler"),
      coupling_parameter("power_coupling_2", 0.5, "share that crosses in the second coupler"),
      loss_parameter("insertion_loss_db", 0.0, "power loss in dB of both arms")};
  s.equations = {"U = A diag(e^(j phi), 1) B2 diag(e^(j theta), 1) B1, B = [[t, jk], [jk, t]]",
                 "(output_1, output_2) = U (input_1, input_2), backwards its transpose; with "
                 "k^2 = 1/2 the power from input_1 to output_2 is cos^2(theta / 2)"};
  s.validity =
      "Matched, without reflection; phases independent of the wavelength; equal losses in "
      "both arms.";
  s.source =
      "M. Reck et al., Experimental realization of any discrete unitary operator, Physical "
      "Review Letters 73(1):58-61, 1994; W. R. Clements et al., Optimal design for "
      "universal multiport interferometers, Optica 3(12):1460-1465, 2016";
  return s;
}

ScatteringMatrix<double, MachZehnderInterferometer::ports> MachZehnderInterferometer::matrix(
    std::span<const double> parameters, const model::Environment& /*environment*/) {
  ParameterReader reader(parameters);
  const double inner = reader.next();
  const double outer = reader.next();
  const double coupling_1 = reader.next();
  const double coupling_2 = reader.next();
  const double amplitude = amplitude_of_loss(reader.next());
  const Matrix2 u = multiply(multiply(upper_phase(outer), coupler(coupling_2)),
                             multiply(upper_phase(inner), coupler(coupling_1)));
  ScatteringMatrix<double, ports> s;
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 2; ++j) s[2 + i][j] = s[j][2 + i] = amplitude * u[i][j];
  }
  return s;
}

model::Characterization MachZehnderInterferometerModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  std::vector<double> at(parameters.begin(), parameters.end());
  const std::size_t inner = model::parameter_index(specification(), "inner_phase");
  std::vector<double> phase, bar, cross;
  for (int i = 0; i <= 128; ++i) {
    at[inner] = 2.0 * std::numbers::pi * i / 128;
    phase.push_back(at[inner]);
    bar.push_back(power_transfer(*this, at, environment, "input_1", "output_1"));
    cross.push_back(power_transfer(*this, at, environment, "input_1", "output_2"));
  }
  add_curve(result, "transfer_bar", "Power to output_1 over the inner phase", "inner_phase", {},
            phase, {"Inner phase", "rad"}, "share", {}, bar, {"Share of the input's power", ""});
  add_curve(result, "transfer_cross", "Power to output_2 over the inner phase", "inner_phase", {},
            phase, {"Inner phase", "rad"}, "share", {}, cross, {"Share of the input's power", ""});
  compare(result, published, "insertion_loss_db", loss_of_power(bar[0] + cross[0]), {});
  const auto [low, high] = std::minmax_element(bar.begin(), bar.end());
  compare(result, published, "extinction_ratio_db", loss_of_power(std::max(*low, 1e-15) / *high),
          {}, "of output_1 over the inner phase; ideal couplers: limited by rounding");
  return result;
}

}  // namespace neucasl::photonic
