#pragma once

#include <complex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "neucasl/base/quantity.hpp"
#include "neucasl/circuit/circuit.hpp"
#include "neucasl/results/table.hpp"

/// \file
/// What to compute about a circuit, and the answer.

namespace neucasl::circuit {

struct OperatingPointAnalysis {};

/// Points of a sweep: explicit values.
struct SweepAnalysis {
  std::string target;  ///< What `Circuit::set` takes.
  std::vector<double> values;
};

struct AcAnalysis {
  std::vector<double> frequencies;  ///< Hz
};

struct TransientAnalysis {
  double stop = 0.0;          ///< s
  double largest_step = 0.0;  ///< s; 0: stop / 50
  double output_step = 0.0;   ///< s; 0: all computed points
  /// Start from the given initial values without an operating point.
  bool use_initial_conditions = false;
};

struct NoiseAnalysis {
  std::string output;     ///< Node.
  std::string reference;  ///< Node; empty: ground.
  std::string input;      ///< Source that input-referred noise is computed to.
  std::vector<double> frequencies;
};

using Analysis = std::variant<OperatingPointAnalysis, SweepAnalysis, AcAnalysis, TransientAnalysis,
                              NoiseAnalysis>;

/// Accuracy of nonlinear solutions and of time steps.
struct Tolerances {
  double relative = 1e-6;
  double voltage = 1e-9;   ///< V; times the scale of internal nodes
  double current = 1e-12;  ///< A
  /// Truncation error of a time step over the tolerances above.
  double truncation = 7.0;

  static Tolerances tight() { return {1e-9, 1e-12, 1e-15, 1.0}; }
};

/// "op" | "dc TARGET FROM TO STEP" | "ac dec|oct|lin N FROM TO" | "tran STEP STOP [START [MAX]]
/// [uic]" | "noise v(NODE[,NODE]) SOURCE dec|oct|lin N FROM TO", numbers with or without unit
/// ("1.55 um" as "1.55um").
/// \throws base::Error "circuit.analysis".
NEUCASL_EXPORT Analysis parse_analysis(std::string_view text, const base::Location& where = {});
NEUCASL_EXPORT std::string to_string(const Analysis& analysis);

enum class TraceKind { node, branch, noise };

/// One quantity over the axis of its analysis.
struct Trace {
  std::string name;  ///< Node or element; "output" and "input" for noise.
  TraceKind kind = TraceKind::node;
  base::Dimension dimension;
  std::vector<double> real;
  std::vector<double> imaginary;  ///< Of ac analyses; else empty.
};

struct Result {
  std::string analysis;   ///< "op", "dc", "ac", "tran", "noise"
  std::string axis_name;  ///< "time", "frequency", the target of a sweep; empty for "op"
  base::Dimension axis_dimension;
  std::vector<double> axis;
  std::vector<Trace> traces;
  std::string method;           ///< For reports: engine, version, integration.
  std::size_t time_points = 0;  ///< Computed, of transients.
  std::size_t iterations = 0;   ///< Newton steps, where known.

  [[nodiscard]] const Trace* find(std::string_view name, TraceKind kind) const;
};

/// Columns: the axis, then v(node) or i(element); complex ones as two, "..._real", "..._imaginary".
NEUCASL_EXPORT results::Table to_table(const Result& result, const std::string& name);
/// ngspice's binary raw format.
NEUCASL_EXPORT std::string to_raw(const Result& result, const std::string& title);

/// A scalar taken from a waveform.
/// "NAME max|min|avg|rms|pp|integ EXPR [from=T] [to=T]" | "NAME find EXPR at=T" |
/// "NAME when EXPR=VALUE [rise|fall|cross=N]" |
/// "NAME trig EXPR val=V rise|fall|cross=N targ EXPR val=V rise|fall|cross=N",
/// EXPR = v(NODE) | v(NODE,NODE) | i(ELEMENT).
struct Measurement {
  std::string name;
  std::string text;
  base::Location where;
};
/// \throws base::Error "circuit.measure": syntax, an unknown trace (with the nearest), or no such
/// event.
NEUCASL_EXPORT results::Figure measure(const Measurement& measurement, const Result& result);

}  // namespace neucasl::circuit
