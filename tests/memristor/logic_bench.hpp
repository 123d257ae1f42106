#pragma once

#include "circuit_bench.hpp"
#include "memristor/logic/row_netlist.hpp"
#include "memristor/logic/stateful_logic.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/flow/logic_run.hpp"
#include "neucasl/logic/readers.hpp"

/// \file
/// Maps and checks functions by the front end with the plugins and cards of this build.

namespace neucasl::memristor_logic {

class LogicBench : public memristor_circuits::CircuitBench {
 protected:
  using Settings = memristor_circuits::Settings;

  plugin::ParameterSet parameters(const Settings& settings) {
    std::vector<plugin::ParameterSet::Given> given;
    for (const auto& [name, text] : settings) given.push_back({name, text, {"test", 1, 1}});
    return {*host_.find("memristor", plugin::PluginKind::front_end).logic,
            given,
            "logic",
            {"test", 1, 1}};
  }

  /// Maps and, with a simulator, checks every row.
  flow::LogicRun run_logic(const logic::Network& network, const Settings& settings,
                           plugin::CircuitSimulator* simulator) {
    const auto front_end =
        host_.make_front_end(host_.find("memristor", plugin::PluginKind::front_end));
    const plugin::ParameterSet set = parameters(settings);
    return flow::run_logic({network, set, *front_end, *native_, simulator, {}}, context_);
  }

  RowPlan plan(const logic::Network& network, const Settings& settings) {
    const plugin::ParameterSet set = parameters(settings);
    return plan_row({network, set, *native_}, context_);
  }

  base::Diagnostic logic_refusal(const logic::Network& network, const Settings& settings) {
    try {
      run_logic(network, settings, nullptr);
    } catch (const base::Error& error) {
      return error.diagnostic();
    }
    return {};
  }

  static logic::Network read(const char* name) {
    return logic::read_logic(std::filesystem::path(NEUCASL_SOURCE_FOLDER) / "netlists" / "logic" /
                             name);
  }

  /// One output, the given table.
  static logic::Network function(unsigned inputs, std::uint64_t table) {
    logic::Network network;
    network.name = "function";
    std::vector<logic::NodeIndex> nodes;
    for (unsigned i = 0; i < inputs; ++i) {
      nodes.push_back(network.add_input("x" + std::to_string(i)));
    }
    network.add_output("y", network.add_function("f", nodes,
                                                 {table & logic::TruthTable::mask(inputs),
                                                  static_cast<std::uint8_t>(inputs)}));
    return network;
  }

  LogicDevice device(const char* card = "vteam_magic") {
    return {card, host_.models(), cards_, {"test", 1, 1}};
  }
};

}  // namespace neucasl::memristor_logic
