#pragma once

#include <optional>
#include <string>

#include "neucasl/cells/circuits.hpp"
#include "neucasl/cells/sheet.hpp"

/// \file
/// A circuit under construction: its design, what is measured and what is expected.

namespace neucasl::cells {

class NEUCASL_EXPORT CircuitDraft {
 public:
  /// `task` must outlive the object.
  explicit CircuitDraft(const CircuitTask& task);

  [[nodiscard]] Sheet sheet(const std::string& name) {
    return Sheet(circuit_.design, transistors_, name);
  }
  [[nodiscard]] ir::Design& design() { return circuit_.design; }
  [[nodiscard]] const Transistors& transistors() const { return transistors_; }
  [[nodiscard]] const TransistorPair& pair() const { return task_.pair; }
  [[nodiscard]] plugin::CircuitDesign& circuit() { return circuit_; }

  /// "tran STEP STOP" with the largest step; s.
  void transient(double stop, double largest_step);
  /// `text` without the name, as circuit::Measurement takes it.
  void measure(const std::string& name, const std::string& text, const std::string& label,
               std::size_t analysis = 0);
  void expect(const std::string& name, double value, double relative, double absolute,
              const std::string& basis);
  void figure(const std::string& key, const std::string& label, double value,
              const base::Dimension& dimension, const std::string& method);
  void trace(const std::string& node) { circuit_.traces.push_back(node); }

  /// Adds the counts of devices and the numbers that the circuit rests on.
  [[nodiscard]] plugin::CircuitDesign finish(ir::ModuleId top);

 private:
  const CircuitTask& task_;
  plugin::CircuitDesign circuit_;
  Transistors transistors_;
};

/// Numbers of parameters, which the manifest declares.
[[nodiscard]] inline double si(const CircuitTask& task, std::string_view name) {
  return task.request.parameters.si(name);
}
[[nodiscard]] inline int whole(const CircuitTask& task, std::string_view name) {
  return static_cast<int>(task.request.parameters.integer(name));
}

/// A number in a measurement or an analysis.
[[nodiscard]] inline std::string text(double value) { return base::shortest(value); }

/// \throws base::Error "cells.value" at a parameter.
[[noreturn]] NEUCASL_EXPORT void refuse(const CircuitTask& task, std::string_view parameter,
                                        const std::string& what, const std::string& remedy);

}  // namespace neucasl::cells
