#include "weight_bank.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "neucasl/base/quantity.hpp"
#include "neucasl/mapping/photonic_inference.hpp"

namespace neucasl::mapping {
namespace {

constexpr double elementary_charge = 1.602176634e-19;  // C, exact by definition of the SI

[[noreturn]] void refuse(const std::string& what, const std::string& remedy) {
  throw base::Error("mapping.bank", what, remedy);
}

class LinearWeightBank final : public WeightBank {
 public:
  explicit LinearWeightBank(LinearBank bank) : bank_(std::move(bank)) {}

  [[nodiscard]] std::size_t channels() const override { return bank_.offset.size(); }
  [[nodiscard]] BankReceiver receiver() const override { return bank_.receiver; }
  [[nodiscard]] RealisedWeights realise(std::span<const double> targets,
                                        std::uint64_t /*bank*/) const override {
    const std::size_t count = channels();
    RealisedWeights result{bank_.offset, bank_.collected};
    for (std::size_t k = 0; k < count; ++k) {
      for (std::size_t j = 0; j < count; ++j) {
        result.weight[k] += bank_.crosstalk[k * count + j] * targets[j];
      }
    }
    return result;
  }

 private:
  LinearBank bank_;
};

void check_finite(const std::string& name, const std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    refuse("value " + std::to_string(i) + " of the bank's " + name + " is not finite",
           "give finite numbers");
  }
}

}  // namespace

WeightBank::~WeightBank() = default;

void check_bank(const WeightBank& bank) {
  if (bank.channels() == 0) refuse("the bank has no channel", "give it at least one");
  const BankReceiver receiver = bank.receiver();
  const auto check = [](const std::string& name, double value, bool may_be_zero) {
    if (std::isfinite(value) && (value > 0.0 || (may_be_zero && value == 0.0))) return;
    refuse("the " + name + " of the bank's receiver is " + base::shortest(value),
           may_be_zero ? "give a finite number >= 0" : "give a finite number > 0");
  };
  check("full scale", receiver.full_scale, false);
  check("line current", receiver.line_current, false);
  check("bandwidth", receiver.bandwidth, true);
  check("intensity noise", receiver.intensity_noise, true);
  check("thermal noise", receiver.thermal_noise, true);
  check("dark current", receiver.dark_current, true);
}

double dark_variance(const BankReceiver& receiver, bool shot, bool thermal) {
  double density = thermal ? receiver.thermal_noise : 0.0;
  if (shot) density += 2.0 * elementary_charge * 2.0 * receiver.dark_current;
  return receiver.bandwidth * density;
}

double shot_variance(const BankReceiver& receiver, double collected) {
  return receiver.bandwidth * 2.0 * elementary_charge * receiver.line_current * collected;
}

std::unique_ptr<WeightBank> linear_weight_bank(LinearBank bank) {
  const std::size_t count = bank.offset.size();
  if (bank.crosstalk.size() != count * count || bank.collected.size() != count) {
    refuse("a bank of " + std::to_string(count) + " offsets has " +
               std::to_string(bank.crosstalk.size()) + " values of crosstalk and " +
               std::to_string(bank.collected.size()) + " of collected light",
           "give channels x channels and channels of them");
  }
  check_finite("offset", bank.offset);
  check_finite("crosstalk", bank.crosstalk);
  check_finite("collected light", bank.collected);
  auto result = std::make_unique<LinearWeightBank>(std::move(bank));
  check_bank(*result);
  return result;
}

LinearBank linear_response(const WeightBank& bank) {
  check_bank(bank);
  const std::size_t count = bank.channels();
  constexpr double step = 0.5;
  std::vector<double> targets(count, 0.0);
  const RealisedWeights rest = bank.realise(targets, 0);
  LinearBank result{bank.receiver(), rest.weight, std::vector<double>(count * count),
                    rest.collected};
  for (std::size_t j = 0; j < count; ++j) {
    targets[j] = step;
    const RealisedWeights above = bank.realise(targets, 0);
    targets[j] = -step;
    const RealisedWeights below = bank.realise(targets, 0);
    targets[j] = 0.0;
    for (std::size_t k = 0; k < count; ++k) {
      result.crosstalk[k * count + j] = (above.weight[k] - below.weight[k]) / (2.0 * step);
    }
  }
  return result;
}

}  // namespace neucasl::mapping
