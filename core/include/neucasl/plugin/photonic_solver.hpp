#pragma once

#include <complex>
#include <string>
#include <vector>

#include "neucasl/circuit/circuit.hpp"
#include "neucasl/plugin/context.hpp"
#include "neucasl/results/table.hpp"

/// \file
/// Interface of solvers of photonic networks beyond operating points and sweeps: transfer matrices,
/// gradients, calibration, noise budget.
///
/// Nouns. A *port net* is an optical net with a source, an absorber (termination, detector) or
/// nothing at one of its ends: there waves enter and leave the network. Its wave into the network
/// is what a matched source at that end would send, its wave out is what arrives there (sqrt(W)).
/// With several carriers, nets have their carrier's number: "drop.3".
///
/// An *output* is a sum of terms "[NUMBER *] TERM" joined by + and -, each TERM one of
///   p(NET)       power that arrives at the end of a port net, W; without a carrier's number the
///                sum over all carriers
///   t(OUT,IN)    share of the power into port net IN that arrives at OUT, sources off
///   re(OUT,IN), im(OUT,IN)   the complex transfer of the wave, real and imaginary part
/// A *target* is a number of the circuit that `Circuit::set` takes: "device.parameter", a source or
/// a passive.

namespace neucasl::plugin {

struct PhotonicTransfer {
  std::vector<std::string> inputs;   ///< Port nets.
  std::vector<std::string> outputs;  ///< Port nets.
  std::vector<double> wavelengths;   ///< m; one, the circuit's own, when none was asked for.
  /// wavelengths x outputs x inputs.
  std::vector<std::complex<double>> value;
  std::string method;  ///< For reports.
};

struct PhotonicGradient {
  std::vector<double> value;  ///< Of each output.
  std::vector<double> slope;  ///< outputs x targets, per SI unit of the target.
  std::string method;
};

/// What an output should be.
struct PhotonicGoal {
  std::string output;
  double value = 0.0;
  double full_range = 1.0;  ///< Errors are shares of it.
};

/// A number to adjust, within bounds (SI).
struct PhotonicKnob {
  std::string target;
  double low = 0.0;
  double high = 0.0;
  double start = 0.0;
};

struct PhotonicCalibrationOptions {
  /// Largest error as a share of the full range that ends the iteration.
  double tolerance = 1e-6;
  int most_iterations = 100;
  /// Before the iteration, each knob in turn takes the best of this many values between its
  /// bounds; 0: none. For resonances that begin far from their channels, where slopes vanish.
  int scan_points = 0;
};

struct PhotonicCalibration {
  std::vector<double> knob;    ///< SI
  std::vector<double> value;   ///< Of each goal's output.
  double largest_error = 0.0;  ///< Share of the full range.
  double start_error = 0.0;    ///< Before.
  int iterations = 0;          ///< Gradients taken.
  int evaluations = 0;         ///< Solutions of the network, gradients included.
  std::string method;
};

struct PhotonicBudgetOptions {
  double bandwidth = 0.0;  ///< Hz, of the receivers' noise; positive.
};

/// For all detectors of a circuit.
struct PhotonicBudget {
  /// A row for each detector: its channel (the source with most power there), path loss, powers,
  /// crosstalk, currents, noise by cause.
  results::Table detectors;
  /// A row for each detector and cause: effective bits.
  results::Table bits;
  /// A row for each detector and source: power that arrives from that source alone.
  results::Table channels;
  std::string method;
};

/// Implementations are stateless. Each method \throws base::Error for what is wrong with names,
/// numbers or circuit, and when a result cannot be trusted.
class NEUCASL_EXPORT PhotonicSolver {
 public:
  virtual ~PhotonicSolver();

  /// Names of all port nets, in the order of the circuit's nodes.
  [[nodiscard]] virtual std::vector<std::string> port_nets(
      const circuit::Circuit& circuit) const = 0;

  /// Empty `inputs` or `outputs`: all port nets.
  [[nodiscard]] virtual PhotonicTransfer transfer(const circuit::Circuit& circuit,
                                                  const std::vector<std::string>& inputs,
                                                  const std::vector<std::string>& outputs,
                                                  const std::vector<double>& wavelengths,
                                                  const Context& context) const = 0;

  /// Exact slopes of outputs, by adjoint solves.
  [[nodiscard]] virtual PhotonicGradient gradient(const circuit::Circuit& circuit,
                                                  const std::vector<std::string>& outputs,
                                                  const std::vector<std::string>& targets,
                                                  const Context& context) const = 0;

  /// Adjusts the knobs until the outputs are the goals, in the sense of least squares.
  /// The caller decides what error is small enough.
  [[nodiscard]] virtual PhotonicCalibration calibrate(const circuit::Circuit& circuit,
                                                      const std::vector<PhotonicGoal>& goals,
                                                      const std::vector<PhotonicKnob>& knobs,
                                                      const PhotonicCalibrationOptions& options,
                                                      const Context& context) const = 0;

  [[nodiscard]] virtual PhotonicBudget budget(const circuit::Circuit& circuit,
                                              const PhotonicBudgetOptions& options,
                                              const Context& context) const = 0;
};

}  // namespace neucasl::plugin
