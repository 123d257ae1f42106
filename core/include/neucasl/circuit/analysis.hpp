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
  double start = 0.0;  ///< s; engines compute from 0, `after` drops what comes before.
};

/// Times are finite and not negative, the stop lies behind zero and the start.
/// \throws base::Error with `code` and all times otherwise.
NEUCASL_EXPORT void require_times(const TransientAnalysis& analysis, const std::string& code);

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

  static Tolerances tight() { return {1e-9, 1e-10, 1e-13, 1.0}; }
};

/// "op" | "dc TARGET FROM TO STEP" | "ac dec|oct|lin N FROM TO" | "tran STEP STOP [START [MAX]]
/// [uic]" | "noise v(NODE[,NODE]) SOURCE dec|oct|lin N FROM TO". A grid holds both ends when its
/// step reaches the upper one; "dec" and "oct" have N points a decade or octave, "lin" N in all.
/// The largest time step is MAX, by default the smaller of STEP and (STOP - START) / 50, as in
/// SPICE.
///
/// A number has a unit ("1.55um", "10ns", "1GHz", "0.5V") or a SPICE suffix ("1k", "10meg"). A unit
/// counts first where its dimension fits, so that "1m" is 1 m of a wavelength and 1e-3 of a
/// voltage. In a sweep of anything but temperature and wavelength a lone suffix counts first.
/// \throws base::Error "circuit.analysis".
NEUCASL_EXPORT Analysis parse_analysis(std::string_view text, const base::Location& where = {});
/// As `parse_analysis` takes it, as long as the points form such a grid.
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

struct NEUCASL_EXPORT Result {
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

/// The part of a transient from `start` on; its first point is interpolated.
NEUCASL_EXPORT Result after(Result result, double start);

/// Columns: the axis, then v(node) or i(element); complex ones as two, "..._real", "..._imaginary".
NEUCASL_EXPORT results::Table to_table(const Result& result, const std::string& name);
/// ngspice's binary raw format. Dates are left out, so that equal results have equal files.
NEUCASL_EXPORT std::string to_raw(const Result& result, const std::string& title);

/// A scalar taken from a waveform, linear between its points.
/// "NAME max|min|avg|rms|pp|integ EXPR [from=T] [to=T]" | "NAME max_at|min_at EXPR [from=T] [to=T]"
/// | "NAME find EXPR at=T" | "NAME find EXPR when EXPR=VALUE [rise|fall|cross=N]" |
/// "NAME when EXPR=VALUE [rise|fall|cross=N]" |
/// "NAME trig EXPR val=V rise|fall|cross=N targ EXPR val=V rise|fall|cross=N" (or "trig at=T") |
/// "NAME count EXPR val=V rise|fall|cross=N", how many events there are from the Nth on.
/// EXPR = v(NODE) | v(NODE,NODE) | i(ELEMENT) | noise(output|input) | p(NET), the power of an
/// optical net; of complex results the magnitude, or by vr vi vm vp vdb (ir ii im ip idb) real and
/// imaginary part, magnitude, phase (rad) and 20 log10. N counts from 1, or is "last". After an
/// event, "td=T" skips what comes before T. Numbers as in `parse_analysis`. "op": max min avg rms.
struct Measurement {
  std::string name;  ///< Key of the figure; empty: the first word of `text`.
  std::string text;  ///< NAME included.
  base::Location where;
};
/// \throws base::Error "circuit.measure": syntax, an unknown trace (with the nearest), or no such
/// event.
NEUCASL_EXPORT results::Figure measure(const Measurement& measurement, const Result& result);

}  // namespace neucasl::circuit
