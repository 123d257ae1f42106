#include "bank_choice.hpp"

#include <algorithm>

namespace neucasl::flow {

using plugin::BankImperfection;
using plugin::ParameterType;

std::vector<plugin::ParameterSpec> bank_choice_parameters() {
  const auto word = [](const char* name, const char* value, std::vector<std::string> choices,
                       const char* meaning) {
    return plugin::ParameterSpec{name, ParameterType::text, "",      value, {},
                                 {},   std::move(choices),  meaning, false};
  };
  return {word("plugin", "photonic", {}, "front end that makes weight banks"),
          word("bank", "weight_bank", {"weight_bank", "convolution_unit"},
               "circuit whose weight banks these are"),
          word("tuning", "calibrated", {"calibrated", "alone"},
               "resonators tuned beside each other, or each as if alone")};
}

std::vector<plugin::ParameterSpec> bank_circuit_parameters(
    const plugin::Manifest& manifest, const StageSpec& spec,
    const std::vector<plugin::ParameterSpec>& own) {
  std::string circuit = "weight_bank";
  for (const plugin::ParameterSet::Given& given : spec.parameters) {
    if (given.name == "bank") circuit = given.text;
  }
  // A word that is no choice is refused with the other parameters.
  if (circuit != "convolution_unit") circuit = "weight_bank";
  std::vector<plugin::ParameterSpec> result = manifest.circuit(circuit, spec.where).parameters;
  std::erase_if(result, [&](const plugin::ParameterSpec& one) {
    return std::any_of(own.begin(), own.end(), [&](const auto& o) { return o.name == one.name; });
  });
  return result;
}

plugin::BankModel make_bank(plugin::FrontEnd& front_end, const plugin::ParameterSet& parameters,
                            plugin::Context& context, BankImperfection imperfection) {
  return front_end.build_bank({parameters, parameters.text("tuning") == "calibrated",
                               parameters.text("bank"), imperfection},
                              context);
}

const std::vector<std::pair<std::string, BankImperfection>>& bank_imperfections() {
  static const std::vector<std::pair<std::string, BankImperfection>> all = {
      {"crosstalk", BankImperfection::crosstalk},
      {"errors of the resonances", BankImperfection::resonance},
      {"levels of the weight memory", BankImperfection::memory_levels},
      {"programming errors of the weight memory", BankImperfection::memory_programming},
      {"drift of the weight memory", BankImperfection::memory_drift}};
  return all;
}

}  // namespace neucasl::flow
