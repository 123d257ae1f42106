#include <algorithm>
#include <cmath>

#include "deck_parts.hpp"
#include "neucasl/circuit/spice_export.hpp"
#include "worker.pb.h"

namespace neucasl::ngspice_plugin {
namespace {

/// Frequencies as arguments of ngspice: "dec" or "lin" where they are even, else one by one.
class FrequencyLines {
 public:
  explicit FrequencyLines(const std::vector<double>& frequencies) : f_(frequencies) {}

  std::vector<std::string> lines() {
    if (f_.size() > 2 && even([](double a, double b) { return b - a; })) {
      return {line("lin", f_.size(), f_.front(), f_.back())};
    }
    if (f_.size() > 2 && even([](double a, double b) { return b / a; })) {
      const double per_decade = 1.0 / std::log10(f_[1] / f_[0]);
      const double whole = std::round(per_decade);
      if (whole >= 1.0 && std::abs(per_decade - whole) < 1e-6 * whole) {
        return {line("dec", static_cast<std::size_t>(whole), f_.front(), f_.back())};
      }
    }
    std::vector<std::string> result;
    result.reserve(f_.size());
    for (const double one : f_) result.push_back(line("lin", 1, one, one));
    return result;
  }

 private:
  template <class Step>
  [[nodiscard]] bool even(Step step) const {
    const double first = step(f_[0], f_[1]);
    for (std::size_t i = 2; i < f_.size(); ++i) {
      if (!(std::abs(step(f_[i - 1], f_[i]) - first) <= 1e-9 * std::abs(first))) return false;
    }
    return f_[1] > f_[0];
  }
  static std::string line(const char* kind, std::size_t count, double from, double to) {
    std::string text = std::string(kind) + ' ' + std::to_string(count) + ' ';
    circuit::append_spice_number(text, from);
    text += ' ';
    circuit::append_spice_number(text, to);
    return text;
  }

  const std::vector<double>& f_;
};

class CommandWriter {
 public:
  CommandWriter(const DeckContent& content, ngspice::worker::Request& request)
      : circuit_(content.circuit), request_(request) {}

  void operator()(const circuit::OperatingPointAnalysis& /*one*/) {
    request_.set_analysis(ngspice::worker::ANALYSIS_OPERATING_POINT);
    request_.add_command("op");
  }
  void operator()(const circuit::SweepAnalysis& /*one*/) {
    request_.set_analysis(ngspice::worker::ANALYSIS_SWEEP);
    request_.add_command("dc vpoint 0 " + std::to_string(request_.points() - 1) + " 1");
  }
  void operator()(const circuit::AcAnalysis& one) {
    request_.set_analysis(ngspice::worker::ANALYSIS_AC);
    frequencies("ac ", one.frequencies);
  }
  void operator()(const circuit::NoiseAnalysis& one) {
    request_.set_analysis(ngspice::worker::ANALYSIS_NOISE);
    std::string start = "noise v(" + node_text(one.output);
    if (!one.reference.empty()) start += ',' + node_text(one.reference);
    start += ") ";
    for (std::size_t i = 0; i < circuit_.sources.size(); ++i) {
      if (circuit_.sources[i].name != one.input) continue;
      start += (circuit_.sources[i].is_voltage ? 'v' : 'i') + std::to_string(i);
    }
    frequencies(start + ' ', one.frequencies);
  }
  void operator()(const circuit::TransientAnalysis& one) {
    request_.set_analysis(ngspice::worker::ANALYSIS_TRANSIENT);
    const double step = largest_step(one);
    std::string line = "tran ";
    circuit::append_spice_number(line, step);
    line += ' ';
    circuit::append_spice_number(line, one.stop);
    line += " 0 ";
    circuit::append_spice_number(line, step);
    if (one.use_initial_conditions) line += " uic";
    request_.add_command(line);
    request_.set_last(one.stop);
  }

 private:
  [[nodiscard]] std::string node_text(const std::string& name) const {
    return node_name(circuit_.find_node(name).value_or(0));
  }
  void frequencies(const std::string& start, const std::vector<double>& values) {
    const std::vector<std::string> lines = FrequencyLines(values).lines();
    for (const std::string& line : lines) request_.add_command(start + line);
    request_.set_points(static_cast<std::uint32_t>(values.size() / lines.size()));
  }

  const circuit::Circuit& circuit_;
  ngspice::worker::Request& request_;
};

}  // namespace

void add_commands(const DeckContent& content, ngspice::worker::Request& request) {
  CommandWriter writer(content, request);
  std::visit([&](const auto& one) { writer(one); }, content.task.analysis);
}

double largest_step(const circuit::TransientAnalysis& analysis) {
  double step = analysis.largest_step > 0.0 ? analysis.largest_step : analysis.stop / 50.0;
  if (analysis.output_step > 0.0) step = std::min(step, analysis.output_step);
  return step;
}

}  // namespace neucasl::ngspice_plugin
