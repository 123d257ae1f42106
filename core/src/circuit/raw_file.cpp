#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "neucasl/circuit/analysis.hpp"

namespace neucasl::circuit {
namespace {

struct Variable {
  std::string name;
  std::string type;
  const std::vector<double>* real = nullptr;
  const std::vector<double>* imaginary = nullptr;
  bool root = false;  // ngspice gives noise as V/sqrt(Hz)
};

std::string plot_name(const std::string& analysis) {
  if (analysis == "op") return "Operating Point";
  if (analysis == "dc") return "DC transfer characteristic";
  if (analysis == "ac") return "AC Analysis";
  if (analysis == "tran") return "Transient Analysis";
  if (analysis == "noise") return "Noise Spectral Density Curves";
  return analysis;
}

std::string type_name(const base::Dimension& dimension) {
  if (dimension == base::dimension::voltage) return "voltage";
  if (dimension == base::dimension::current) return "current";
  if (dimension == base::dimension::time) return "time";
  if (dimension == base::dimension::frequency) return "frequency";
  if (dimension == base::dimension::temperature) return "temp-sweep";
  return "notype";
}

Variable axis_variable(const Result& result) {
  Variable variable{result.axis_name, type_name(result.axis_dimension), &result.axis, nullptr,
                    false};
  if (result.analysis != "dc") return variable;
  if (variable.type == "voltage") variable.name = "v-sweep";
  if (variable.type == "current") variable.name = "i-sweep";
  if (variable.type == "temp-sweep") variable.name = "temp-sweep";
  return variable;
}

Variable trace_variable(const Trace& trace) {
  Variable variable{trace.name, type_name(trace.dimension), &trace.real,
                    trace.imaginary.empty() ? nullptr : &trace.imaginary, false};
  if (trace.kind == TraceKind::node) variable.name = "v(" + trace.name + ')';
  if (trace.kind == TraceKind::branch) variable.name = "i(" + trace.name + ')';
  if (trace.kind == TraceKind::noise) {
    const base::Dimension density =
        base::dimension::voltage * base::dimension::voltage * base::dimension::time;
    variable.name = trace.name == "output" ? "onoise_spectrum" : "inoise_spectrum";
    variable.root = trace.dimension == density;
    variable.type = variable.root ? "voltage-density" : variable.type;
  }
  return variable;
}

void put(std::string& out, double value) {
  // ngspice writes the byte order of its machine; readers expect little-endian.
  const auto bits = std::bit_cast<std::uint64_t>(value);
  for (int byte = 0; byte < 8; ++byte) out += static_cast<char>((bits >> (8 * byte)) & 0xff);
}

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return text;
}

}  // namespace

std::string to_raw(const Result& result, const std::string& title) {
  std::vector<Variable> variables;
  std::size_t points = 1;
  if (!result.axis_name.empty()) {
    variables.push_back(axis_variable(result));
    points = result.axis.size();
  }
  for (const Trace& trace : result.traces) variables.push_back(trace_variable(trace));
  const bool complex = std::any_of(variables.begin(), variables.end(),
                                   [](const Variable& v) { return v.imaginary != nullptr; });
  std::string out = "Title: " + one_line(title) + "\nPlotname: " + plot_name(result.analysis) +
                    "\nFlags: " + (complex ? "complex" : "real") +
                    "\nNo. Variables: " + std::to_string(variables.size()) +
                    "\nNo. Points: " + std::to_string(points) + "\nVariables:\n";
  for (std::size_t i = 0; i < variables.size(); ++i) {
    out += '\t' + std::to_string(i) + '\t' + one_line(variables[i].name) + '\t' +
           variables[i].type + '\n';
  }
  out += "Binary:\n";
  out.reserve(out.size() + points * variables.size() * (complex ? 16 : 8));
  for (std::size_t k = 0; k < points; ++k) {
    for (const Variable& variable : variables) {
      const double value = variable.real->at(k);
      put(out, variable.root ? std::sqrt(value) : value);
      if (complex) put(out, variable.imaginary ? variable.imaginary->at(k) : 0.0);
    }
  }
  return out;
}

}  // namespace neucasl::circuit
