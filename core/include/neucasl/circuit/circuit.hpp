#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "neucasl/device/card.hpp"
#include "neucasl/ir/flat_netlist.hpp"
#include "neucasl/model/model_library.hpp"

/// \file
/// A circuit: a flat netlist made ready for a solver.
///
/// Nouns. A *node* is one scalar unknown that several elements share: a voltage, the real or
/// imaginary part of an optical wave pair, a temperature, or an internal unknown of one device.
/// Node 0 is the ground. *Two-terminal elements*, *sources*, *controlled sources* and *devices* sit
/// on nodes. All values are numbers in SI units.

namespace neucasl::circuit {

enum class NodeKind : std::uint8_t {
  electrical,
  optical_real,
  optical_imaginary,
  thermal,
  internal
};

struct Node {
  std::string name;  ///< "bench.row[3]"; optical: "input.re", "input.im"; internal: "cell.state"
  NodeKind kind = NodeKind::electrical;
  double scale = 1.0;  ///< Typical magnitude of an internal unknown.
  model::InternalKind internal = model::InternalKind::algebraic;  ///< Of internal nodes.
  double initial = 0.0;  ///< Of internal nodes: value of a memory, else a first guess.
};

enum class PassiveKind : std::uint8_t { resistor, conductance, capacitor, inductor };
struct Passive {
  std::string name;
  PassiveKind kind = PassiveKind::resistor;
  std::uint32_t p = 0;
  std::uint32_t n = 0;
  double value = 0.0;             ///< ohm, S, F, H
  std::optional<double> initial;  ///< V of a capacitor, A of an inductor, at the start.
};

/// Two inductors of `passives`, M = coupling sqrt(L1 L2).
struct Coupling {
  std::string name;
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  double coefficient = 0.0;  ///< -1 to 1
};

/// Time function of a source, as in SPICE.
struct NEUCASL_EXPORT Waveform {
  enum class Kind : std::uint8_t { constant, pulse, sine, exponential, piecewise_linear };
  Kind kind = Kind::constant;
  /// pulse: v1 v2 delay rise fall width period (0: once); sine: offset amplitude frequency delay
  /// damping phase(rad); exponential: v1 v2 delay1 tau1 delay2 tau2; piecewise linear: t v pairs.
  std::vector<double> values;

  /// Value at a time; `constant` when kind is constant.
  [[nodiscard]] double at(double time, double constant) const;
  /// Times in (0, end) where the slope jumps, ascending.
  [[nodiscard]] std::vector<double> corners(double end) const;
};

struct Source {
  std::string name;
  bool is_voltage = true;
  std::uint32_t p = 0;
  std::uint32_t n = 0;
  /// Value in operating points, sweeps and as bias; a transient begins at its waveform's value.
  double rest = 0.0;
  Waveform waveform;
  double ac_magnitude = 0.0;
  double ac_phase = 0.0;  ///< rad
};

enum class ControlledKind : std::uint8_t {
  voltage_by_voltage,
  current_by_voltage,
  voltage_by_current,  ///< The control is a short between control_p and control_n.
  current_by_current
};
struct Controlled {
  std::string name;
  ControlledKind kind = ControlledKind::voltage_by_voltage;
  std::uint32_t p = 0;
  std::uint32_t n = 0;
  std::uint32_t control_p = 0;
  std::uint32_t control_n = 0;
  double gain = 0.0;
};

/// A voltage or current that is a formula of node values.
struct Behavioural {
  std::string name;
  bool is_voltage = true;
  std::uint32_t p = 0;
  std::uint32_t n = 0;
  std::vector<std::uint32_t> inputs;  ///< Nodes: unknown i of the formula is node inputs[i].
  model::Symbol formula;
};

/// Ideal line.
struct TransmissionLine {
  std::string name;
  std::uint32_t p1 = 0, n1 = 0, p2 = 0, n2 = 0;
  double impedance = 50.0;  ///< ohm
  double delay = 0.0;       ///< s
};

/// What devices of one model share.
struct ModelUse {
  const model::DeviceModel* model = nullptr;
  model::CodeOrigin origin;
};

struct Device {
  static constexpr std::uint32_t no_card = 0xffffffff;

  std::string name;
  std::uint32_t model = 0;           ///< Index in `models`.
  std::uint32_t card = no_card;      ///< Index in `cards`.
  std::vector<std::uint32_t> nodes;  ///< One for each unknown of the model.
  std::vector<double> parameters;    ///< SI, in the order of the specification.
  std::vector<double> derived;
  model::Environment environment;
  base::Location where;
};

struct NEUCASL_EXPORT Circuit {
  std::string name;
  std::vector<Node> nodes;  ///< [0] is the ground, "0".
  std::vector<Passive> passives;
  std::vector<Coupling> couplings;
  std::vector<Source> sources;
  std::vector<Controlled> controlled;
  std::vector<Behavioural> behavioural;
  std::vector<TransmissionLine> lines;
  std::vector<ModelUse> models;
  std::vector<Device> devices;
  std::vector<device::Card> cards;
  std::vector<double> carriers;  ///< Wavelengths of the optical carriers, m; empty without optics.
  std::vector<std::pair<std::uint32_t, double>> initial_voltages;  ///< Node, V (".ic").
  device::UseList uses;  ///< Numbers of cards that it rests on.

  /// Only elements with a linear, unique solution: passives, sources, controlled sources.
  [[nodiscard]] bool linear() const {
    return behavioural.empty() && devices.empty() && lines.empty();
  }
  [[nodiscard]] std::optional<std::uint32_t> find_node(std::string_view name) const;

  /// Computes `derived` and the internal nodes' initial values of one device anew, after its
  /// parameters or environment changed.
  /// \throws base::Error "circuit.parameter" naming the device.
  void refresh(std::size_t device);
  /// All devices at another temperature.
  void set_temperature(double kelvin);
  /// One carrier of another wavelength in the place of all ("swept").
  /// \throws base::Error "circuit.carriers" when there are several.
  void set_wavelength(double metre);
  /// Sets "source", "passive", "device.parameter", "temperature" or "wavelength" to a value.
  /// \throws base::Error "circuit.target" with the nearest name, or as `refresh`.
  void set(std::string_view target, double value);
  [[nodiscard]] base::Dimension dimension_of(std::string_view target) const;
};

/// Replaces the parameters of every device that has a card by those of one made device, sample
/// `sample` of the process: its draws depend on seed, device name and sample only. Copies of one
/// device for several carriers are the same device. Spreads of scope process are the same for all
/// devices of a card.
NEUCASL_EXPORT void vary(Circuit& circuit, std::uint64_t seed, std::uint64_t sample);

struct LoweringOptions {
  double temperature = 300.0;    ///< K
  std::vector<double> carriers;  ///< m; empty: those of the lasers, else 1550 nm.
};

/// Makes a circuit of a flat netlist. Primitives are understood by their attribute "element"
/// (core/src/circuit/README.md lists them with pins and parameters) or by the name of a device
/// model, given there or by the card that the attribute "device" names. Parameters that the
/// primitive declares stand over the card's.
/// \throws base::Error "circuit.element" (unknown, with the nearest name), "circuit.pins" (missing
/// or of another discipline), "circuit.value" (negative, zero or not finite where it must not be),
/// "circuit.discipline", what the model library and the cards throw.
NEUCASL_EXPORT Circuit lower(const ir::FlatNetlist& netlist, model::ModelLibrary& models,
                             const device::Library& cards, const LoweringOptions& options = {});

}  // namespace neucasl::circuit
