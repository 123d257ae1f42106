#include "neucasl/training/adam.hpp"

#include <cmath>
#include <stdexcept>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::training {

void AdamOptions::validate() const {
  const auto fail = [](const char* name, double value, const char* remedy) {
    throw base::Error("training.options", std::string(name) + " is " + std::to_string(value),
                      remedy);
  };
  const auto share = [](double value) { return value >= 0.0 && value < 1.0; };
  if (!share(first_decay)) fail("the decay of mean gradients", first_decay, "give 0 to below 1");
  if (!share(second_decay)) fail("the decay of mean squares", second_decay, "give 0 to below 1");
  if (!(epsilon > 0.0) || !std::isfinite(epsilon)) fail("epsilon", epsilon, "give more than 0");
  if (!(weight_decay >= 0.0) || !std::isfinite(weight_decay)) {
    fail("the weight decay", weight_decay, "give at least 0");
  }
}

Adam::Adam(const AdamOptions& options, const std::vector<std::size_t>& sizes,
           std::vector<bool> decays)
    : options_(options), decays_(std::move(decays)) {
  options_.validate();
  means_.reserve(sizes.size());
  squares_.reserve(sizes.size());
  for (const std::size_t size : sizes) {
    means_.emplace_back(size, 0.0F);
    squares_.emplace_back(size, 0.0F);
  }
}

void Adam::update(std::size_t parameter, std::span<float> weights, std::span<const float> gradients,
                  double rate) {
  std::vector<float>& mean = means_.at(parameter);
  std::vector<float>& square = squares_.at(parameter);
  if (weights.size() != mean.size() || gradients.size() != mean.size() || steps_ == 0) {
    throw std::invalid_argument("a step that was not begun, or of other sizes");
  }
  const auto steps = static_cast<double>(steps_);
  const auto first = static_cast<float>(options_.first_decay);
  const auto second = static_cast<float>(options_.second_decay);
  const auto scale = static_cast<float>(rate / (1.0 - std::pow(options_.first_decay, steps)));
  const auto root = static_cast<float>(1.0 / (1.0 - std::pow(options_.second_decay, steps)));
  const auto epsilon = static_cast<float>(options_.epsilon);
  const auto kept =
      static_cast<float>(1.0 - (decays_[parameter] ? rate * options_.weight_decay : 0.0));
  for (std::size_t k = 0; k < mean.size(); ++k) {
    const float g = gradients[k];
    mean[k] = first * mean[k] + (1.0F - first) * g;
    square[k] = second * square[k] + (1.0F - second) * g * g;
    weights[k] = kept * weights[k] - scale * mean[k] / (std::sqrt(square[k] * root) + epsilon);
  }
}

}  // namespace neucasl::training
