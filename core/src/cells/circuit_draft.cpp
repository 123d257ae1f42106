#include "neucasl/cells/circuit_draft.hpp"

namespace neucasl::cells {

CircuitDraft::CircuitDraft(const CircuitTask& task)
    : task_(task), transistors_(circuit_.design, task.pair) {
  circuit_.design.name = task.request.name;
}

void CircuitDraft::transient(double stop, double largest_step) {
  circuit_.analyses.push_back("tran " + text(largest_step) + " " + text(stop) + " 0 " +
                              text(largest_step));
}

void CircuitDraft::measure(const std::string& name, const std::string& text,
                           const std::string& label, std::size_t analysis) {
  circuit_.measurements.push_back({analysis, {name, name + " " + text, {}}, label});
}

void CircuitDraft::expect(const std::string& name, double value, double relative, double absolute,
                          const std::string& basis) {
  circuit_.expectations.push_back({name, value, relative, absolute, basis});
}

void CircuitDraft::figure(const std::string& key, const std::string& label, double value,
                          const base::Dimension& dimension, const std::string& method) {
  circuit_.figures.push_back(results::make_figure(key, label, value, dimension, method, "cells"));
}

plugin::CircuitDesign CircuitDraft::finish(ir::ModuleId top) {
  circuit_.design.top = top;
  std::size_t transistors = 0;
  for (const auto& [name, count] : ir::statistics(circuit_.design).leaves) {
    if (name.starts_with("transistor_")) transistors += count;
  }
  figure("transistors", "Transistors", static_cast<double>(transistors), {},
         "Count over the netlist");
  circuit_.uses.add(uses_of(task_.pair, *task_.context.devices, *task_.context.models));
  return std::move(circuit_);
}

void refuse(const CircuitTask& task, std::string_view parameter, const std::string& what,
            const std::string& remedy) {
  throw base::Error("cells.value", task.request.name + ": " + what, remedy,
                    task.request.parameters.where(parameter));
}

}  // namespace neucasl::cells
