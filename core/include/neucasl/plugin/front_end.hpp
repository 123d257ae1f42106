#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/circuit/analysis.hpp"
#include "neucasl/ir/design.hpp"
#include "neucasl/logic/network.hpp"
#include "neucasl/mapping/architecture.hpp"
#include "neucasl/mapping/photonic_inference.hpp"
#include "neucasl/network/network.hpp"
#include "neucasl/plugin/circuit_simulator.hpp"
#include "neucasl/plugin/context.hpp"
#include "neucasl/plugin/parameters.hpp"
#include "neucasl/precision/precision_map.hpp"
#include "neucasl/results/report.hpp"

/// \file
/// Interface of logic-design front ends: from a network, a Boolean function or the name of a
/// circuit to a netlist.

namespace neucasl::plugin {

/// What a chip is made from. The caller owns everything.
struct ChipRequest {
  const network::Network& network;
  const precision::PrecisionMap& precision;
  const mapping::Architecture& architecture;
  const device::Card& device;
  const device::Card& periphery;  ///< Empty where `architecture.description` says what it costs.
  /// Images that set converter ranges; network inputs, one after the other.
  std::span<const float> calibration_images;
  std::size_t calibration_count = 0;
};

struct ChipDesign {
  ir::Design design;     ///< Follows the convention of mapping/chip.hpp.
  device::UseList uses;  ///< The numbers it rests on.
};

/// A Boolean function to be built. The caller owns everything.
struct LogicRequest {
  const logic::Network& network;
  const ParameterSet& parameters;  ///< Those of kind "front-end" in the manifest.
  CircuitSimulator& simulator;     ///< For cells that must be characterised.
};

/// A function in one technology.
struct LogicDesign {
  ir::Design design;  ///< The circuit without stimuli; its ports are inputs, outputs, supplies.
  logic::Network realised;  ///< What the netlist computes, read back from the mapped form.
  std::size_t cells = 0;    ///< Gates, memory cells or resonators.
  std::string cell_name;    ///< "standard cells", "memristors", "rings"
  double delay = 0.0;       ///< s, from tables or closed forms
  double energy = 0.0;      ///< J of one evaluation, from tables or closed forms
  std::string method;       ///< How delay and energy were found.
  /// More that is worth a headline ("cycles", "transistors", "area").
  std::vector<results::Figure> figures;
  std::vector<results::Table> tables;  ///< Schedule, cells, channel plan.
  /// Text files beside the netlist (name, content), such as a Liberty library.
  std::vector<std::pair<std::string, std::string>> files;
  device::UseList uses;
};

enum class LogicLevel : std::uint8_t { low, high, undefined };

/// One row of the truth table as a circuit simulation gave it.
struct LogicRow {
  std::uint64_t inputs = 0;       ///< Bit i is primary input i.
  std::vector<double> level;      ///< Of each output, in the unit of the check.
  std::vector<LogicLevel> value;  ///< Of each output.
};

/// What a circuit simulation of a design showed.
struct LogicCheck {
  std::string quantity;        ///< "voltage", "state", "optical power"
  base::Dimension dimension;   ///< Of the levels.
  std::vector<LogicRow> rows;  ///< In the order of those asked for.
  double delay = 0.0;          ///< s, of the slowest output change that was simulated
  double energy = 0.0;         ///< J of one evaluation, by the rule that `method` states
  std::string method;          ///< Analyses, what was measured and how.
  /// The same figures by the design's tables for exactly what was simulated; 0 when it has none.
  double table_delay = 0.0;
  double table_energy = 0.0;
  std::vector<results::Table> tables;
  results::ReportSection section;  ///< Waveforms.
};

/// A parametric circuit that a front end can make: a neuron, a converter, a filter bank, a mesh.
/// Its name and parameters are in the manifest.
struct CircuitRequest {
  std::string name;
  const ParameterSet& parameters;
  /// Of the flow's network stage; null without one.
  const network::Network* network = nullptr;
  CircuitSimulator* simulator = nullptr;  ///< For calibration by simulation; may be null.
};

/// A figure of a simulation beside what theory says. The check fails when they differ by more than
/// `relative` times the expectation plus `absolute`.
struct Expectation {
  std::string measurement;  ///< Name of a measurement of the design.
  double value = 0.0;       ///< SI
  double relative = 0.0;
  double absolute = 0.0;
  std::string basis;  ///< Formula or source of `value`.
};

/// A circuit with its stimuli, ready to be simulated.
struct CircuitDesign {
  ir::Design design;  ///< Its top is the test bench.
  /// As `circuit::parse_analysis` takes them; the first gives the waveforms of the report.
  std::vector<std::string> analyses;
  /// Which analysis a measurement belongs to, by index.
  struct Measurement {
    std::size_t analysis = 0;
    circuit::Measurement measurement;
    std::string label;  ///< For people.
  };
  std::vector<Measurement> measurements;
  std::vector<Expectation> expectations;
  std::vector<std::string> traces;       ///< Nodes worth a chart.
  std::vector<results::Figure> figures;  ///< Known without a simulation: counts, closed forms.
  std::vector<results::Table> tables;
  std::vector<std::pair<std::string, std::string>> files;
  device::UseList uses;
};

/// What keeps a bank from its target weights.
enum class BankImperfection {
  all,
  crosstalk,           ///< Of weights that are tuned alone.
  resonance,           ///< Errors of the resonances.
  memory_levels,       ///< Levels of the memory that holds the weights.
  memory_programming,  ///< Its programming errors.
  memory_drift
};

/// A weight bank for the functional model of inference.
struct BankRequest {
  const ParameterSet& parameters;  ///< Those of the circuit in the manifest.
  /// Resonators tuned beside each other; false: each as if it stood alone.
  bool calibrated = true;
  std::string circuit = "weight_bank";
  BankImperfection imperfection = BankImperfection::all;  ///< The only one that the bank has.
};

struct BankModel {
  /// Null where the imperfection asked for does nothing in such a bank.
  std::shared_ptr<const mapping::WeightBank> bank;
  device::UseList uses;
};

/// Subclass it in a plugin and override what the technology offers; the defaults throw base::Error
/// "front-end.unsupported".
class NEUCASL_EXPORT FrontEnd {
 public:
  virtual ~FrontEnd();

  /// \throws base::Error when the request cannot be built; names the layer or card.
  [[nodiscard]] virtual ChipDesign build_chip(const ChipRequest& request, Context& context);

  /// \throws base::Error when the function cannot be built (with its source line).
  [[nodiscard]] virtual LogicDesign map_logic(const LogicRequest& request, Context& context);

  /// Simulates rows of the truth table, and the events whose delay and energy it reports. `design`
  /// is what map_logic made of the same request.
  [[nodiscard]] virtual LogicCheck check_logic(const LogicRequest& request,
                                               const LogicDesign& design,
                                               std::span<const std::uint64_t> rows,
                                               CircuitSimulator& simulator, Context& context);

  /// `request.name` is one of the manifest's circuits.
  [[nodiscard]] virtual CircuitDesign build_circuit(const CircuitRequest& request,
                                                    Context& context);

  /// Since 3.1.
  [[nodiscard]] virtual BankModel build_bank(const BankRequest& request, Context& context);
};

}  // namespace neucasl::plugin
