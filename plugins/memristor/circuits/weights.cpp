#include "weights.hpp"

#include <algorithm>
#include <cmath>

#include "neucasl/base/quantity.hpp"

namespace neucasl::memristor_circuits {
namespace {

std::string conductance_text(double value) {
  return base::to_engineering({value, base::dimension::conductance});
}

void check_weights(const NumberTable& weights, double limit) {
  double largest = 0.0;
  for (const double w : weights.values) largest = std::max(largest, std::abs(w));
  for (std::size_t k = 0; k < weights.values.size(); ++k) {
    if (std::abs(weights.values[k]) <= limit) continue;
    throw base::Error("memristor.weights",
                      "the weight " + base::shortest(weights.values[k]) +
                          " is beyond what the cells express, -" + base::shortest(limit) + " to " +
                          base::shortest(limit),
                      "set weight_max to at least " + base::shortest(largest) +
                          " (the largest magnitude), or scale the weights down",
                      weights.where[k]);
  }
}

/// Digits of c bits, least significant first.
std::vector<long> digits_of(long value, int bits_per_cell, std::size_t slices) {
  std::vector<long> digits(slices);
  for (long& digit : digits) {
    digit = value & ((1L << bits_per_cell) - 1);
    value >>= bits_per_cell;
  }
  return digits;
}

class Encoder {
 public:
  Encoder(const NumberTable& weights, const WeightFormat& format) : w_(weights), f_(format) {
    const int stored_bits =
        f_.encoding == Encoding::differential ? f_.weight_bits - 1 : f_.weight_bits;
    e_.rows = w_.rows;
    e_.outputs = w_.columns;
    if (!analog()) {
      e_.slices = static_cast<std::size_t>((stored_bits + f_.bits_per_cell - 1) / f_.bits_per_cell);
    }
    e_.reference = f_.encoding == Encoding::offset;
    e_.columns_per_output = e_.slices * (e_.reference ? 1 : 2);
    e_.columns = e_.outputs * e_.columns_per_output + (e_.reference ? 1 : 0);
    e_.conductance.assign(e_.rows * e_.columns, f_.lowest);
    e_.realised = w_.values;
  }

  EncodedWeights run() {
    set_gains();
    for (std::size_t i = 0; i < e_.rows; ++i) {
      for (std::size_t n = 0; n < e_.outputs; ++n) place(i, n);
      if (e_.reference) cell(i, e_.columns - 1) = reference_conductance();
    }
    return std::move(e_);
  }

 private:
  [[nodiscard]] bool analog() const { return f_.weight_bits == 0; }
  [[nodiscard]] double range() const { return f_.highest - f_.lowest; }
  /// Of one level of a cell, S.
  [[nodiscard]] double step() const {
    return range() / static_cast<double>((1L << f_.bits_per_cell) - 1);
  }
  [[nodiscard]] long largest_code() const { return (1L << (f_.weight_bits - 1)) - 1; }
  [[nodiscard]] double reference_conductance() const {
    return analog() ? 0.5 * (f_.lowest + f_.highest) : f_.highest;
  }
  double& cell(std::size_t row, std::size_t column) {
    return e_.conductance[row * e_.columns + column];
  }

  void set_gains() {
    const double whole = analog() ? range() : step() * static_cast<double>(largest_code());
    e_.unit = whole / f_.weight_max * (analog() && e_.reference ? 0.5 : 1.0);
    double lowest = 0.0;  // conductance of all digits 0, by their gains
    for (std::size_t k = 0; k < e_.slices; ++k) {
      const double gain = std::ldexp(1.0, static_cast<int>(k) * f_.bits_per_cell);
      e_.gain.push_back(gain);
      if (!e_.reference) e_.gain.push_back(-gain);
      lowest += gain * f_.lowest;
    }
    if (!e_.reference) return;
    const double zero =
        analog() ? reference_conductance() : lowest + step() * std::ldexp(1.0, f_.weight_bits - 1);
    e_.reference_gain = -zero / reference_conductance();
  }

  void place(std::size_t row, std::size_t output) {
    const std::size_t k = row * e_.outputs + output;
    const std::size_t first = output * e_.columns_per_output;
    const double share = w_.values[k] / f_.weight_max;
    if (analog()) {
      if (e_.reference) {
        cell(row, first) += range() * 0.5 * (1.0 + share);
      } else {
        cell(row, first + (share < 0.0 ? 1 : 0)) += range() * std::abs(share);
      }
      return;
    }
    const long code = std::lround(share * static_cast<double>(largest_code()));
    e_.realised[k] =
        static_cast<double>(code) * f_.weight_max / static_cast<double>(largest_code());
    const long stored = e_.reference ? code + (1L << (f_.weight_bits - 1)) : std::abs(code);
    const std::vector<long> digits = digits_of(stored, f_.bits_per_cell, e_.slices);
    for (std::size_t d = 0; d < digits.size(); ++d) {
      const std::size_t column = e_.reference ? first + d : first + 2 * d + (code < 0 ? 1 : 0);
      cell(row, column) += step() * static_cast<double>(digits[d]);
    }
  }

  const NumberTable& w_;
  const WeightFormat& f_;
  EncodedWeights e_;
};

/// A bound that a parameter names, 0 meaning the cell's own.
double bound_of(const plugin::ParameterSet& parameters, const char* name, double own,
                double cell_lowest, double cell_highest) {
  const double asked = parameters.si(name);
  if (asked == 0.0) return own;
  constexpr double rounding = 1e-12;
  if (asked >= cell_lowest * (1.0 - rounding) && asked <= cell_highest * (1.0 + rounding)) {
    return asked;
  }
  throw base::Error("memristor.range",
                    std::string(name) + " = " + conductance_text(asked) +
                        " is outside what the cell has at the read voltage",
                    "give " + conductance_text(cell_lowest) + " to " +
                        conductance_text(cell_highest) + ", or 0 for the cell's own end",
                    parameters.where(name));
}

}  // namespace

EncodedWeights encode(const NumberTable& weights, const WeightFormat& format) {
  check_weights(weights, format.weight_max);
  return Encoder(weights, format).run();
}

WeightFormat weight_format(const plugin::ParameterSet& parameters, const NumberTable& weights,
                           double cell_lowest, double cell_highest, bool binary) {
  WeightFormat format;
  format.encoding =
      parameters.text("encoding") == "offset" ? Encoding::offset : Encoding::differential;
  format.weight_bits = static_cast<int>(parameters.integer("weight_bits"));
  format.bits_per_cell = static_cast<int>(parameters.integer("bits_per_cell"));
  if (format.weight_bits == 1) {
    throw base::Error("memristor.weights", "a signed weight of one bit holds nothing but 0",
                      "set weight_bits to 0 (analog) or 2 to 16", parameters.where("weight_bits"));
  }
  if (binary && (format.weight_bits == 0 || format.bits_per_cell != 1)) {
    throw base::Error("memristor.weights",
                      "a cell with a selector stores one bit, since the selector is on or off",
                      "set bits_per_cell to 1 and weight_bits to 2 to 16",
                      parameters.where(format.weight_bits == 0 ? "weight_bits" : "bits_per_cell"));
  }
  format.lowest = bound_of(parameters, "conductance_min", cell_lowest, cell_lowest, cell_highest);
  format.highest = bound_of(parameters, "conductance_max", cell_highest, cell_lowest, cell_highest);
  if (!(format.lowest < format.highest)) {
    throw base::Error("memristor.range",
                      "conductance_min = " + conductance_text(format.lowest) +
                          " is not below conductance_max = " + conductance_text(format.highest),
                      "leave room between them", parameters.where("conductance_min"));
  }
  if (binary && (format.lowest != cell_lowest || format.highest != cell_highest)) {
    throw base::Error("memristor.range",
                      "a cell with a selector is at one of its two ends, " +
                          conductance_text(cell_lowest) + " and " + conductance_text(cell_highest),
                      "leave conductance_min and conductance_max at 0",
                      parameters.where("conductance_min"));
  }
  format.weight_max = parameters.si("weight_max");
  if (format.weight_max == 0.0) {
    for (const double w : weights.values) {
      format.weight_max = std::max(format.weight_max, std::abs(w));
    }
    if (format.weight_max == 0.0) format.weight_max = 1.0;
  }
  return format;
}

}  // namespace neucasl::memristor_circuits
