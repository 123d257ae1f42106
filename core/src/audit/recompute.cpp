#include <cmath>
#include <utility>

#include "neucasl/link/bank.hpp"
#include "neucasl/link/budget.hpp"
#include "neucasl/link/resolution.hpp"
#include "values.hpp"

namespace neucasl::audit {
namespace {

namespace dim = base::dimension;

/// Gives errors of equations, which know no file, the place of the section they belong to.
template <class Act>
auto at(const base::Location& where, const Act& act) {
  try {
    return act();
  } catch (const base::Error& error) {
    if (error.diagnostic().where.known()) throw;
    base::Diagnostic diagnostic = error.diagnostic();
    diagnostic.where = where;
    throw base::Error(std::move(diagnostic));
  }
}

void recompute_link(const LinkSection& section, Values& values) {
  std::vector<link::Loss> path;
  path.reserve(section.path.size());
  for (const PathElement& one : section.path) {
    path.push_back({one.name, values.pure(one.loss_db), values.pure(one.count)});
  }
  link::Budget budget;
  budget.insertion_loss_db = link::insertion_loss_db(path);
  budget.fan_out = values.pure(section.fan_out);
  budget.sensitivity = link::watts_of_dbm(values.pure(section.sensitivity_dbm));
  if (section.bits) budget.bits = values.pure(*section.bits);
  if (section.extinction_ratio_db) {
    budget.extinction_ratio_db = values.pure(*section.extinction_ratio_db);
  }
  budget.wall_plug_efficiency = values.pure(section.wall_plug_efficiency);
  values.add("insertion_loss_db", {budget.insertion_loss_db, {}}, "sum of loss x count");
  values.add("laser_optical_power", {budget.optical_power(), dim::power},
             "sensitivity 10^(loss / 10) fan-out 2^bits / (1 - 10^(-ER / 10))");
  values.add("laser_power", {budget.electrical_power(), dim::power},
             "optical power / wall-plug efficiency");
}

std::size_t channels_of(const BankSection& section, const Values& values) {
  const double channels = values.pure(section.channels);
  // All pairs are summed, again for each value that the search of the nearest one tries.
  constexpr double most = 1024.0;
  if (!(channels >= 1.0) || channels != std::floor(channels) || channels > most) {
    throw base::Error("audit.count", "a bank of " + base::shortest(channels) + " channels",
                      "give a whole number from 1 to 1024", section.channels.where);
  }
  return static_cast<std::size_t>(channels);
}

void recompute_bank(const BankSection& section, Values& values, std::vector<double>& causes) {
  const std::size_t channels = channels_of(section, values);
  link::SeriesBank bank;
  bank.free_spectral_range = values.number(section.free_spectral_range, dim::length);
  if (section.drop_loss_db) bank.drop_loss_db = values.pure(*section.drop_loss_db);
  const double centre = values.number(section.wavelength, dim::length);
  const double spacing = section.spacing ? values.number(*section.spacing, dim::length)
                                         : bank.free_spectral_range / static_cast<double>(channels);
  const std::vector<double> grid = link::channel_grid(centre, spacing, channels);
  values.add("channel_spacing", {spacing, dim::length},
             section.spacing ? "as given" : "free spectral range / channels");
  values.add("channels_in_range",
             {static_cast<double>(link::channels_within(bank.free_spectral_range, spacing)), {}},
             "floor(free spectral range / spacing)");
  if (!section.quality) return;
  bank.quality = values.pure(*section.quality);
  const double printed = link::printed_crosstalk(grid, bank.quality);
  values.add("printed_crosstalk", {printed, {}},
             "max_i sum_j d^2 / ((l_i - l_j)^2 + d^2), d = l_i / (2 Q)");
  values.add("printed_bits", {link::resolution_bits(printed), {}}, "log2(1 / printed_crosstalk)");
  const double exact = bank.crosstalk(grid);
  values.add("series_crosstalk", {exact, {}},
             "add-drop rings in series, exact: max_i sum_j P_ij / P_ii");
  values.add("crosstalk_bits", {link::resolution_bits(exact), {}}, "log2(1 / series_crosstalk)");
  causes.push_back(link::resolution_bits(exact));
  if (!section.resonance_error) return;
  const double sigma = values.number(*section.resonance_error, dim::length);
  causes.push_back(link::resonance_bits(sigma, centre, bank.quality));
  values.add("resonance_bits", {causes.back(), {}},
             "log2(1 / (2 sigma 3 sqrt(3) / (8 d))), d = l / (2 Q)");
}

void recompute_receiver(const ReceiverSection& section, Values& values,
                        std::vector<double>& causes) {
  link::Receiver receiver;
  receiver.current = values.number(section.current, dim::current);
  receiver.bandwidth = values.number(section.bandwidth, dim::frequency);
  receiver.load = values.number(section.load, dim::resistance);
  receiver.temperature = values.number(section.temperature, dim::temperature);
  receiver.intensity_noise_db = values.pure(section.intensity_noise_db);
  const link::ReceiverBits bits = link::receiver_bits(receiver);
  values.add("shot_bits", {bits.shot, {}}, "(10 log10(I / (2 q B)) - 1.76) / 6.02");
  values.add("thermal_bits", {bits.thermal, {}}, "(10 log10(I^2 R / (4 k T B)) - 1.76) / 6.02");
  values.add("intensity_bits", {bits.intensity, {}}, "(-RIN - 10 log10(B) - 1.76) / 6.02");
  causes.insert(causes.end(), {bits.shot, bits.thermal, bits.intensity});
  if (!section.converter_bits) return;
  causes.push_back(values.pure(*section.converter_bits));
  values.add("converter_bits", {causes.back(), {}}, "as given");
}

double recompute_rate(const RateSection& section, Values& values) {
  const double frequency = values.number(section.frequency, dim::frequency);
  if (!(frequency > 0.0)) {
    throw base::Error("audit.rate", "the frequency is " + base::shortest(frequency) + " Hz",
                      "give a frequency above 0", section.frequency.where);
  }
  if (section.multiply_accumulates) {
    const double one_cycle = values.pure(*section.multiply_accumulates);
    values.add("peak_multiply_accumulates", {one_cycle * frequency, dim::frequency},
               "multiply-accumulates in a cycle x frequency");
  }
  return frequency;
}

double working_power(const Part& part, const Values& values) {
  const double power = values.number(*part.power, dim::power);
  if (!part.converter) return power;
  const ScaledConverter& scaled = *part.converter;
  return link::converter_power(scaled.law,
                               {power, values.pure(scaled.reference_bits),
                                values.number(scaled.reference_rate, dim::frequency)},
                               values.pure(scaled.bits),
                               values.number(scaled.rate, dim::frequency));
}

double power_of(const Part& part, const Values& values) {
  const double idle = part.idle_power ? values.number(*part.idle_power, dim::power) : 0.0;
  return part.power ? working_power(part, values) + idle : idle;
}

std::string power_equation(const Part& part) {
  if (part.idle_power) {
    Part working = part;
    working.idle_power.reset();
    const std::string idle = "count x (" + part.idle_power->text + ")";
    return part.power ? power_equation(working) + " + " + idle : idle;
  }
  if (!part.converter) return "count x (" + part.power->text + ")";
  switch (part.converter->law) {
    case link::ConverterLaw::sar:
      return "count x reference x f b / (f0 b0)";
    case link::ConverterLaw::flash:
      return "count x reference x f (2^b - 1) / (f0 (2^b0 - 1))";
    case link::ConverterLaw::dac:
      return "count x reference x f 2^b / (b + 1) / (f0 2^b0 / (b0 + 1))";
    case link::ConverterLaw::dac_powers_of_bits:
      return "count x reference x f 2^b / b / (f0 2^b0 / b0)";
  }
  return {};
}

/// Sums over the parts, each of which may have none.
struct Totals {
  double power = 0.0;
  double area = 0.0;
  double energy = 0.0;
  bool has_power = false;
  bool has_area = false;
  bool has_energy = false;
};

void recompute_part(const Part& part, double frequency, Values& values, Totals& totals) {
  const double count = values.pure(part.count);
  if (!(count >= 0.0)) {
    throw base::Error("audit.count",
                      "part '" + part.name + "' stands " + base::shortest(count) + " times",
                      "give a count of 0 or more", part.count.where);
  }
  values.add("count_of_" + part.name, {count, {}}, part.count.text);
  if (part.area) {
    const double area = count * values.number(*part.area, dim::area);
    values.add("area_of_" + part.name, {area, dim::area}, "count x (" + part.area->text + ")");
    totals.area += area;
    totals.has_area = true;
  }
  if (!part.power && !part.idle_power) return;
  const double power = count * power_of(part, values);
  values.add("power_of_" + part.name, {power, dim::power}, power_equation(part));
  totals.power += power;
  totals.has_power = true;
  if (!part.cycles) return;
  if (!(frequency > 0.0)) {
    throw base::Error("audit.rate", "part '" + part.name + "' has cycles and the design no rate",
                      "add <rate frequency=\"...\"/>", part.cycles->where);
  }
  const double energy = power * values.pure(*part.cycles) / frequency;
  values.add("energy_of_" + part.name, {energy, dim::energy},
             "power x (" + part.cycles->text + ") / frequency");
  totals.energy += energy;
  totals.has_energy = true;
}

}  // namespace

Values recomputed_values(const Design& design) {
  Values values(design);
  std::vector<double> causes;
  if (design.link) {
    at(design.link->fan_out.where, [&] { recompute_link(*design.link, values); });
  }
  if (design.bank) {
    at(design.bank->channels.where, [&] { recompute_bank(*design.bank, values, causes); });
  }
  if (design.receiver) {
    at(design.receiver->current.where,
       [&] { recompute_receiver(*design.receiver, values, causes); });
  }
  if (!causes.empty()) {
    values.add("combined_bits", {link::combined_bits(causes), {}},
               "4^-b = sum over the causes of 4^-b_i, with the exact crosstalk");
  }
  const double frequency = design.rate ? at(design.rate->frequency.where,
                                            [&] { return recompute_rate(*design.rate, values); })
                                       : 0.0;
  Totals totals;
  for (const Part& part : design.parts) {
    at(part.count.where, [&] { recompute_part(part, frequency, values, totals); });
  }
  if (totals.has_power) values.add("total_power", {totals.power, dim::power}, "sum over the parts");
  if (totals.has_area) values.add("total_area", {totals.area, dim::area}, "sum over the parts");
  if (totals.has_energy) {
    values.add("total_energy", {totals.energy, dim::energy}, "sum over the parts");
  }
  return values;
}

std::vector<Recomputed> recompute(const Design& design) {
  return recomputed_values(design).recomputed();
}

}  // namespace neucasl::audit
