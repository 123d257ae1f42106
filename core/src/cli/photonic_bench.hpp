#pragma once

#include <memory>
#include <string>
#include <vector>

#include "command.hpp"
#include "output_folder.hpp"

/// \file
/// What the commands of photonic networks work on, and how they print tables.

namespace neucasl::cli {

using Texts = std::vector<std::string>;

/// Value of an option that may be given several times.
options::typed_value<Texts>* text_list();
Texts texts_of(const Parsed& parsed, const std::string& option);

/// Options of `PhotonicBench`.
void add_network_options(options::options_description& description);

/// The network of a file and the solver for it.
class PhotonicBench {
 public:
  /// \throws base::Error for anything wrong with file or options.
  PhotonicBench(Session& session, const Parsed& parsed);

  [[nodiscard]] const plugin::PhotonicSolver& solver() const {
    return *simulator_->photonic_solver();
  }
  [[nodiscard]] const circuit::Circuit& circuit() const { return circuit_; }
  [[nodiscard]] const plugin::Context& context() const { return context_; }

  /// A number of a target, with its unit or in SI.
  [[nodiscard]] double value_of(const std::string& target, const std::string& text,
                                const std::string& option) const;

 private:
  void set(const std::string& text);

  device::Library cards_;
  ScratchFolder scratch_;
  std::unique_ptr<plugin::CircuitSimulator> simulator_;
  circuit::Circuit circuit_;
  plugin::Context context_;
};

void print_table(const results::Table& table);
std::string table_json(const results::Table& table);

}  // namespace neucasl::cli
