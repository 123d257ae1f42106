#include <algorithm>
#include <cmath>
#include <set>

#include "chip_formulas.hpp"
#include "neucasl/architecture/photonic_plan.hpp"
#include "neucasl/audit/design.hpp"
#include "stated_digits.hpp"

namespace neucasl::audit {
namespace {

using architecture::ComponentKind;
using architecture::Level;
using architecture::LevelKind;

std::string choice_of(const device::Card& card, std::string_view name) {
  const auto found = std::find_if(card.choices.begin(), card.choices.end(),
                                  [&](const device::Choice& one) { return one.name == name; });
  return found == card.choices.end() ? "" : found->value;
}

bool published(const device::Number& number) { return number.name.starts_with("published_"); }

/// What the source leaves out of its own sums.
bool left_out(const ChipPart& part) {
  const device::Number* number = part.component->numbers.find("in_published_totals");
  return number != nullptr && number->value.value == 0.0;
}

class ChipReader {
 public:
  explicit ChipReader(const architecture::Architecture& chip) : chip_(chip), formulas_(chip) {}

  Design read() {
    read_numbers();
    if (chip_.core().kind == LevelKind::photonic_core) {
      read_link();
      read_bank();
      read_receiver();
      check_counts();
      check_resolution();
      check_laser();
    }
    design_.rate =
        RateSection{at("1 / (" + formulas_.cycle_time() + ")"), at(formulas_.products())};
    for (const ChipPart& part : formulas_.parts()) add_part(part);
    check_published();
    return std::move(design_);
  }

 private:
  [[nodiscard]] Formula at(const std::string& text) const { return {text, chip_.where}; }
  static Formula at(const std::string& text, const ChipPart& part) {
    return {text, part.component->numbers.where};
  }

  void add_numbers(const device::Card& card, const std::string& prefix) {
    for (const device::Citation& one : card.citations) {
      if (design_.card.citation(one.key) == nullptr) design_.card.citations.push_back(one);
    }
    for (const device::Number& number : card.numbers) {
      if (published(number) || number.name == "in_published_totals") continue;
      design_.card.numbers.push_back(number);
      design_.card.numbers.back().name = prefix + number.name;
    }
  }

  void read_numbers() {
    design_.card.id = chip_.id;
    design_.card.family = "architecture";
    design_.card.title = chip_.title;
    design_.card.where = chip_.where;
    add_numbers(chip_.numbers, "");
    for (const Level* level : {&chip_.chip, &chip_.tile(), &chip_.core()}) {
      add_numbers(level->numbers, level->name + "_");
      for (const architecture::Component& component : level->components) {
        add_numbers(component.numbers, ChipPart{level, &component}.name() + "_");
      }
    }
  }

  /// What a laser's light is divided into before it reaches detectors with their sensitivity.
  [[nodiscard]] std::string divided() const {
    const std::string lines = architecture::counts_lines_together(*laser_.component)
                                  ? "1"
                                  : laser_.number_or("wavelengths", "1");
    return laser_.number("fan_out") + " * " + lines;
  }

  void read_link() {
    laser_ = formulas_.part(ComponentKind::laser);
    detector_ = formulas_.part(ComponentKind::photodetector);
    const ChipPart modulator = formulas_.part(ComponentKind::modulator);
    LinkSection link;
    link.sensitivity_dbm =
        at("10 * log(" + detector_.number("sensitivity") + " / 1 [mW]) / log(10)", detector_);
    link.fan_out = at(divided(), laser_);
    if (laser_.has("level_bits")) link.bits = at(laser_.number("level_bits"), laser_);
    if (modulator.has("extinction_ratio_db")) {
      link.extinction_ratio_db = at(modulator.number("extinction_ratio_db"), modulator);
    }
    link.wall_plug_efficiency = at(laser_.number("wall_plug_efficiency"), laser_);
    for (const ChipPart& part : formulas_.parts()) {
      if (!part.has("loss_db")) continue;
      link.path.push_back(
          {part.name(), at(part.number("loss_db"), part), at(part.number_or("passes", "1"), part)});
      if (!part.has("through_loss_db")) continue;
      link.path.push_back({part.name() + ", others passed",
                           at(part.number("through_loss_db"), part),
                           at(formulas_.core("channels") + " - 1", part)});
    }
    design_.link = std::move(link);
  }

  void read_bank() {
    BankSection bank;
    bank.channels = at(formulas_.core("channels"));
    bank.channels.where = chip_.core().numbers.find("channels")->where;
    bank.free_spectral_range = at(formulas_.core("free_spectral_range"));
    bank.wavelength = at(formulas_.core("wavelength"));
    bank.spacing = at(formulas_.core("channel_spacing"));
    const ChipPart part = formulas_.part(ComponentKind::weight_bank);
    if (part.component != nullptr) {
      bank.quality = at(part.number("quality"), part);
      if (part.has("loss_db")) bank.drop_loss_db = at(part.number("loss_db"), part);
      bank.resonance_error = at(part.number("resonance_error"), part);
    }
    design_.bank = std::move(bank);
  }

  void read_receiver() {
    const ChipPart amplifier = formulas_.part(ComponentKind::amplifier);
    const std::string light = laser_.has("leakage") ? laser_.number("leakage") + " * " +
                                                          laser_.number("wall_plug_efficiency")
                                                    : "laser_optical_power";
    ReceiverSection receiver;
    receiver.current =
        at(detector_.number("responsivity") + " * " + light +
               " / (10 ^ (insertion_loss_db / 10) * " + laser_.number("fan_out") + " * " +
               laser_.number_or("wavelengths", "1") + ") * " + formulas_.core("channels"),
           detector_);
    receiver.bandwidth = at("1 / " + formulas_.core("symbol_time"));
    receiver.load = at(amplifier.number("load"), amplifier);
    receiver.temperature = at(amplifier.number("temperature"), amplifier);
    receiver.intensity_noise_db = at(laser_.number("intensity_noise_db"), laser_);
    std::string errors;
    for (const ChipPart& part :
         {formulas_.part(ComponentKind::dac), formulas_.part(ComponentKind::dac, true),
          formulas_.part(ComponentKind::adc)}) {
      errors +=
          (errors.empty() ? "" : " + ") + std::string("4 ^ (0 - ") + part.number("bits") + ")";
    }
    receiver.converter_bits = at("0 - log(" + errors + ") / log(4)");
    design_.receiver = std::move(receiver);
  }

  /// A claim that holds a formula against a number of the chip.
  void claim(const std::string& name, const std::string& formula, Relation relation,
             const device::Number& stated, const std::string& adjust = {}, double tolerance = 0.0) {
    Claim result;
    result.formula = {formula, stated.where};
    result.relation = relation;
    result.stated = stated;
    result.stated.name = name;
    result.adjust = adjust;
    result.tolerance = tolerance;
    design_.claims.push_back(std::move(result));
  }

  /// As many modulators, resonators and detectors as the operands of a symbol need.
  void check_counts() {
    const bool kept = chip_.dataflow == architecture::Dataflow::weight_stationary;
    const bool guides = chip_.core().numbers.find("guides") != nullptr;
    const std::string adjust = formulas_.core(guides ? "guides" : "channels");
    const auto check = [&](const ChipPart& part, const std::string& of_unit,
                           const std::string& adjusted) {
      std::string needed =
          of_unit + " * " + formulas_.units() + " / (" + formulas_.copies(*part.level) + ")";
      if (part.has("shared_by")) needed += " * " + part.number("shared_by");
      claim(part.name() + ", as many as a symbol needs", needed, Relation::at_most,
            *part.component->numbers.find("count"), adjusted);
    };
    const std::string inputs =
        formulas_.core("encoded_inputs", formulas_.unit_rows() + " * " + formulas_.unit_depth());
    check(formulas_.part(ComponentKind::modulator), inputs, adjust);
    check(kept ? formulas_.part(ComponentKind::weight_bank)
               : formulas_.part(ComponentKind::modulator, true),
          formulas_.unit_depth() + " * " + formulas_.unit_outputs(), adjust);
    check(detector_, formulas_.unit_rows() + " * " + formulas_.unit_outputs(),
          formulas_.core("columns"));
  }

  void check_resolution() {
    const device::Number& bits = *chip_.numbers.find("weight_bits");
    const std::string channels = formulas_.core("channels");
    if (design_.bank->quality) {
      claim("resolution, printed crosstalk", "printed_bits", Relation::at_least, bits, channels);
      claim("resolution, exact crosstalk", "crosstalk_bits", Relation::at_least, bits, channels);
    }
    claim("resolution, all causes", "combined_bits", Relation::at_least, bits, channels);
  }

  void check_laser() {
    // A power that was derived from the same budget may lack its last digit.
    constexpr double rounding = 1e-6;
    const device::Card& laser = laser_.component->numbers;
    if (const device::Number* leakage = laser.find("leakage")) {
      claim("laser power, one laser", "laser_power", Relation::at_most, *leakage, {}, rounding);
    }
    if (const device::Number* most = laser.find("largest_optical_power")) {
      claim("light of one laser", "laser_optical_power", Relation::at_most, *most, {}, rounding);
    }
  }

  void add_part(const ChipPart& part) {
    if (left_out(part)) return;
    Part result;
    result.name = part.name();
    result.count = at(formulas_.count(part), part);
    result.area = at(part.number("area"), part);
    if (part.has("leakage")) {
      result.idle_power = at(part.number("leakage"), part);
    } else if (part.component->kind == ComponentKind::laser) {
      result.idle_power = at("laser_power", part);
    }
    if (part.has("power")) {
      result.power = at(part.number("power"), part);
    } else if (part.has("energy")) {
      result.power = at(part.number("energy") + " / " + part.number("time"), part);
    }
    const std::string law = choice_of(part.component->numbers, "scaling");
    if (!law.empty()) {
      result.converter = ScaledConverter{link::converter_law(law), at(part.number("bits"), part),
                                         at("1 / " + part.number("time"), part),
                                         at(part.number("reference_bits"), part),
                                         at(part.number("reference_rate"), part)};
    }
    design_.parts.push_back(std::move(result));
  }

  /// "power_of_A + power_of_B" over parts that `wanted` takes; empty when there is none.
  template <class Wanted>
  [[nodiscard]] std::string sum(const std::string& quantity, const Wanted& wanted) const {
    std::string text;
    for (const ChipPart& part : formulas_.parts()) {
      if (left_out(part) || !wanted(part)) continue;
      text += (text.empty() ? "" : " + ") + quantity + part.name();
    }
    return text;
  }

  void check_stated(const device::Number* stated, const std::string& name,
                    const std::string& formula) {
    if (stated == nullptr || formula.empty()) return;
    claim(name, formula, Relation::equals, *stated, {}, stated_tolerance(stated->value.value));
  }

  void check_levels() {
    std::set<const Level*> inside{&chip_.core(), &chip_.tile(), &chip_.chip};
    for (const Level* level : {&chip_.chip, &chip_.tile(), &chip_.core()}) {
      for (const char* what : {"power", "area"}) {
        const std::string total = sum(std::string(what) + "_of_", [&](const ChipPart& part) {
          return inside.contains(part.level);
        });
        check_stated(level->numbers.find("published_" + std::string(what)),
                     std::string(what) + " of one " + level->name,
                     "(" + total + ") / (" + formulas_.copies(*level) + ")");
      }
      inside.erase(level);
    }
  }

  void check_kinds() {
    for (const device::Number& number : chip_.numbers.numbers) {
      for (const char* of : {"power", "area"}) {
        const std::string what = of;
        const std::string prefix = "published_" + what + "_of_";
        if (!number.name.starts_with(prefix)) continue;
        const std::string kind = number.name.substr(prefix.size());
        check_stated(&number, what + " of " + kind, sum(what + "_of_", [&](const ChipPart& part) {
          return to_string(part.component->kind) == kind;
        }));
      }
    }
  }

  void check_published() {
    check_levels();
    check_kinds();
    const device::Card& stated = chip_.numbers;
    if (design_.link) {
      check_stated(stated.find("published_insertion_loss_db"), "insertion loss",
                   "insertion_loss_db");
      check_stated(stated.find("published_laser_power"), "laser power", "laser_power");
      check_stated(stated.find("published_laser_power_without_fan_out"),
                   "laser power without the fan-out", "laser_power / " + laser_.number("fan_out"));
    }
    const std::string peak = "2 * peak_multiply_accumulates";
    const std::string tera = peak + " / 1e12 [Hz]";
    check_stated(stated.find("published_peak_throughput"), "peak rate, two operations a product",
                 peak);
    check_stated(stated.find("published_tops_per_mm2"), "peak TOPS/mm^2",
                 tera + " / (total_area / 1 [mm^2])");
    check_stated(stated.find("published_tops_per_watt"), "peak TOPS/W",
                 tera + " / (total_power / 1 [W])");
  }

  const architecture::Architecture& chip_;
  ChipFormulas formulas_;
  ChipPart laser_;
  ChipPart detector_;
  Design design_;
};

}  // namespace

Design design_of(const architecture::Architecture& chip) { return ChipReader(chip).read(); }

}  // namespace neucasl::audit
