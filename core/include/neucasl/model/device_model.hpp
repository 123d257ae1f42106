#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "neucasl/base/quantity.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/device/card.hpp"
#include "neucasl/ir/design.hpp"
#include "neucasl/model/symbol.hpp"
#include "neucasl/results/report.hpp"

/// \file
/// Device models: equations that every engine evaluates.
///
/// Nouns. A device has *terminals* on nets of a discipline and *internal unknowns*. Its *unknowns*
/// x are, in order, those of the terminals (see `unknowns_of`) and the internal ones. The model
/// gives the *flow* F(x) and the *storage* Q(x), one entry for each unknown. A circuit obeys, at
/// each node and each internal unknown,
///   sum over devices of ( F(x) + dQ(x)/dt ) = 0.
/// At a terminal, flow is the current into the device (A) and storage its charge (C). An internal
/// unknown has an equation of its own:
///   - *algebraic*: F(x) + dQ/dt = 0 of its own, Q zero but for the charge on an internal node;
///   - *state* s: F = -ds/dt, Q = s; at rest ds/dt = 0;
///   - *memory* s: as a state, but at rest it keeps its initial value, as a memristor's does when
///     it is only read. Engines hold it in operating points, sweeps, small-signal and noise
///     analyses, and integrate it in transients.
///
/// An optical net carries a forward and a backward power wave a, b (unit sqrt(W), complex, relative
/// to the carrier). It is one pair of unknowns V = a + b (real part, imaginary part) whose flow is
/// I = a - b, where a travels into the device, so that two devices join by sharing a net; the flow
/// conserves power: |a|^2 - |b|^2 = Re(V conj(I)). A device with scattering matrix S, b = S a,
/// obeys V - I = S (V + I). A thermal net has the temperature above ambient (K) and the heat flow
/// (W).

namespace neucasl::model {

/// What surrounds a device.
struct Environment {
  double temperature = 300.0;   ///< K
  double wavelength = 1.55e-6;  ///< Vacuum wavelength of the optical carrier, m.
  /// With several carriers, a device with optical terminals is evaluated once for each, its copies
  /// in parallel at electrical and thermal terminals. What does not belong to a carrier (dark
  /// current, junction capacitance) must be divided by this count.
  int carriers = 1;
  /// A wavelength sweep moves the carrier: sources emit whatever their own wavelength.
  bool swept = false;
};

struct Terminal {
  std::string name;
  ir::Discipline discipline = ir::Discipline::electrical;
  ir::Direction direction = ir::Direction::inout;
  /// Largest magnitude of the unknown for which the model is valid: V, sqrt(W), K.
  double limit = 2.0;
};

/// 1 for electrical and thermal terminals, 2 for optical ones (real and imaginary part).
constexpr int unknowns_of(ir::Discipline discipline) {
  return discipline == ir::Discipline::optical ? 2 : 1;
}

enum class InternalKind { algebraic, state, memory };

struct Internal {
  std::string name;
  InternalKind kind = InternalKind::algebraic;
  base::Dimension dimension;
  double scale = 1.0;  ///< Typical magnitude; engines scale tolerances by it.
  double low = -1.0;   ///< Range in which the equations are finite.
  double high = 1.0;
  std::string meaning;
};

/// A number that a card or a netlist may set.
struct Parameter {
  std::string name;
  std::string unit;            ///< "V", "nm"; "1" for a pure number.
  double default_value = 0.0;  ///< In `unit`.
  double low = 0.0;            ///< Range of validity, in `unit`.
  double high = 0.0;
  std::string meaning;
};

struct Specification {
  std::string name;  ///< "vteam": the attribute `element` of a primitive, a card's choice `model`.
  std::string title;
  std::string family;  ///< "memristor", "finfet", "cnt", "photonic", ...
  std::vector<Terminal> terminals;
  std::vector<Internal> internals;
  std::vector<Parameter> parameters;
  std::vector<std::string> equations;  ///< For people, one a line.
  std::string validity;                ///< Where the equations hold.
  std::string source;                  ///< Authors, title, journal, year.

  [[nodiscard]] std::size_t terminal_unknowns() const {
    std::size_t count = 0;
    for (const Terminal& terminal : terminals) {
      count += static_cast<std::size_t>(unknowns_of(terminal.discipline));
    }
    return count;
  }
  [[nodiscard]] std::size_t unknowns() const { return terminal_unknowns() + internals.size(); }
};

/// Where a model writes its result; n is the number of unknowns. Jacobians are row-major n x n,
/// row: equation, column: unknown; empty spans when not wanted (both or none).
struct Evaluation {
  std::span<double> flow;
  std::span<double> storage;
  std::span<double> flow_jacobian;
  std::span<double> storage_jacobian;
};

/// The formulas of F and Q over the unknowns, parameters put in as numbers.
struct SymbolicForm {
  std::vector<Symbol> flow;
  std::vector<Symbol> storage;
};

/// A noise current between two unknowns of the device (terminal or internal), from -> to; `to` is
/// -1 for the ground. Power spectral density S(f) = white + flicker / f, one-sided, A^2/Hz.
struct NoiseSource {
  std::string name;
  int from = 0;
  int to = -1;
  double white = 0.0;
  double flicker = 0.0;  ///< A^2
};

/// What one operation of the device costs.
struct OperationCost {
  std::string operation;  ///< "read", "set", "reset", "switch", "tune", ...
  double energy = 0.0;    ///< J
  double time = 0.0;      ///< s
  std::string method;     ///< One sentence: how it was found.
};

/// One independent deviation of a parameter from device to device, in SI units.
struct ParameterSpread {
  std::size_t parameter = 0;
  device::Spread spread;
};

/// How long and how hard a device was used.
struct Stress {
  double time = 0.0;           ///< s since it was made or programmed
  double temperature = 300.0;  ///< K
  double voltage = 0.0;        ///< V across the device while stressed
  double duty = 1.0;           ///< Share of the time under stress, 0 to 1.
  double cycles = 0.0;         ///< Write cycles.
};

/// Curves of a device, with published figures to compare with.
struct Characterization {
  std::vector<results::Table> tables;
  std::vector<std::pair<std::string, results::LineChart>> charts;  ///< File name, chart.
  struct Comparison {
    std::string quantity;
    double model = 0.0;      ///< SI
    double published = 0.0;  ///< SI; NaN when there is none.
    base::Dimension dimension;
    std::string source;  ///< Where the published figure stands.
    std::string note;    ///< Why they differ, if they do.
  };
  std::vector<Comparison> comparisons;
};

/// A published figure that a card gives beside the model's parameters, as "published_on_current".
struct PublishedFigure {
  std::string name;
  double value = 0.0;  ///< SI
  std::string source;
};

/// One kind of device. Objects are immutable and may be used from several threads.
///
/// *Derived* numbers are what the equations need: computed once from parameters and environment,
/// then used in each evaluation.
class NEUCASL_EXPORT DeviceModel {
 public:
  virtual ~DeviceModel();

  [[nodiscard]] virtual const Specification& specification() const = 0;
  [[nodiscard]] virtual std::size_t derived_size() const = 0;
  /// `parameters` in SI units, in the order of the specification and inside its ranges.
  /// \throws base::Error "model.parameters" when they contradict each other.
  virtual void derive(std::span<const double> parameters, const Environment& environment,
                      std::span<double> derived) const = 0;
  /// Must be finite for terminals within their limit and internals within their range, and without
  /// side effects. Engines may ask beyond; they refuse what is not finite.
  virtual void evaluate(std::span<const double> derived, std::span<const double> unknowns,
                        const Evaluation& out) const = 0;
  [[nodiscard]] virtual SymbolicForm symbolic(std::span<const double> derived) const = 0;
  /// Values of the internal unknowns at the start (memory) or as first guess (others).
  virtual void initial_internals(std::span<const double> derived,
                                 std::span<double> internals) const = 0;

  /// Vacuum wavelengths (m) at which the device emits light of its own; the carriers of a circuit
  /// are those of its sources. Default: none.
  [[nodiscard]] virtual std::vector<double> emitted_wavelengths(
      std::span<const double> parameters) const;
  /// At a bias point. Default: none.
  [[nodiscard]] virtual std::vector<NoiseSource> noise(std::span<const double> derived,
                                                       std::span<const double> unknowns,
                                                       const Environment& environment) const;
  /// How devices made alike differ, beyond the spreads that a card states: mismatch that depends on
  /// geometry, for example. Several may be of one parameter; they act one after the other. What is
  /// no function of one normal number each, as counts of tubes, only `sample_variation` draws.
  /// Default: none.
  [[nodiscard]] virtual std::vector<ParameterSpread> spreads(
      std::span<const double> parameters) const;
  /// Replaces nominal parameters by those of one made device. Default: draws one normal number for
  /// each of `spreads`, in order, and holds the parameter inside its declared range.
  virtual void sample_variation(std::span<double> parameters, base::RandomStream& random) const;
  /// Parameters after use. Default: unchanged.
  virtual void age(std::span<double> parameters, const Stress& stress) const;
  /// Default: none.
  [[nodiscard]] virtual std::vector<OperationCost> costs(std::span<const double> parameters,
                                                         const Environment& environment) const;
  /// Characteristic curves of the family.
  [[nodiscard]] virtual Characterization characterize(
      std::span<const double> parameters, const Environment& environment,
      std::span<const PublishedFigure> published) const = 0;
};

/// Index of a parameter. \throws base::Error "model.parameter" with the nearest name.
NEUCASL_EXPORT std::size_t parameter_index(const Specification& specification,
                                           std::string_view name);
/// The defaults, in SI units.
NEUCASL_EXPORT std::vector<double> default_parameters(const Specification& specification);
/// Requires a finite value inside the declared range.
/// \throws base::Error "model.range" with owner, range and unit.
NEUCASL_EXPORT void check_parameter(const Specification& specification, std::size_t index,
                                    double value, const std::string& owner,
                                    const base::Location& where = {});
/// The value, or the end of the declared range that it lies beyond. SI units.
NEUCASL_EXPORT double held_in_range(const Specification& specification, std::size_t index,
                                    double value);
/// Faults of a specification (repeated names, defaults outside ranges, unknown units), empty when
/// there is none. Engines and hosts refuse a model with faults.
NEUCASL_EXPORT std::vector<std::string> faults(const Specification& specification);

}  // namespace neucasl::model
