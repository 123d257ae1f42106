#include "array_solution.hpp"

#include <algorithm>
#include <cmath>

namespace neucasl::memristor_circuits {
namespace {

constexpr int most_sweeps = 200'000;
constexpr int most_chord_steps = 200;
constexpr double settled = 1e-13;        // of the largest voltage, between two sweeps
constexpr double chord_settled = 1e-10;  // of the largest column current

/// One wire: nodes in a chain of segments of conductance `segment`, node k joined to
/// `other[k]` by `cell[k]`; one more segment to a node of voltage `end` lies before the first node
/// (driven = true) or behind the last.
struct Wire {
  double segment = 0.0;
  double end = 0.0;
  bool driven = true;
};

class Sweeps {
 public:
  Sweeps(const ArrayProblem& problem, const std::vector<double>& inputs, ArraySolution& x)
      : p_(problem), inputs_(inputs), x_(x) {
    const std::size_t longest = std::max(p_.rows, p_.columns);
    upper_.resize(longest);
    right_.resize(longest);
  }

  void run() {
    if (p_.row_segment == 0.0 && p_.column_segment == 0.0) return;
    double largest = 1e-30;
    for (const double v : inputs_) largest = std::max(largest, std::abs(v));
    for (int sweep = 0; sweep < most_sweeps; ++sweep) {
      change_ = 0.0;
      if (p_.row_segment > 0.0) {
        for (std::size_t i = 0; i < p_.rows; ++i) {
          solve_wire({1.0 / p_.row_segment, inputs_[i], true}, p_.columns, i * p_.columns, 1,
                     x_.column_voltage, x_.row_voltage);
        }
      }
      if (p_.column_segment > 0.0) {
        for (std::size_t j = 0; j < p_.columns; ++j) {
          solve_wire({1.0 / p_.column_segment, 0.0, false}, p_.rows, j, p_.columns, x_.row_voltage,
                     x_.column_voltage);
        }
      }
      if (change_ <= settled * largest) return;
    }
    throw base::Error("memristor.solve", "the voltages of the array with its wires do not settle",
                      "give less resistive wires, smaller conductances or a smaller array");
  }

 private:
  void solve_wire(const Wire& wire, std::size_t count, std::size_t first, std::size_t stride,
                  const std::vector<double>& other, std::vector<double>& own) {
    const double g = wire.segment;
    double before = 0.0;  // upper_[k - 1]
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t at = first + k * stride;
      const bool head = k == 0;
      const bool tail = k + 1 == count;
      const double segments = (head && !wire.driven ? 0.0 : g) + (tail && wire.driven ? 0.0 : g);
      double right = p_.conductance[at] * other[at];
      if ((head && wire.driven) || (tail && !wire.driven)) right += g * wire.end;
      const double lower = head ? 0.0 : g;
      const double pivot = p_.conductance[at] + segments - lower * before;
      right_[k] = (right + (head ? 0.0 : lower * right_[k - 1])) / pivot;
      before = upper_[k] = tail ? 0.0 : g / pivot;
    }
    double next = 0.0;
    for (std::size_t k = count; k-- > 0;) {
      const std::size_t at = first + k * stride;
      next = right_[k] + upper_[k] * next;
      change_ = std::max(change_, std::abs(next - own[at]));
      own[at] = next;
    }
  }

  const ArrayProblem& p_;
  const std::vector<double>& inputs_;
  ArraySolution& x_;
  std::vector<double> upper_, right_;
  double change_ = 0.0;
};

ArraySolution ideal_voltages(const ArrayProblem& p, const std::vector<double>& inputs) {
  ArraySolution x;
  x.column_voltage.assign(p.rows * p.columns, 0.0);
  for (std::size_t i = 0; i < p.rows; ++i) {
    x.row_voltage.insert(x.row_voltage.end(), p.columns, inputs[i]);
  }
  return x;
}

void collect_currents(const ArrayProblem& p, ArraySolution& x) {
  x.column_current.assign(p.columns, 0.0);
  for (std::size_t k = 0; k < p.conductance.size(); ++k) {
    x.column_current[k % p.columns] += p.conductance[k] * (x.row_voltage[k] - x.column_voltage[k]);
  }
}

}  // namespace

ArraySolution solve_array(const ArrayProblem& problem, const std::vector<double>& inputs) {
  ArraySolution x = ideal_voltages(problem, inputs);
  Sweeps(problem, inputs, x).run();
  collect_currents(problem, x);
  return x;
}

ArraySolution solve_array(ArrayProblem problem, const std::vector<double>& inputs,
                          const CellCurrent& current) {
  // A chord is not defined where a cell has no voltage; there it keeps its last value.
  constexpr double least_voltage = 1e-9;
  ArraySolution x = ideal_voltages(problem, inputs);
  std::vector<double> last;
  for (int step = 0; step < most_chord_steps; ++step) {
    for (std::size_t k = 0; k < problem.conductance.size(); ++k) {
      const double drop = x.row_voltage[k] - x.column_voltage[k];
      if (std::abs(drop) < least_voltage) continue;
      problem.conductance[k] = current(k, x.row_voltage[k], x.column_voltage[k]) / drop;
    }
    Sweeps(problem, inputs, x).run();
    collect_currents(problem, x);
    double change = last.empty() ? 1.0 : 0.0;
    double largest = 1e-30;
    for (std::size_t j = 0; j < x.column_current.size(); ++j) {
      largest = std::max(largest, std::abs(x.column_current[j]));
      if (!last.empty()) change = std::max(change, std::abs(x.column_current[j] - last[j]));
    }
    if (!last.empty() && change <= chord_settled * largest) return x;
    last = x.column_current;
  }
  throw base::Error("memristor.solve", "the currents of the cells do not settle",
                    "give less resistive wires or a smaller array");
}

std::vector<double> wire_loss_bound(const ArrayProblem& p, const std::vector<double>& inputs) {
  double high = 0.0;
  double low = 0.0;
  for (const double v : inputs) {
    high = std::max(high, v);
    low = std::min(low, v);
  }
  const double span = high - low;
  std::vector<double> drop(p.rows * p.columns, 0.0);
  // Along a row wire segment k carries the cells k, k + 1, ...
  for (std::size_t i = 0; i < p.rows; ++i) {
    double behind = 0.0;
    for (std::size_t j = 0; j < p.columns; ++j) behind += p.conductance[i * p.columns + j];
    double sum = 0.0;
    for (std::size_t j = 0; j < p.columns; ++j) {
      sum += p.row_segment * behind * span;
      behind -= p.conductance[i * p.columns + j];
      drop[i * p.columns + j] += sum;
    }
  }
  // Along a column wire segment k carries the cells 0 ... k, towards the last row.
  for (std::size_t j = 0; j < p.columns; ++j) {
    double behind = 0.0;
    for (std::size_t i = 0; i < p.rows; ++i) behind += p.conductance[i * p.columns + j];
    double sum = 0.0;
    for (std::size_t i = p.rows; i-- > 0;) {
      sum += p.column_segment * behind * span;
      behind -= p.conductance[i * p.columns + j];
      drop[i * p.columns + j] += sum;
    }
  }
  std::vector<double> loss(p.columns, 0.0);
  for (std::size_t k = 0; k < drop.size(); ++k) loss[k % p.columns] += p.conductance[k] * drop[k];
  return loss;
}

}  // namespace neucasl::memristor_circuits
