#include "parameter_slope.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace neucasl::scattering {
namespace {

constexpr int most_shrinks = 14;       // of the first step
constexpr double shrink = 0.2;         // of the first step
constexpr std::size_t table_size = 6;  // of the extrapolation
constexpr double table_step = 1.4;     // between its rows
constexpr double wanted = 1e-10;       // error at which no smaller step is tried
constexpr double small_slope = 1e-4;   // of the terms over the first step
constexpr double small_share = 1e-2;   // of the largest slope, each in terms of its equation
constexpr double steepest = 1e4;       // terms over the first step that such a slope counts for
constexpr double accepted = 1e-8;      // relative error that is refused beyond

class Slope {
 public:
  Slope(const circuit::Circuit& circuit, std::size_t device, std::size_t parameter,
        std::span<const double> unknowns)
      : device_(circuit.devices[device]),
        model_(*circuit.models[device_.model].model),
        parameter_(parameter),
        unknowns_(unknowns),
        values_(device_.parameters),
        derived_(device_.derived.size()),
        storage_(unknowns.size()) {}

  std::vector<double> run() {
    const model::Parameter& range = model_.specification().parameters[parameter_];
    const double unit = base::parse_unit(range.unit).value;
    const double at = values_[parameter_];
    const double room = std::min(at - range.low * unit, range.high * unit - at);
    if (!(room > 0.0)) refuse("is at the end of its range, where it has no slope");
    double step = std::min(0.5 * room, at == 0.0 ? room : 0.1 * std::abs(at));
    find_scales(step);
    best_.assign(unknowns_.size(), 0.0);
    error_.assign(unknowns_.size(), std::numeric_limits<double>::infinity());
    for (int k = 0; k < most_shrinks; ++k, step *= shrink) {
      extrapolate(step);
      if (relative_error() <= wanted) break;
    }
    if (!(relative_error() <= accepted)) refuse("has a slope that differences do not find");
    return best_;
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw base::Error("scattering.slope",
                      "parameter '" + model_.specification().parameters[parameter_].name +
                          "' of '" + device_.name + "' " + what,
                      "choose another target", device_.where);
  }
  [[nodiscard]] double relative_error() const {
    // On a resonance some slopes vanish beside the others.
    double largest = small_slope / small_share;
    for (std::size_t i = 0; i < best_.size(); ++i) {
      if (terms_[i] > 0.0)
        largest = std::max(largest, std::abs(best_[i]) * first_step_ / terms_[i]);
    }
    largest = std::min(largest, steepest);
    double worst = 0.0;
    for (std::size_t i = 0; i < best_.size(); ++i) {
      if (error_[i] == 0.0) continue;
      const double least = small_share * largest * terms_[i] / first_step_;
      worst = std::max(worst, error_[i] / std::max(std::abs(best_[i]), least));
    }
    return worst;
  }
  /// Terms of the equations, against which small slopes do not matter.
  void find_scales(double step) {
    const std::size_t n = unknowns_.size();
    std::vector<double> flow(n);
    std::vector<double> jacobian(n * n);
    std::vector<double> storage_jacobian(n * n);
    model_.evaluate(device_.derived, unknowns_, {flow, storage_, jacobian, storage_jacobian});
    first_step_ = step;
    terms_.assign(n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        terms_[i] += std::abs(jacobian[i * n + j] * unknowns_[j]);
      }
    }
  }
  void flow_at(double value, std::vector<double>& flow) {
    values_[parameter_] = value;
    model_.derive(values_, device_.environment, derived_);
    flow.resize(unknowns_.size());
    model_.evaluate(derived_, unknowns_, {flow, storage_, {}, {}});
  }

  void extrapolate(double step) {
    const double at = device_.parameters[parameter_];
    std::array<std::vector<double>, table_size> before;
    std::array<std::vector<double>, table_size> now;
    for (std::size_t i = 0; i < table_size; ++i, step /= table_step) {
      const double high = at + step;
      const double low = at - step;
      flow_at(high, up_);
      flow_at(low, down_);
      now[0].resize(up_.size());
      for (std::size_t k = 0; k < up_.size(); ++k) now[0][k] = (up_[k] - down_[k]) / (high - low);
      double factor = table_step * table_step;
      for (std::size_t j = 1; j <= i; ++j, factor *= table_step * table_step) {
        now[j].resize(up_.size());
        for (std::size_t k = 0; k < up_.size(); ++k) {
          now[j][k] = (now[j - 1][k] * factor - before[j - 1][k]) / (factor - 1.0);
          const double error =
              std::max(std::abs(now[j][k] - now[j - 1][k]), std::abs(now[j][k] - before[j - 1][k]));
          if (error < error_[k]) {
            error_[k] = error;
            best_[k] = now[j][k];
          }
        }
      }
      std::swap(before, now);
    }
  }

  const circuit::Device& device_;
  const model::DeviceModel& model_;
  std::size_t parameter_;
  std::span<const double> unknowns_;
  std::vector<double> values_, derived_, storage_, up_, down_, best_, error_, terms_;
  double first_step_ = 0.0;
};

}  // namespace

std::vector<double> parameter_slope(const circuit::Circuit& circuit, std::size_t device,
                                    std::size_t parameter, std::span<const double> unknowns) {
  return Slope(circuit, device, parameter, unknowns).run();
}

}  // namespace neucasl::scattering
