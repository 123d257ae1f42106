#include "neucasl/circuit/waveform_charts.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace neucasl::circuit {
namespace {

constexpr std::size_t most_traces = 8;  // of a chart
constexpr std::size_t most_charts = 8;  // of a kind

struct Curve {
  std::string name;
  std::vector<double> values;
};

/// Curves that share a vertical axis.
struct Group {
  std::string name;  // of the file
  std::string title;
  base::Dimension dimension;
  std::string unit;  // in place of the dimension's
  bool logarithmic = false;
  std::vector<Curve> curves;
};

/// Prefix and factor that bring the largest of some values to 1 or more.
std::pair<std::string, double> prefix_of(double largest, const std::string& unit) {
  struct Prefix {
    const char* symbol;
    double factor;
  };
  static constexpr Prefix prefixes[] = {{"G", 1e9},  {"M", 1e6},   {"k", 1e3},
                                        {"", 1.0},   {"m", 1e-3},  {"u", 1e-6},
                                        {"n", 1e-9}, {"p", 1e-12}, {"f", 1e-15}};
  if (unit.empty() || unit == "kg" || unit == "K" || unit.find_first_of("*^/") < unit.size()) {
    return {unit, 1.0};
  }
  for (const Prefix& prefix : prefixes) {
    if (largest >= prefix.factor) return {prefix.symbol + unit, prefix.factor};
  }
  return {unit, 1.0};
}

double largest_of(const std::vector<double>& values) {
  double largest = 0.0;
  for (const double value : values) {
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  }
  return largest;
}

bool is_geometric(const std::vector<double>& axis) {
  if (axis.size() < 3 || !(axis.front() > 0.0)) return false;
  return std::abs(std::log(axis[2] / axis[1]) - std::log(axis[1] / axis[0])) < 1e-6;
}

bool ends_with(const std::string& text, const std::string& ending) {
  return text.size() > ending.size() && text.ends_with(ending);
}

class Grouping {
 public:
  explicit Grouping(const Result& result) : result_(result) {}

  std::vector<Group> run() {
    for (const Trace& trace : result_.traces) take(trace);
    return std::move(groups_);
  }

 private:
  Group& group(const std::string& name, const std::string& title, const base::Dimension& dimension,
               const std::string& unit = {}, bool logarithmic = false) {
    for (Group& one : groups_) {
      if (one.name == name && one.dimension == dimension) return one;
    }
    groups_.push_back({name, title, dimension, unit, logarithmic, {}});
    return groups_.back();
  }

  void take(const Trace& trace) {
    if (trace.kind == TraceKind::noise) return noise(trace);
    const std::string stem =
        trace.name.size() > 3 ? trace.name.substr(0, trace.name.size() - 3) : std::string();
    if (trace.kind == TraceKind::node && ends_with(trace.name, ".im") &&
        result_.find(stem + ".re", trace.kind)) {
      return;  // drawn with its real part
    }
    if (trace.kind == TraceKind::node && ends_with(trace.name, ".re")) {
      if (const Trace* other = result_.find(stem + ".im", trace.kind)) {
        return power(stem, trace, *other);
      }
    }
    const bool branch = trace.kind == TraceKind::branch;
    const std::string name = branch                                            ? "currents"
                             : trace.dimension == base::dimension::voltage     ? "voltages"
                             : trace.dimension == base::dimension::temperature ? "temperatures"
                                                                               : "states";
    const std::string title = branch                   ? "Current"
                              : name == "voltages"     ? "Voltage"
                              : name == "temperatures" ? "Temperature above ambient"
                                                       : "Internal state";
    if (trace.imaginary.empty()) {
      group(name, title, trace.dimension).curves.push_back({trace.name, trace.real});
    } else {
      complex(name, title, trace);
    }
  }

  void complex(const std::string& name, const std::string& title, const Trace& trace) {
    Curve magnitude{trace.name, {}};
    Curve phase{trace.name, {}};
    for (std::size_t i = 0; i < trace.real.size(); ++i) {
      magnitude.values.push_back(std::hypot(trace.real[i], trace.imaginary[i]));
      phase.values.push_back(std::atan2(trace.imaginary[i], trace.real[i]) * 180.0 /
                             std::numbers::pi);
    }
    group(name + "_magnitude", title + ", magnitude", trace.dimension, {}, true)
        .curves.push_back(std::move(magnitude));
    group(name + "_phase", title + ", phase", {}, "deg").curves.push_back(std::move(phase));
  }

  void power(const std::string& net, const Trace& re, const Trace& im) {
    Curve curve{net, {}};
    const auto square = [](const std::vector<double>& values, std::size_t i) {
      return i < values.size() ? values[i] * values[i] : 0.0;
    };
    for (std::size_t i = 0; i < re.real.size(); ++i) {
      curve.values.push_back(square(re.real, i) + square(im.real, i) + square(re.imaginary, i) +
                             square(im.imaginary, i));
    }
    group("optical_power", "Optical power", base::dimension::power)
        .curves.push_back(std::move(curve));
  }

  void noise(const Trace& trace) {
    constexpr base::Dimension density =
        base::dimension::voltage * base::dimension::voltage * base::dimension::time;
    if (trace.dimension != density) {
      group(trace.name, "Noise density, " + trace.name, trace.dimension, {}, true)
          .curves.push_back({trace.name, trace.real});
      return;
    }
    Curve root{trace.name, trace.real};
    for (double& value : root.values) value = std::sqrt(value);
    group(trace.name, "Noise density, " + trace.name, {}, "V/sqrt(Hz)", true)
        .curves.push_back(std::move(root));
  }

  const Result& result_;
  std::vector<Group> groups_;
};

}  // namespace

std::vector<std::pair<std::string, results::LineChart>> waveform_charts(const Result& result,
                                                                        const std::string& name,
                                                                        std::size_t& left_out) {
  std::vector<std::pair<std::string, results::LineChart>> charts;
  left_out = 0;
  if (result.axis.size() < 2) return charts;
  const auto [x_unit, x_factor] =
      prefix_of(largest_of(result.axis), base::unit_symbol(result.axis_dimension));
  const bool x_logarithmic = is_geometric(result.axis);
  std::vector<double> x = result.axis;
  for (double& value : x) value /= x_factor;
  std::string x_title = result.axis_name;
  if (!x_title.empty() && x_title.find('.') == std::string::npos) {
    x_title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(x_title[0])));
  }
  for (const Group& group : Grouping(result).run()) {
    double largest = 0.0;
    for (const Curve& curve : group.curves) largest = std::max(largest, largest_of(curve.values));
    const auto [unit, factor] = group.unit.empty()
                                    ? prefix_of(largest, base::unit_symbol(group.dimension))
                                    : std::pair<std::string, double>(group.unit, 1.0);
    const std::size_t drawn = std::min(group.curves.size(), most_traces * most_charts);
    left_out += group.curves.size() - drawn;
    for (std::size_t first = 0; first < drawn; first += most_traces) {
      results::LineChart chart;
      chart.caption = group.title + " over " + result.axis_name + ", " + name;
      chart.x_axis = {x_title, x_unit, x_logarithmic};
      chart.y_axis = {group.title, unit, group.logarithmic};
      for (std::size_t i = first; i < std::min(first + most_traces, drawn); ++i) {
        std::vector<double> y = group.curves[i].values;
        for (double& value : y) value /= factor;
        chart.series.push_back({group.curves[i].name, x, std::move(y), false});
      }
      std::string file = name + '_' + group.name;
      if (drawn > most_traces) file += '_' + std::to_string(first / most_traces + 1);
      charts.emplace_back(std::move(file), std::move(chart));
    }
  }
  return charts;
}

}  // namespace neucasl::circuit
