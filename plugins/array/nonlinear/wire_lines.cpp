#include "wire_lines.hpp"

#include <algorithm>
#include <cmath>

#include "../panel_layout.hpp"

namespace neucasl::array_plugin {
namespace {

/// S, of an end without resistance: so large that the voltage of the crossing is the source's to
/// the last digit, and far enough from the largest number.
constexpr double held = 1e200;

double end_conductance(const WireEnd& end) {
  if (end.source == WireEnd::open) return 0.0;
  return end.resistance > 0.0 ? 1.0 / end.resistance : held;
}

}  // namespace

WireLines::WireLines(const ArrayWires& wires, std::size_t count, std::size_t crossings)
    : wires_(count),
      crossings_(crossings),
      stride_((count + lanes - 1) / lanes * lanes),
      ideal_(wires.ideal),
      first_(wires.first),
      last_(wires.last),
      first_conductance_(stride_, 0.0),
      last_conductance_(stride_, 0.0),
      segment_(stride_ * (crossings + 1), 0.0),
      pivot_(stride_ * crossings, 0.0) {
  for (std::size_t wire = 0; wire < wires_; ++wire) {
    first_conductance_[wire] = end_conductance(first_[wire]);
    last_conductance_[wire] = end_conductance(last_[wire]);
    for (std::size_t k = 1; k < crossings_ && !ideal_; ++k) {
      segment_[at(wire, k)] = 1.0 / wires.segment[wire * (crossings_ - 1) + k - 1];
    }
  }
}

bool WireLines::factor(const Field& excess, WirePlace& fault) {
  // What a crossing sees of everything before it, and its own cell.
  std::vector<double> behind(first_conductance_);
  std::vector<char> bad(stride_, 0);
  const std::size_t last = crossings_ - 1;
  for (std::size_t k = 0; k < crossings_; ++k) {
    const double* const own = &excess[k * stride_];
    const double* const next = &segment_[(k + 1) * stride_];
    double* const pivot = &pivot_[k * stride_];
    if (ideal_) {
      for (std::size_t w = 0; w < stride_; ++w) behind[w] += own[w];
      if (k < last) continue;
      for (std::size_t w = 0; w < stride_; ++w) pivot_[w] = behind[w] + last_conductance_[w];
    } else {
      for (std::size_t w = 0; w < stride_; ++w) {
        const double sum = behind[w] + own[w];
        const double whole = sum + next[w] + (k == last ? last_conductance_[w] : 0.0);
        pivot[w] = whole;
        behind[w] = whole == 0.0 ? 0.0 : next[w] * (sum / whole);
      }
    }
    double* const checked = ideal_ ? pivot_.data() : pivot;
    for (std::size_t w = 0; w < wires_; ++w) {
      if (!(checked[w] > 0.0) && bad[w] == 0) {
        fault = {w, k};
        bad[w] = 1;
      }
    }
    for (std::size_t w = 0; w < wires_; ++w) checked[w] = 1.0 / checked[w];
    for (std::size_t w = wires_; w < stride_; ++w) checked[w] = 0.0;
  }
  return std::find(bad.begin(), bad.end(), 1) == bad.end();
}

void WireLines::solve(const Field& b, Field& x) const {
  const std::size_t n = stride_;
  if (ideal_) {
    std::fill(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(n), 0.0);
    for (std::size_t k = 0; k < crossings_; ++k) {
      for (std::size_t w = 0; w < n; ++w) x[w] += b[k * n + w];
    }
    for (std::size_t w = 0; w < n; ++w) x[w] *= pivot_[w];
    for (std::size_t k = 1; k < crossings_; ++k) std::copy_n(x.begin(), n, &x[k * n]);
    return;
  }
  for (std::size_t k = 0; k < crossings_; ++k) {
    const double* const from = &b[k * n];
    const double* const pivot = &pivot_[k * n];
    double* const to = &x[k * n];
    if (k == 0) {
      for (std::size_t w = 0; w < n; ++w) to[w] = pivot[w] * from[w];
      continue;
    }
    const double* const segment = &segment_[k * n];
    const double* const before = to - n;
    for (std::size_t w = 0; w < n; ++w) to[w] = pivot[w] * (from[w] + segment[w] * before[w]);
  }
  for (std::size_t k = crossings_ - 1; k-- > 0;) {
    const double* const pivot = &pivot_[k * n];
    const double* const segment = &segment_[(k + 1) * n];
    double* const to = &x[k * n];
    const double* const after = to + n;
    for (std::size_t w = 0; w < n; ++w) to[w] += pivot[w] * (segment[w] * after[w]);
  }
}

void WireLines::balance(const Field& x, std::span<const double> source_voltage,
                        Field& balance) const {
  const std::size_t n = stride_;
  std::fill(balance.begin(), balance.end(), 0.0);
  for (std::size_t k = 1; k < crossings_ && !ideal_; ++k) {
    const double* const segment = &segment_[k * n];
    const double* const here = &x[k * n];
    double* const into = &balance[k * n];
    for (std::size_t w = 0; w < n; ++w) {
      const double current = segment[w] * (here[w] - (here - n)[w]);
      into[w] += current;
      (into - n)[w] -= current;
    }
  }
  const std::size_t end = (crossings_ - 1) * n;
  for (std::size_t w = 0; w < wires_; ++w) {
    if (first_[w].source != WireEnd::open) {
      balance[w] += first_conductance_[w] * (x[w] - source_voltage[first_[w].source]);
    }
    if (last_[w].source != WireEnd::open) {
      balance[end + w] += last_conductance_[w] * (x[end + w] - source_voltage[last_[w].source]);
    }
  }
}

/// Out of a source that holds its crossing, the other end being driven, too: what leaves the
/// crossing by other ways.
double WireLines::held_current(std::size_t wire, bool at_last, const Field& x,
                               const Field& cell_current,
                               std::span<const double> source_voltage) const {
  const std::size_t own = at_last ? at(wire, crossings_ - 1) : at(wire, 0);
  double current = 0.0;
  if (ideal_) {
    for (std::size_t k = 0; k < crossings_; ++k) current += cell_current[at(wire, k)];
  } else {
    current = cell_current[own];
    if (at_last && crossings_ > 1) current += segment_[own] * (x[own] - x[own - stride_]);
    if (!at_last)
      current += segment_[own + stride_] * (x[own] - x[crossings_ > 1 ? own + stride_ : own]);
  }
  const bool one_node = ideal_ || crossings_ == 1;
  if (one_node) {
    const WireEnd& other = at_last ? first_[wire] : last_[wire];
    const double conductance = at_last ? first_conductance_[wire] : last_conductance_[wire];
    current += conductance * (x[own] - source_voltage[other.source]);
  }
  return current;
}

void WireLines::add_source_currents(const Field& x, const Field& cell_current,
                                    std::span<const double> source_voltage,
                                    std::span<double> source_current) const {
  for (std::size_t w = 0; w < wires_; ++w) {
    for (const bool at_last : {false, true}) {
      const WireEnd& end = at_last ? last_[w] : first_[w];
      if (end.source == WireEnd::open) continue;
      const WireEnd& other = at_last ? first_[w] : last_[w];
      double& current = source_current[end.source];
      if (other.source == WireEnd::open) {
        // All that the cells take, which is more exact than the drop along a segment.
        for (std::size_t k = 0; k < crossings_; ++k) current += cell_current[at(w, k)];
      } else if (end.resistance > 0.0) {
        const double voltage = x[at(w, at_last ? crossings_ - 1 : 0)];
        current += (source_voltage[end.source] - voltage) / end.resistance;
      } else {
        current += held_current(w, at_last, x, cell_current, source_voltage);
      }
    }
  }
}

double WireLines::power(const Field& x, std::span<const double> source_voltage) const {
  double sum = 0.0;
  for (std::size_t k = 1; k < crossings_ && !ideal_; ++k) {
    for (std::size_t w = 0; w < wires_; ++w) {
      const double drop = x[at(w, k)] - x[at(w, k - 1)];
      sum += segment_[at(w, k)] * drop * drop;
    }
  }
  for (std::size_t w = 0; w < wires_; ++w) {
    for (const bool at_last : {false, true}) {
      const WireEnd& end = at_last ? last_[w] : first_[w];
      if (end.source == WireEnd::open || end.resistance == 0.0) continue;
      const double drop = source_voltage[end.source] - x[at(w, at_last ? crossings_ - 1 : 0)];
      sum += drop * drop / end.resistance;
    }
  }
  return sum;
}

}  // namespace neucasl::array_plugin
