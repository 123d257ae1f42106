#include "neucasl/transformer/weights.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::transformer {
namespace {

[[noreturn]] void missing(const std::string& name, const std::vector<std::string>& known) {
  throw base::Error("weights.missing", "there is no tensor '" + name + "'",
                    base::suggest(name, known));
}

bool ends_with(const std::string& name, std::string_view end) {
  return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

Weights::~Weights() = default;

StoredWeights::StoredWeights(std::map<std::string, workload::Tensor> tensors)
    : tensors_(std::move(tensors)) {}

std::vector<std::string> StoredWeights::names() const {
  std::vector<std::string> names;
  names.reserve(tensors_.size());
  for (const auto& [name, tensor] : tensors_) names.push_back(name);
  return names;
}

const workload::TensorType* StoredWeights::find(const std::string& name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : &found->second.type;
}

workload::Tensor StoredWeights::read(const std::string& name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) missing(name, names());
  const auto* values = std::get_if<std::vector<float>>(&found->second.values);
  if (values == nullptr) {
    throw base::Error("weights.type", "the tensor '" + name + "' has no float32 values",
                      "store it as float32");
  }
  require_finite(*values, name, {});
  return {found->second.type.shape, *values};
}

bool StoredWeights::same(const std::string& a, const std::string& b) const {
  const auto first = tensors_.find(a);
  const auto second = tensors_.find(b);
  if (first == tensors_.end()) missing(a, names());
  if (second == tensors_.end()) missing(b, names());
  return first->second.type == second->second.type && first->second.values == second->second.values;
}

std::string StoredWeights::file_of(const std::string& /*name*/) const { return {}; }

workload::Tensor& StoredWeights::at(const std::string& name) {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) missing(name, names());
  return found->second;
}

std::map<std::string, workload::Tensor> initial_weights(const TransformerConfig& config,
                                                        std::uint64_t seed) {
  std::map<std::string, workload::Tensor> all;
  for (const WeightShape& one : weight_shapes(config)) {
    workload::Tensor tensor({workload::ElementType::float32, one.shape});
    auto& values = std::get<std::vector<float>>(tensor.values);
    if (one.shape.size() > 1) {
      base::RandomStream random(seed, "transformer/" + one.name);
      for (float& value : values) value = static_cast<float>(config.spread * random.normal());
    } else if (ends_with(one.name, "orm.weight")) {
      std::fill(values.begin(), values.end(), 1.0F);
    }
    all.emplace(one.name, std::move(tensor));
  }
  return all;
}

void require_finite(const std::vector<float>& values, const std::string& name,
                    const std::string& file) {
  constexpr std::uint32_t infinity = 0x7f800000U;
  std::uint32_t largest = 0;
  for (const float value : values) {
    largest = std::max(largest, std::bit_cast<std::uint32_t>(value) & 0x7fffffffU);
  }
  if (largest < infinity) return;
  const auto bad =
      std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
  throw base::Error("weights.value",
                    "value " + std::to_string(bad - values.begin()) + " of the tensor '" + name +
                        "' is " + (std::isnan(*bad) ? "not a number" : "infinite"),
                    "give finite weights", {file, 0, 0});
}

}  // namespace neucasl::transformer
