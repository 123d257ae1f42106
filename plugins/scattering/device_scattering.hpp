#pragma once

#include <complex>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "device_elimination.hpp"
#include "neucasl/circuit/circuit.hpp"

/// \file
/// Scattering matrices of device models, from their own equations.
///
/// At port p a wave a_p travels into the device and b_p out of it (sqrt(W), complex). The model
/// knows V = a + b with the flow I = a - b. With incoming waves a and electrical and thermal
/// terminals u held, the unknowns y = (b, internals z) obey
///   F_optical(a + b, u, z) - (a - b) = 0,   F_internal(a + b, u, z) = 0,   memories held,
/// which has a solution also where V held at the ports has none (a lossless guide of half a
/// wavelength). With J = dF/dy, S = db/da = -(J^-1 dF/da) and the emitted wave is b at a = 0.

namespace neucasl::scattering {

using Wave = std::complex<double>;

/// The equations of one device over (a, u) -> (b, z). Holds working memory: one object for each
/// thread.
class DeviceScattering {
 public:
  explicit DeviceScattering(const circuit::Circuit& circuit);

  /// Prepares for a device of the circuit.
  void select(std::size_t device);
  [[nodiscard]] std::size_t ports() const { return optical_.size(); }

  /// Solves y for incoming waves. `unknowns` are those of the device in the model's order: the
  /// electrical and thermal terminals are read, V and internals begin as they are and get the
  /// solution.
  /// \throws base::Error "scattering.device" naming device and place when there is none.
  void settle(std::span<const double> derived, std::span<const Wave> incoming,
              std::span<double> unknowns);

  /// S (ports x ports, row: out) and the emitted waves; settles `unknowns` for a = 0. Factors of
  /// another device of the model, or of another wavelength, serve where they solve the equations of
  /// this one to rounding, as they do where only S depends on the device.
  /// \throws as `settle`.
  void scatter(std::span<const double> derived, std::span<double> unknowns, std::span<Wave> matrix,
               std::span<Wave> emitted);

  /// Right behind `scatter`: refuses a device whose outgoing waves are no complex-linear function
  /// of the incoming ones with u held, as an amplifier that saturates. \throws base::Error
  /// "scattering.nonlinear".
  void require_linear(std::span<const double> derived, std::span<double> unknowns,
                      std::span<const Wave> matrix, double amplitude);

  /// db/du of an electrical or thermal terminal, incoming waves held, at the settled state; exact.
  void slope_of_bias(std::span<const double> derived, std::span<const double> unknowns,
                     std::size_t unknown, std::span<Wave> slope);
  /// db of a change of the flow, given as dF for each unknown: waves held.
  void slope_of_flow(std::span<const double> derived, std::span<const double> unknowns,
                     std::span<const double> flow_change, std::span<Wave> slope);

  /// Currents into the terminals of `terminals` (unknowns of the device) and their slopes over
  /// these terminals' values, y following, where the last `settle` ended: `slope` is row-major, one
  /// row a current.
  void condense(std::span<const std::uint32_t> terminals, std::span<double> current,
                std::span<double> slope);

  /// Change of these currents by a change of the flow, dF for each unknown, terminals held.
  void current_change(std::span<const double> derived, std::span<const double> unknowns,
                      std::span<const std::uint32_t> terminals, std::span<const double> flow_change,
                      std::span<double> change);

  [[nodiscard]] std::size_t unknown_of_port(std::size_t port) const { return optical_[port]; }

 private:
  struct ModelWork {
    DeviceElimination elimination;
    int refused = 0;  // times in a row that kept factors did not serve
  };

  bool scatter_by_kept_factors(std::span<const double> derived, std::span<const double> unknowns,
                               std::span<Wave> matrix, std::span<Wave> emitted);
  /// Whether the last columns that kept factors gave obey the equations, all ports lit.
  bool columns_obey(std::span<const double> derived, std::span<const double> unknowns);
  /// Minus the equations at `unknowns`, without their Jacobian.
  void evaluate_rest(std::span<const double> derived, std::span<const double> unknowns,
                     std::span<const Wave> incoming);
  /// Minus the equations, from the present flow, into `right_`.
  void set_right(std::span<const double> unknowns, std::span<const Wave> incoming);
  /// Right sides of the step that waves `in` make, from the Jacobian or from the equations.
  void set_step(std::span<const double> derived, std::span<const double> unknowns,
                std::span<const Wave> in);
  bool looks_linear(std::span<const double> derived, std::span<const double> unknowns,
                    std::span<const Wave> in, std::span<const Wave> matrix);
  void evaluate(std::span<const double> derived, std::span<const double> unknowns);
  /// Rows and columns of y out of the Jacobian, factored.
  void factor();
  void solve(std::span<double> right) { elimination_->solve(right); }
  [[noreturn]] void refuse(const std::string& what) const;

  const circuit::Circuit& circuit_;
  std::size_t device_ = 0;
  const model::DeviceModel* model_ = nullptr;
  std::size_t n_ = 0;                 // unknowns of the device
  std::vector<std::size_t> optical_;  // first unknown of each port
  std::vector<std::size_t> place_;    // unknown of each entry of y: V stands for b
  std::vector<char> held_;            // memories, by entry of y
  std::vector<double> flow_, storage_, flow_jacobian_, storage_jacobian_;
  std::vector<std::optional<ModelWork>> works_;  // by model
  ModelWork* work_ = nullptr;
  DeviceElimination* elimination_ = nullptr;
  std::vector<double> right_, trial_;
  std::vector<DeviceElimination::Columns> columns_;
  std::vector<Wave> dark_, incoming_;
  bool kept_ = false;  // whether the last `scatter` went by kept factors
};

}  // namespace neucasl::scattering
