#include "microdisk.hpp"

#include <algorithm>
#include <cmath>

#include "crosstalk.hpp"
#include "curves.hpp"
#include "neucasl/link/bank.hpp"

namespace neucasl::photonic {
namespace {

/// Channels spread evenly over one free spectral range, each with a disk of its own: the power that
/// disk i drops of channel j over what it drops of its own.
double bank_crosstalk(const ResonatorParameters& disk, int channels) {
  const double spacing = disk.free_spectral_range / channels;
  const auto wavelength = [&](int i) {
    return disk.wavelength + spacing * (i - 0.5 * (channels - 1));
  };
  return largest_crosstalk(channels, [&](int i, int j) {
    ResonatorParameters tuned = disk;
    tuned.wavelength = wavelength(i);
    tuned.shift = 0.0;
    const double detuning = make_resonator(tuned, wavelength(j)).detuning;
    return 1.0 / (1.0 + detuning * detuning);
  });
}

void add_resolution(model::Characterization& result, const ResonatorParameters& disk) {
  std::vector<std::int64_t> channels;
  std::vector<double> spacing, noise, bits;
  for (const int n : {2, 4, 8, 16, 32, 64}) {
    channels.push_back(n);
    spacing.push_back(disk.free_spectral_range / n);
    noise.push_back(bank_crosstalk(disk, n));
    bits.push_back(link::resolution_bits(noise.back()));
  }
  results::Table table;
  table.name = "crosstalk";
  table.title =
      "Crosstalk of channels spread over one free spectral range, periodic resonances, and "
      "log2(1 / crosstalk)";
  table.add("channels", std::move(channels));
  table.add("spacing", std::move(spacing), base::dimension::length);
  table.add("largest_crosstalk", std::move(noise));
  table.add("resolution_bits", std::move(bits));
  result.tables.push_back(std::move(table));
}

}  // namespace

model::Specification Microdisk::specification() {
  model::Specification s;
  s.name = "microdisk";
  s.title = "Microdisk resonator between two buses";
  s.family = "photonic";
  s.terminals = {optical_port("input"), optical_port("through"), optical_port("drop"),
                 optical_port("add")};
  s.internals = outgoing_pairs(s.terminals);
  add_mode_states(s.internals);
  add_resonator_parameters(s.parameters, true);
  add_resonator_fabrication(s.parameters);
  s.equations = {"du/dt = ((j (w - w0) tau - 1) u + j m1 input + j m2 add) / tau",
                 "through = input + j m1 u, drop = add + j m2 u; a second mode likewise backwards",
                 "1/tau = w0 / 2 (1/Q0 + 1/Q1 + 1/Q2), m_k = sqrt(2 tau w0 / 2 Q_k), w0 the "
                 "resonance nearest to the carrier; u = amplitude / sqrt(tau)"};
  s.validity =
      "Loaded quality well above the order of the resonance (Lorentzian line, one "
      "resonance a carrier); no backscattering, no nonlinear index, slowly varying "
      "envelope within half a free spectral range.";
  s.source =
      "H. A. Haus, Waves and Fields in Optoelectronics, Prentice-Hall 1984, chapter 7; B. E. "
      "Little et al., Microring resonator channel dropping filters, J. Lightwave Technology "
      "15(6):998-1005, 1997";
  return s;
}

Microdisk::Derived Microdisk::derive(std::span<const double> parameters,
                                     const model::Environment& environment) {
  ParameterReader reader(parameters);
  ResonatorParameters disk = read_resonator(reader, true);
  disk.shift += ambient_shift(parameters, environment);
  return make_resonator(disk, environment.wavelength);
}

model::Characterization MicrodiskModel::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  model::Characterization result;
  ParameterReader reader(parameters);
  const ResonatorParameters disk = read_resonator(reader, true);
  model::Environment centred = environment;
  centred.wavelength = disk.wavelength + disk.shift + ambient_shift(parameters, environment);
  const double loaded = 1.0 / (1.0 / disk.intrinsic_quality + 1.0 / disk.coupling_quality_1 +
                               1.0 / disk.coupling_quality_2);
  const double width = disk.wavelength / loaded;
  const Spectrum spectrum =
      add_spectrum(result, *this, parameters, centred, "input", span_around(centred, 10.0 * width));
  const double range = disk.free_spectral_range;
  add_resonances(
      result, published,
      [&](double wavelength) {
        return power_transfer_at(wavelength, *this, parameters, centred, "input", "drop");
      },
      centred, std::max(1.2 * range, 10.0 * width));
  const double between = power_transfer_at(centred.wavelength + 0.5 * range, *this, parameters,
                                           centred, "input", "through");
  compare(result, published, "drop_loss_db", loss_of_power(spectrum.at_centre("drop")), {},
          "on resonance");
  compare(result, published, "through_loss_db", loss_of_power(between), {},
          "halfway between resonances");
  compare(result, published, "extinction_ratio_db",
          loss_of_power(std::max(spectrum.at_centre("through"), 1e-15) / between), {},
          "through port, on resonance against halfway");
  compare(result, published, "photon_lifetime",
          0.5 / Microdisk::derive(parameters, centred).inverse_lifetime, base::dimension::time,
          "of the energy");
  add_resolution(result, disk);
  return result;
}

}  // namespace neucasl::photonic
