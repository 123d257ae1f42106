#include "neucasl/device/variation_laws.hpp"

#include <cmath>
#include <span>

namespace neucasl::device {
namespace {

namespace dim = base::dimension;

/// Numbers that begin with one word, in the range that their law asks for.
class LawReader {
 public:
  LawReader(const Card& card, const std::string& law, UseList& uses)
      : card_(card), law_(law), uses_(uses) {}

  double any(const std::string& name, const base::Dimension& dimension = dim::none) {
    return card_.si(law_ + name, dimension, uses_);
  }
  double positive(const std::string& name, const base::Dimension& dimension = dim::none) {
    const double value = any(name, dimension);
    if (value > 0.0) return value;
    refuse(name, "is not positive", "give a number above 0");
  }
  double not_negative(const std::string& name, const base::Dimension& dimension = dim::none) {
    const double value = any(name, dimension);
    if (value >= 0.0) return value;
    refuse(name, "is negative", "give a number of 0 or more");
  }
  std::uint32_t whole(const std::string& name) {
    const double value = positive(name);
    if (value == std::round(value) && value <= 1e9) return static_cast<std::uint32_t>(value);
    refuse(name, "is not a whole number", "give a whole number of cells");
  }
  double probability(const std::string& name) {
    const double value = not_negative(name);
    if (value <= 1.0) return value;
    refuse(name, "is not a probability", "give a number from 0 to 1");
  }

 private:
  [[noreturn]] void refuse(const std::string& name, const std::string& what,
                           const std::string& remedy) const {
    throw base::Error("device.range", "'" + law_ + name + "' " + what, remedy,
                      card_.find(law_ + name)->where);
  }

  const Card& card_;
  std::string law_;
  UseList& uses_;
};

variation::FaultPattern pattern_of(const Choice& choice) {
  using variation::FaultPattern;
  struct Word {
    std::string_view name;
    FaultPattern pattern;
  };
  static constexpr Word words[] = {{"cells", FaultPattern::cells},
                                   {"regions", FaultPattern::regions},
                                   {"satellites", FaultPattern::satellites},
                                   {"rows", FaultPattern::rows},
                                   {"columns", FaultPattern::columns}};
  std::vector<std::string> known;
  for (const Word& word : words) {
    if (word.name == choice.value) return word.pattern;
    known.emplace_back(word.name);
  }
  throw base::Error("device.range", "unknown fault pattern '" + choice.value + "'",
                    base::suggest(choice.value, known), choice.where);
}

}  // namespace

variation::ElectromigrationLaw electromigration_of(const Card& card, UseList& uses) {
  LawReader reader(card, "electromigration_", uses);
  variation::ElectromigrationLaw law;
  law.time = reader.positive("time", dim::time);
  law.reference_density = reader.positive("density", dim::current / dim::area);
  law.reference_temperature = reader.positive("temperature", dim::temperature);
  law.current_exponent = reader.positive("exponent");
  law.energy = reader.not_negative("energy", dim::energy);
  law.log_sigma = reader.positive("sigma");
  return law;
}

variation::BreakdownLaw breakdown_of(const Card& card, UseList& uses) {
  LawReader reader(card, "breakdown_", uses);
  variation::BreakdownLaw law;
  law.time = reader.positive("time", dim::time);
  law.shape = reader.positive("shape");
  law.voltage_exponent = reader.not_negative("exponent");
  law.energy = reader.not_negative("energy", dim::energy);
  law.reference_voltage = reader.positive("voltage", dim::voltage);
  law.reference_temperature = reader.positive("temperature", dim::temperature);
  law.reference_area = reader.positive("area", dim::area);
  return law;
}

variation::WeibullLaw endurance_of(const Card& card, UseList& uses) {
  LawReader reader(card, "endurance", uses);
  return {reader.positive(""), reader.positive("_shape")};
}

variation::TelegraphLaw telegraph_of(const Card& card, UseList& uses) {
  LawReader reader(card, "telegraph_", uses);
  variation::TelegraphLaw law;
  law.capture_time = reader.positive("capture_time", dim::time);
  law.emission_time = reader.positive("emission_time", dim::time);
  law.amplitude = reader.any("amplitude");
  return law;
}

variation::FaultLaw faults_of(const Card& card, UseList& uses) {
  LawReader stuck(card, "stuck_", uses);
  const double on = stuck.probability("on_probability");
  const double off = stuck.probability("off_probability");
  variation::FaultLaw law;
  law.where = card.find("stuck_on_probability")->where;
  if (on + off > 1.0) {
    throw base::Error(
        "device.range",
        "the probabilities of both kinds of stuck cells add up to " + base::shortest(on + off),
        "give two that add up to at most 1", law.where);
  }
  law.probability = on + off;
  law.on_share = law.probability > 0.0 ? on / law.probability : 0.5;
  for (const Choice& choice : card.choices) {
    if (choice.name == "fault_pattern") law.pattern = pattern_of(choice);
  }
  LawReader fault(card, "fault_", uses);
  if (law.pattern == variation::FaultPattern::regions) {
    law.clustering = fault.positive("clustering");
    law.region_rows = fault.whole("region_rows");
    law.region_columns = fault.whole("region_columns");
  } else if (law.pattern == variation::FaultPattern::satellites) {
    law.satellites = fault.positive("satellites");
    law.radius = fault.positive("radius");
  }
  return law;
}

}  // namespace neucasl::device
