#include "waveform_events.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "text_parts.hpp"

namespace neucasl::circuit {
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& remedy,
                       const base::Location& where) {
  throw base::Error("circuit.measure", what, remedy, where);
}

std::vector<std::string> names_of(const Result& result, TraceKind kind) {
  std::vector<std::string> names;
  for (const Trace& trace : result.traces) {
    if (trace.kind == kind) names.push_back(trace.name);
  }
  return names;
}

const Trace& trace_named(const Result& result, const std::string& name, TraceKind kind,
                         const base::Location& where) {
  if (const Trace* trace = result.find(name, kind)) return *trace;
  const std::string what = kind == TraceKind::node     ? "node"
                           : kind == TraceKind::branch ? "branch current of an element"
                                                       : "noise";
  fail("no " + what + " '" + name + "' in the results of '" + result.analysis + "'",
       base::suggest(name, names_of(result, kind)), where);
}

/// Complex values of v(a), v(a,b), i(e) or noise(output).
struct Values {
  std::vector<double> real;
  std::vector<double> imaginary;  // empty: real
  base::Dimension dimension;
};

Values values_of(const std::string& names, TraceKind kind, const Result& result,
                 const base::Location& where) {
  const std::size_t comma = kind == TraceKind::node ? names.find(',') : std::string::npos;
  Values values;
  const auto is_ground = [&](const std::string& name) {
    return kind == TraceKind::node && (name == "0" || name == "gnd");
  };
  const std::string first = names.substr(0, comma);
  if (is_ground(first)) {
    values.real.assign(result.axis.size(), 0.0);
  } else {
    const Trace& trace = trace_named(result, first, kind, where);
    values = {trace.real, trace.imaginary, trace.dimension};
  }
  if (comma == std::string::npos) return values;
  const std::string second = names.substr(comma + 1);
  if (is_ground(second)) return values;
  const Trace& trace = trace_named(result, second, kind, where);
  values.dimension = trace.dimension;
  values.imaginary.resize(trace.imaginary.size(), 0.0);
  for (std::size_t i = 0; i < values.real.size(); ++i) values.real[i] -= trace.real.at(i);
  for (std::size_t i = 0; i < values.imaginary.size(); ++i) {
    values.imaginary[i] -= trace.imaginary[i];
  }
  return values;
}

std::vector<double> optical_power(const std::string& net, const Result& result,
                                  const base::Location& where) {
  const Trace& real = trace_named(result, net + ".re", TraceKind::node, where);
  const Trace& imaginary = trace_named(result, net + ".im", TraceKind::node, where);
  std::vector<double> power;
  for (std::size_t i = 0; i < real.real.size(); ++i) {
    power.push_back(real.real[i] * real.real[i] + imaginary.real.at(i) * imaginary.real.at(i));
  }
  return power;
}

/// Part of complex values that a probe's letters after v or i ask for.
std::vector<double> part_of(const Values& values, const std::string& part) {
  std::vector<double> result(values.real.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double re = values.real[i];
    const double im = values.imaginary.empty() ? 0.0 : values.imaginary[i];
    if (part == "r" || (part.empty() && values.imaginary.empty())) {
      result[i] = re;
    } else if (part == "i") {
      result[i] = im;
    } else if (part == "p") {
      result[i] = std::atan2(im, re);
    } else if (part == "db") {
      result[i] = 20.0 * std::log10(std::hypot(re, im));
    } else {
      result[i] = std::hypot(re, im);
    }
  }
  return result;
}

}  // namespace

Signal signal_of(std::string_view expression, const Result& result, const base::Location& where) {
  const std::string form = "write v(NODE), v(NODE,NODE), i(ELEMENT), p(NET) or noise(output)";
  const std::size_t open = expression.find('(');
  if (open == std::string_view::npos || expression.back() != ')') {
    fail("'" + std::string(expression) + "' is no signal", form, where);
  }
  const std::string function = lower_case(expression.substr(0, open));
  const std::string names(expression.substr(open + 1, expression.size() - open - 2));
  Signal signal{result.axis, {}, result.axis_dimension, {}};
  if (function == "p") {
    signal.y = optical_power(names, result, where);
    signal.dimension = base::dimension::power;
  } else if (function == "noise") {
    const Values values = values_of(names, TraceKind::noise, result, where);
    signal.y = values.real;
    signal.dimension = values.dimension;
  } else {
    const std::string part = function.empty() ? std::string() : function.substr(1);
    const std::vector<std::string> parts{"", "r", "i", "m", "p", "db"};
    if (function.empty() || (function[0] != 'v' && function[0] != 'i') ||
        std::find(parts.begin(), parts.end(), part) == parts.end()) {
      fail("'" + std::string(expression) + "' is no signal", form, where);
    }
    const TraceKind kind = function[0] == 'v' ? TraceKind::node : TraceKind::branch;
    const Values values = values_of(names, kind, result, where);
    signal.y = part_of(values, part);
    if (part != "p" && part != "db") signal.dimension = values.dimension;
  }
  // An operating point is a waveform of one point.
  if (result.axis_name.empty()) signal.x = {0.0};
  if (signal.y.size() != signal.x.size() || signal.x.empty()) {
    fail("'" + std::string(expression) + "' has no waveform in the results of '" + result.analysis +
             "'",
         "measure what the analysis computes", where);
  }
  return signal;
}

double value_at(const Signal& signal, double x) {
  for (std::size_t i = 1; i < signal.x.size(); ++i) {
    const double a = signal.x[i - 1];
    const double b = signal.x[i];
    if (x < std::min(a, b) || x > std::max(a, b) || a == b) continue;
    return signal.y[i - 1] + (signal.y[i] - signal.y[i - 1]) * (x - a) / (b - a);
  }
  return signal.x.size() == 1 && signal.x[0] == x ? signal.y[0] : std::nan("");
}

Signal window(const Signal& signal, double from, double to) {
  Signal result{{}, {}, signal.x_dimension, signal.dimension};
  const double low = std::min(from, to);
  const double high = std::max(from, to);
  const auto add = [&](double x, double y) {
    if (!result.x.empty() && result.x.back() == x && result.y.back() == y) return;
    result.x.push_back(x);
    result.y.push_back(y);
  };
  for (std::size_t i = 0; i < signal.x.size(); ++i) {
    if (i > 0) {
      // The ends, in the order in which the axis meets them.
      const double a = signal.x[i - 1];
      const double b = signal.x[i];
      for (const double end : {a < b ? low : high, a < b ? high : low}) {
        if (end <= std::min(a, b) || end >= std::max(a, b)) continue;
        add(end, signal.y[i - 1] + (signal.y[i] - signal.y[i - 1]) * (end - a) / (b - a));
      }
    }
    if (signal.x[i] >= low && signal.x[i] <= high) add(signal.x[i], signal.y[i]);
  }
  return result;
}

std::vector<double> crossings(const Signal& signal, Edge edge, double begin) {
  std::vector<double> places;
  for (std::size_t i = 1; i < signal.x.size(); ++i) {
    const double a = signal.y[i - 1];
    const double b = signal.y[i];
    const bool rises = a < 0.0 && b >= 0.0;
    const bool falls = a > 0.0 && b <= 0.0;
    if (!(rises && edge != Edge::fall) && !(falls && edge != Edge::rise)) continue;
    const double x = signal.x[i - 1] + (signal.x[i] - signal.x[i - 1]) * a / (a - b);
    if (x >= begin) places.push_back(x);
  }
  return places;
}

double integral(const Signal& signal) {
  double sum = 0.0;
  for (std::size_t i = 1; i < signal.x.size(); ++i) {
    sum += 0.5 * (signal.y[i] + signal.y[i - 1]) * (signal.x[i] - signal.x[i - 1]);
  }
  return sum;
}

double integral_of_square(const Signal& signal) {
  double sum = 0.0;
  for (std::size_t i = 1; i < signal.x.size(); ++i) {
    const double a = signal.y[i - 1];
    const double b = signal.y[i];
    sum += (a * a + a * b + b * b) / 3.0 * (signal.x[i] - signal.x[i - 1]);
  }
  return sum;
}

}  // namespace neucasl::circuit
