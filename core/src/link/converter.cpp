#include "neucasl/link/converter.hpp"

#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/quantity.hpp"

namespace neucasl::link {
namespace {

constexpr std::array<std::pair<ConverterLaw, std::string_view>, 4> law_names{
    {{ConverterLaw::sar, "sar"},
     {ConverterLaw::flash, "flash"},
     {ConverterLaw::dac, "dac"},
     {ConverterLaw::dac_powers_of_bits, "dac_powers_of_bits"}}};

double growth(ConverterLaw law, double bits) {
  const double levels = std::pow(2.0, bits);
  switch (law) {
    case ConverterLaw::sar:
      return bits;
    case ConverterLaw::flash:
      return levels - 1.0;
    case ConverterLaw::dac:
      return levels / (bits + 1.0);
    case ConverterLaw::dac_powers_of_bits:
      return levels / bits;
  }
  throw base::Error("link.converter", "a law without equation", "give one of the laws");
}

void require(double value, double most, const char* what) {
  if (value > 0.0 && value <= most && std::isfinite(value)) return;
  throw base::Error(
      "link.converter", std::string("the converter's ") + what + " is " + base::shortest(value),
      "give a value above 0 and at most " + base::shortest(most) + ", that of the reference");
}

}  // namespace

std::string_view to_string(ConverterLaw law) {
  for (const auto& [known, name] : law_names) {
    if (known == law) return name;
  }
  return "";
}

ConverterLaw converter_law(std::string_view name) {
  std::vector<std::string> known;
  known.reserve(law_names.size());
  for (const auto& [law, candidate] : law_names) {
    if (candidate == name) return law;
    known.emplace_back(candidate);
  }
  throw base::Error("link.converter", "no law of converters is called '" + std::string(name) + "'",
                    base::suggest(name, known));
}

double converter_power(ConverterLaw law, const Converter& reference, double bits, double rate) {
  require(bits, reference.bits, "number of bits");
  require(rate, reference.rate, "rate in Hz");
  return reference.power * rate / reference.rate * growth(law, bits) / growth(law, reference.bits);
}

}  // namespace neucasl::link
