#include "photonic_link.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "neucasl/link/bank.hpp"
#include "neucasl/link/resolution.hpp"
#include "units.hpp"

namespace neucasl::performance_plugin {
namespace {

namespace dim = base::dimension;
using architecture::Component;
using architecture::ComponentKind;

class LinkReader {
 public:
  LinkReader(const architecture::Architecture& architecture, const architecture::PhotonicPlan& plan,
             device::UseList& uses, const OperandBits* widest)
      : architecture_(architecture),
        plan_(plan),
        uses_(uses),
        widest_(widest),
        laser_(part(ComponentKind::laser)),
        detector_(part(ComponentKind::photodetector)) {}

  PhotonicLink run() {
    read_operands();
    read_path();
    read_laser();
    add_bank_bits();
    add_receiver_bits();
    result_.analog_bits = combined();
    add_converter_bits();
    result_.effective_bits = combined();
    return std::move(result_);
  }

 private:
  [[nodiscard]] const Component& part(ComponentKind kind, bool weights = false) const {
    return *architecture::find_component(architecture_, kind, weights);
  }

  double number_or(const Component& component, const char* name, double absent) {
    return component.numbers.find(name) == nullptr ? absent
                                                   : component.numbers.si(name, dim::none, uses_);
  }

  void read_operands() {
    result_.weight_bits = architecture_.numbers.si("weight_bits", dim::none, uses_);
    result_.activation_bits = architecture_.numbers.si("activation_bits", dim::none, uses_);
    if (widest_ == nullptr) return;
    result_.weight_bits = widest_->weight;
    result_.activation_bits = widest_->input;
  }

  [[nodiscard]] double combined() const {
    std::vector<double> bits;
    bits.reserve(result_.bits.size());
    for (const BitsOfCause& one : result_.bits) bits.push_back(one.bits);
    return bits.empty() ? std::numeric_limits<double>::infinity() : link::combined_bits(bits);
  }

  void read_path() {
    const double others = static_cast<double>(plan_.channels) - 1.0;
    architecture::for_each_level(
        architecture_, [&](const architecture::Level& level, double /*copies*/) {
          for (const Component& component : level.components) {
            if (component.numbers.find("loss_db") == nullptr) continue;
            result_.path.push_back({level.name + "/" + component.name,
                                    number_or(component, "loss_db", 0.0),
                                    number_or(component, "passes", 1.0)});
            if (component.numbers.find("through_loss_db") == nullptr) continue;
            result_.path.push_back({level.name + "/" + component.name + ", others passed",
                                    number_or(component, "through_loss_db", 0.0), others});
          }
        });
    result_.loss_db = link::insertion_loss_db(result_.path);
  }

  link::Budget budget() {
    link::Budget result;
    result.insertion_loss_db = result_.loss_db;
    result_.fan_out = laser_.numbers.si("fan_out", dim::none, uses_);
    lines_ = number_or(laser_, "wavelengths", 1.0);
    const bool together = architecture::counts_lines_together(laser_);
    result.fan_out = result_.fan_out * (together ? 1.0 : lines_);
    result.sensitivity = detector_.numbers.si("sensitivity", dim::power, uses_);
    result.bits = number_or(laser_, "level_bits", 0.0);
    if (result.bits > 0.0) {
      result.bits =
          std::max(0.0, result.bits + result_.activation_bits - architecture_.activation_bits);
    }
    result_.level_bits = result.bits;
    const Component& modulator = part(ComponentKind::modulator);
    if (modulator.numbers.find("extinction_ratio_db") != nullptr) {
      result.extinction_ratio_db = number_or(modulator, "extinction_ratio_db", 0.0);
    }
    result.wall_plug_efficiency = laser_.numbers.si("wall_plug_efficiency", dim::none, uses_);
    return result;
  }

  void read_laser() {
    const link::Budget needed = budget();
    result_.needed = needed;
    result_.electrical_power = laser_.numbers.find("leakage") != nullptr
                                   ? laser_.numbers.si("leakage", dim::power, uses_)
                                   : needed.electrical_power();
    result_.optical_power = result_.electrical_power * needed.wall_plug_efficiency;
    if (!std::isfinite(result_.electrical_power)) refuse(needed, 0.0, "fan_out");
    if (!(result_.optical_power > 0.0)) refuse(needed, 0.0, "leakage");
    result_.margin_db = link::margin_db(needed, result_.optical_power);
    // A power that was derived from the same budget may lack its last digit.
    constexpr double rounding_db = 1e-6;
    if (result_.margin_db < -rounding_db) refuse(needed, result_.optical_power, "leakage");
    if (laser_.numbers.find("largest_optical_power") != nullptr) {
      const double most = laser_.numbers.si("largest_optical_power", dim::power, uses_);
      if (result_.optical_power > most) refuse(needed, most, "largest_optical_power");
    }
    const double line =
        result_.optical_power / (std::pow(10.0, result_.loss_db / 10.0) * result_.fan_out * lines_);
    result_.detector_power = line * static_cast<double>(plan_.channels);
  }

  static std::string text_of(double watts) {
    return std::isfinite(watts) ? base::to_engineering({watts, dim::power}) : "an unlimited power";
  }

  /// The nearest laser, ways and loss that close the link.
  [[nodiscard]] std::string remedy_of(const link::Budget& needed, double power, bool limit) const {
    std::vector<std::string> remedies;
    if (limit && std::isfinite(needed.optical_power())) {
      remedies.push_back("allow " + text_of(needed.optical_power()) + " of light");
    } else if (std::isfinite(needed.electrical_power())) {
      remedies.push_back("give a laser of " + text_of(needed.electrical_power()) +
                         " from the supply");
    }
    const double ways = std::floor(power / needed.optical_power() * result_.fan_out);
    if (ways >= 1.0) {
      remedies.push_back("nearest: its light divided into " + base::shortest(ways) + " ways");
    }
    link::Budget lossless = needed;
    lossless.insertion_loss_db = 0.0;
    const double loss = 10.0 * std::log10(power / lossless.optical_power());
    if (loss >= 0.0) {
      remedies.push_back("or a path of " + base::shortest(std::floor(100.0 * loss) / 100.0) +
                         " dB");
    }
    if (remedies.empty()) return "give a path of less loss, or a stronger laser";
    std::string result = remedies[0];
    for (std::size_t k = 1; k < remedies.size(); ++k) result += "; " + remedies[k];
    return result;
  }

  [[noreturn]] void refuse(const link::Budget& needed, double power, const char* stated) const {
    const bool limit = stated == std::string_view("largest_optical_power");
    throw base::Error("performance.link",
                      "the link of '" + architecture_.core().name + "' does not close: " +
                          base::shortest(std::round(100.0 * result_.loss_db) / 100.0) + " dB and " +
                          base::shortest(result_.fan_out) + " ways need " +
                          text_of(needed.optical_power()) + " of light, '" + laser_.name +
                          (limit ? "' may give " : "' gives ") + text_of(power),
                      remedy_of(needed, power, limit), laser_.numbers.find(stated)->where);
  }

  /// A cause without effect leaves infinitely many bits.
  void add(const std::string& cause, double bits, const std::string& equation,
           const device::Number& number) {
    if (!(bits > 0.0)) {
      throw base::Error("performance.resolution",
                        "'" + cause + "' leaves " + base::shortest(bits) + " bits of a sum of '" +
                            architecture_.core().name + "'",
                        "check '" + number.name + "' = " + base::shortest(number.value.value) +
                            ": no bit is left",
                        number.where);
    }
    if (std::isfinite(bits)) result_.bits.push_back({cause, bits, equation});
  }

  void add_bank_bits() {
    if (!plan_.weight_stationary) return;
    const Component& component = part(ComponentKind::weight_bank);
    const device::Card& core = architecture_.core().numbers;
    link::SeriesBank bank;
    bank.quality = component.numbers.si("quality", dim::none, uses_);
    bank.free_spectral_range = core.si("free_spectral_range", dim::length, uses_);
    bank.drop_loss_db = number_or(component, "loss_db", 0.0);
    const double centre = core.si("wavelength", dim::length, uses_);
    const double spacing = core.si("channel_spacing", dim::length, uses_);
    const double crosstalk =
        link::resolution_bits(bank.crosstalk(link::channel_grid(centre, spacing, plan_.channels)));
    const double sigma = component.numbers.si("resonance_error", dim::length, uses_);
    const double resonance = link::resonance_bits(sigma, centre, bank.quality);
    add("crosstalk", crosstalk, "rings in series, exact: log2(1 / max_i sum_j P_ij / P_ii)",
        *component.numbers.find("quality"));
    add("resonance_error", resonance, "log2(1 / (2 sigma 3 sqrt(3) / (8 d))), d = l / (2 Q)",
        *component.numbers.find("resonance_error"));
    result_.weight_bank_bits = link::combined_bits({crosstalk, resonance});
  }

  void add_receiver_bits() {
    const Component& amplifier = part(ComponentKind::amplifier);
    link::Receiver receiver;
    receiver.current = result_.detector_power *
                       detector_.numbers.si("responsivity", dim::current / dim::power, uses_);
    receiver.bandwidth = 1.0 / plan_.symbol_time;
    receiver.load = amplifier.numbers.si("load", dim::resistance, uses_);
    receiver.temperature = amplifier.numbers.si("temperature", dim::temperature, uses_);
    receiver.intensity_noise_db = laser_.numbers.si("intensity_noise_db", dim::none, uses_);
    const link::ReceiverBits bits = link::receiver_bits(receiver);
    const device::Number& sensitivity = *detector_.numbers.find("sensitivity");
    add("shot_noise", bits.shot, "(10 log10(I / (2 q B)) - 1.76) / 6.02", sensitivity);
    add("thermal_noise", bits.thermal, "(10 log10(I^2 R / (4 k T B)) - 1.76) / 6.02",
        *amplifier.numbers.find("load"));
    add("intensity_noise", bits.intensity, "(-RIN - 10 log10(B) - 1.76) / 6.02",
        *laser_.numbers.find("intensity_noise_db"));
  }

  void add_converter_bits() {
    const auto converter = [&](const char* cause, ComponentKind kind, bool weights) {
      const device::Card& card = part(kind, weights).numbers;
      add(cause, card.si("bits", dim::none, uses_), "bits of the converter", *card.find("bits"));
    };
    converter("dac_of_inputs", ComponentKind::dac, false);
    converter("dac_of_weights", ComponentKind::dac, true);
    converter("adc", ComponentKind::adc, false);
  }

  const architecture::Architecture& architecture_;
  const architecture::PhotonicPlan& plan_;
  device::UseList& uses_;
  const OperandBits* widest_;
  const Component& laser_;
  const Component& detector_;
  double lines_ = 1.0;  ///< Of one laser.
  PhotonicLink result_;
};

}  // namespace

double PhotonicLink::power_for(double input_bits) const {
  if (needed.bits == 0.0) return needed.electrical_power();
  link::Budget other = needed;
  other.bits = std::max(0.0, needed.bits + input_bits - activation_bits);
  return other.electrical_power();
}

PhotonicLink photonic_link(const architecture::Architecture& architecture,
                           const architecture::PhotonicPlan& plan, device::UseList& uses,
                           const OperandBits* widest) {
  try {
    return LinkReader(architecture, plan, uses, widest).run();
  } catch (const base::Error& error) {
    if (error.diagnostic().where.known()) throw;
    base::Diagnostic diagnostic = error.diagnostic();
    diagnostic.where =
        architecture::find_component(architecture, ComponentKind::laser)->numbers.where;
    throw base::Error(std::move(diagnostic));
  }
}

}  // namespace neucasl::performance_plugin
