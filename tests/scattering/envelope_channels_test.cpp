#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

#include "circuit_builder.hpp"
#include "envelope_transient.hpp"
#include "native/simulator.hpp"

/// \file
/// Transients with several carriers: each channel by its closed form, and what they do together in
/// a receiver against the native simulator.

namespace neucasl::scattering {
namespace {

using std::numbers::pi;
using Wave = std::complex<double>;

constexpr double light_speed = 299792458.0;  // m/s
const std::vector<double> carriers = {1548.5e-9, 1550e-9, 1551.2e-9};

circuit::Result envelope(const circuit::Circuit& circuit,
                         const circuit::TransientAnalysis& analysis, bool delays = true) {
  base::DiagnosticSink sink;
  plugin::Context context;
  context.diagnostics = &sink;
  plugin::SimulationOptions options;
  options.group_delays = delays;
  return simulate_envelope(circuit, analysis, options, context);
}

Wave wave_of(const circuit::Result& result, const std::string& net, std::size_t carrier,
             std::size_t point) {
  const std::string name = net + '.' + std::to_string(carrier + 1);
  const auto* re = result.find(name + ".re", circuit::TraceKind::node);
  const auto* im = result.find(name + ".im", circuit::TraceKind::node);
  if (re == nullptr || im == nullptr) throw std::runtime_error("no net " + name);
  return {re->real[point], im->real[point]};
}

TEST(EnvelopeChannels, DiskFollowsAStepOfEachCarrierByTheClosedForm) {
  CircuitBuilder net(carriers);
  net.add("laser", "laser", {"in"}, {{"power", 1e-3}});
  net.add("disk", "microdisk", {"in", "through", "drop", "add"},
          {{"resonance_wavelength", 1550.02e-9},
           {"intrinsic_quality", 4e4},
           {"coupling_quality_1", 12000.0},
           {"coupling_quality_2", 16000.0}});
  for (const char* end : {"through", "drop", "add"}) net.add(end, "termination", {end});
  const auto r = envelope(net.circuit(), {60e-12, 2e-12, 0.0, true, 0.0});
  const double resonance = light_speed / 1550.02e-9;
  const auto rate = [&](double quality) { return pi * resonance / quality; };
  const double inverse = rate(4e4) + rate(12000.0) + rate(16000.0);
  const double mu_1 = std::sqrt(2.0 * rate(12000.0));
  const double mu_2 = std::sqrt(2.0 * rate(16000.0));
  const double in = std::sqrt(1e-3);
  ASSERT_GT(r.axis.size(), 20u);
  for (std::size_t c = 0; c < carriers.size(); ++c) {
    const Wave pole(-inverse, 2.0 * pi * (light_speed / carriers[c] - resonance));
    for (std::size_t k = 1; k < r.axis.size(); ++k) {
      const Wave mode = Wave(0.0, mu_1 * in) * (std::exp(pole * r.axis[k]) - 1.0) / pole;
      EXPECT_LT(std::abs(wave_of(r, "through", c, k) - (in + Wave(0.0, mu_1) * mode)), 1e-13);
      EXPECT_LT(std::abs(wave_of(r, "drop", c, k) - Wave(0.0, mu_2) * mode), 1e-13);
    }
  }
}

TEST(EnvelopeChannels, GuideDelaysAllCarriersAlikeAndTurnsEachByItsPhase) {
  constexpr double length = 2e-3, effective = 2.4, group = 4.2, reference = 1550e-9;
  CircuitBuilder net(carriers);
  net.add("laser", "laser", {"in"}, {{"power", 1e-3}});
  net.add("guide", "waveguide", {"in", "out"},
          {{"length", length},
           {"effective_index", effective},
           {"group_index", group},
           {"reference_wavelength", reference},
           {"propagation_loss_db", 200.0}});
  net.add("end", "termination", {"out"});
  const double delay = group * length / light_speed;
  const auto r = envelope(net.circuit(), {2.0 * delay, 0.0, 0.0, true, 0.0});
  const auto at_once = envelope(net.circuit(), {2.0 * delay, 0.0, 0.0, true, 0.0}, false);
  const double amplitude = std::sqrt(1e-3) * std::pow(10.0, -200.0 * length / 20.0);
  for (std::size_t c = 0; c < carriers.size(); ++c) {
    const double index = effective - (carriers[c] - reference) * (group - effective) / reference;
    const Wave late = std::polar(amplitude, 2.0 * pi * index * length / carriers[c]);
    std::size_t before = 0;
    for (std::size_t k = 1; k < r.axis.size(); ++k) {
      if (std::abs(r.axis[k] - delay) < 1e-6 * delay) continue;
      const bool arrived = r.axis[k] > delay;
      before += arrived ? 0 : 1;
      EXPECT_LT(std::abs(wave_of(r, "out", c, k) - (arrived ? late : Wave{})), 1e-12) << r.axis[k];
    }
    EXPECT_GT(before, 2u);
    for (std::size_t k = 1; k < at_once.axis.size(); ++k) {
      EXPECT_LT(std::abs(wave_of(at_once, "out", c, k) - late), 1e-12);
    }
  }
}

/// A modulator acts on all channels, disks drop one each, a receiver adds them, its voltage drives
/// nothing.
TEST(EnvelopeChannels, ModulatedChannelsInOneReceiverAgreeWithNative) {
  CircuitBuilder net(carriers);
  net.add("laser", "laser", {"light"}, {{"power", 1e-3}});
  net.voltage("drive", "gate", 0.0);
  net.circuit().sources.back().waveform = {
      circuit::Waveform::Kind::piecewise_linear,
      {0.0, 0.0, 10e-12, 0.0, 20e-12, 1.7, 60e-12, 1.7, 65e-12, 0.4}};
  net.add("modulator", "mach_zehnder_modulator", {"light", "bus0", "gate", "0"},
          {{"capacitance", 20e-15}, {"resistance", 20.0}});
  for (std::size_t k = 0; k < carriers.size(); ++k) {
    const std::string n = std::to_string(k);
    const std::string next = std::to_string(k + 1);
    net.add("disk" + n, "microdisk", {"bus" + n, "bus" + next, "drop" + n, "drop" + next},
            {{"resonance_wavelength", carriers[k] + 0.03e-9 * static_cast<double>(k)}});
  }
  net.add("end", "termination", {"bus" + std::to_string(carriers.size())});
  net.add("dark", "termination", {"drop" + std::to_string(carriers.size())});
  net.voltage("bias", "bias", 1.0);
  net.add("detector", "photodetector", {"drop0", "received", "bias"});
  net.resistor("load", "received", "0", 50.0);
  const circuit::TransientAnalysis analysis{100e-12, 0.5e-12, 1e-12, false, 0.0};
  const auto ours = envelope(net.circuit(), analysis);
  native_plugin::NativeSimulator native;
  base::DiagnosticSink sink;
  plugin::Context context;
  context.diagnostics = &sink;
  plugin::SimulationOptions options;
  options.tolerances = circuit::Tolerances::tight();
  const auto theirs = native.simulate(net.circuit(), analysis, options, context);
  ASSERT_EQ(ours.axis.size(), theirs.axis.size());
  const auto* a = ours.find("received", circuit::TraceKind::node);
  const auto* b = theirs.find("received", circuit::TraceKind::node);
  ASSERT_TRUE(a != nullptr && b != nullptr);
  double peak = 0.0;
  double worst = 0.0;
  double light = 0.0;
  for (std::size_t k = 0; k < ours.axis.size(); ++k) {
    peak = std::max(peak, std::abs(b->real[k]));
    worst = std::max(worst, std::abs(a->real[k] - b->real[k]));
    for (std::size_t c = 0; c < carriers.size(); ++c) {
      light =
          std::max(light, std::abs(wave_of(ours, "drop0", c, k) - wave_of(theirs, "drop0", c, k)));
    }
  }
  EXPECT_GT(peak, 1e-3);  // three channels of a milliwatt in 50 ohm
  EXPECT_LT(worst / peak, 2e-4);
  EXPECT_LT(light / std::sqrt(1e-3), 2e-4);
}

}  // namespace
}  // namespace neucasl::scattering
