#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/architecture/architecture.hpp"
#include "neucasl/device/card.hpp"
#include "neucasl/link/converter.hpp"

/// \file
/// A published photonic design: its own parameters, and what it claims of itself.
///
/// *Numbers* are the design's parameters, each with unit, kind and source as on a device card. A
/// *formula* is an expression over the numbers and over what was recomputed before it. The sections
/// *link*, *bank*, *receiver* and *rate* say which formulas enter which equation. A *part* stands
/// `count` times in the design and costs power and area. A *claim* holds a formula against a value
/// that the source states.

namespace neucasl::audit {

struct Formula {
  std::string text;  ///< As in neucasl/ir/expression.hpp.
  base::Location where;
};

struct PathElement {
  std::string name;
  Formula loss_db;  ///< Of one, a pure number.
  Formula count;
};

/// Insertion loss and laser power, see neucasl/link/budget.hpp.
struct LinkSection {
  Formula sensitivity_dbm;
  Formula fan_out;
  std::optional<Formula> bits;
  std::optional<Formula> extinction_ratio_db;
  Formula wall_plug_efficiency;
  std::vector<PathElement> path;
};

/// Channels and crosstalk, see neucasl/link/bank.hpp.
struct BankSection {
  Formula channels;
  std::optional<Formula> quality;  ///< None: channels that no resonators separate.
  Formula free_spectral_range;
  Formula wavelength;              ///< Of the middle of the grid.
  std::optional<Formula> spacing;  ///< Else the free spectral range over the channels.
  std::optional<Formula> drop_loss_db;
  std::optional<Formula> resonance_error;  ///< Root mean square, a length.
};

/// Noise of the detected current and bits of the converter, see neucasl/link/resolution.hpp.
struct ReceiverSection {
  Formula current;
  Formula bandwidth;
  Formula load;
  Formula temperature;
  Formula intensity_noise_db;
  std::optional<Formula> converter_bits;
};

struct RateSection {
  Formula frequency;
  std::optional<Formula> multiply_accumulates;  ///< In one cycle, each counted as one.
};

/// A converter whose power is scaled from that of a reference.
struct ScaledConverter {
  link::ConverterLaw law = link::ConverterLaw::sar;
  Formula bits;
  Formula rate;
  Formula reference_bits;
  Formula reference_rate;
};

struct Part {
  std::string name;
  Formula count;
  std::optional<Formula> power;       ///< Of one, of the reference where there is a `converter`.
  std::optional<Formula> idle_power;  ///< Of one, beside `power`: drawn always.
  std::optional<Formula> area;        ///< Of one.
  std::optional<Formula>
      cycles;  ///< In which it draws its power: energy = power cycles / frequency.
  std::optional<ScaledConverter> converter;
};

enum class Relation { equals, at_least, at_most };
/// "equals", "at_least", "at_most".
NEUCASL_EXPORT std::string_view to_string(Relation relation);

struct Claim {
  Formula formula;
  Relation relation = Relation::equals;
  device::Number stated;   ///< What the source says.
  double tolerance = 0.0;  ///< Share of the stated value.
  std::string adjust;  ///< Whole number of the design that may change to keep the claim, or empty.
};

struct Design {
  device::Card card;  ///< Title, citations, numbers.
  std::optional<LinkSection> link;
  std::optional<BankSection> bank;
  std::optional<ReceiverSection> receiver;
  std::optional<RateSection> rate;
  std::vector<Part> parts;
  std::vector<Claim> claims;
};

/// \throws base::Error "audit.xml" (a section twice, a part twice, a relation or law that is
/// unknown, a tolerance that is no share, an `adjust` that names no number), "base.xml", "device.*"
/// as cards, each with file and line.
NEUCASL_EXPORT Design parse_design(std::string_view xml, const std::string& file);
NEUCASL_EXPORT Design load_design(const std::filesystem::path& file);

/// The audit of a described chip: its numbers by the names LEVEL_NUMBER and LEVEL_COMPONENT_NUMBER,
/// the sections of its photonic cores, its components as parts LEVEL_COMPONENT, on one chip and all
/// at work. It claims what its description states: the published figures, each to half a unit of
/// its last digit; the bits of its weights, against what crosstalk, noise and converters leave; and
/// as many modulators, resonators, detectors and as much light as a symbol needs. Published frames
/// per joule are of a network, not of a chip, and no claim here.
NEUCASL_EXPORT Design design_of(const architecture::Architecture& chip);

/// Changes a number: "NAME=VALUE UNIT"; its kind becomes assumed.
/// \throws base::Error "audit.number" for text of another form or an unknown name (with the nearest
/// one), "base.dimension" for another unit.
NEUCASL_EXPORT void set_number(Design& design, std::string_view assignment);

}  // namespace neucasl::audit
