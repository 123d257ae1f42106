#pragma once

#include <string>
#include <utility>
#include <vector>

#include "neucasl/plugin/front_end.hpp"
#include "stage.hpp"

/// \file
/// Which circuit's banks a stage takes, as parameters.

namespace neucasl::flow {

/// "plugin", "bank" (a circuit of the front end) and "tuning".
std::vector<plugin::ParameterSpec> bank_choice_parameters();

/// Parameters of the circuit that the stage's "bank" names, without those called like its own.
std::vector<plugin::ParameterSpec> bank_circuit_parameters(
    const plugin::Manifest& manifest, const StageSpec& spec,
    const std::vector<plugin::ParameterSpec>& own);

/// A bank by these parameters. \throws base::Error as the front end.
plugin::BankModel make_bank(plugin::FrontEnd& front_end, const plugin::ParameterSet& parameters,
                            plugin::Context& context,
                            plugin::BankImperfection imperfection = plugin::BankImperfection::all);

/// Each imperfection that a bank may have by itself, with its name.
const std::vector<std::pair<std::string, plugin::BankImperfection>>& bank_imperfections();

}  // namespace neucasl::flow
