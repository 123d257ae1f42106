#include "neucasl/transformer/names.hpp"

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::transformer {
namespace {

bool begins_with(const std::string& name, const char* start) { return name.rfind(start, 0) == 0; }

void replace_end(std::string& name, std::string_view from, std::string_view to) {
  if (name.size() < from.size()) return;
  const std::size_t at = name.size() - from.size();
  if (name.compare(at, from.size(), from) == 0) name.replace(at, from.size(), to);
}

std::string usual_name(Family family, std::string name) {
  if (family == Family::opt) return begins_with(name, "decoder.") ? "model." + name : name;
  for (const char* part : {"embeddings.", "encoder.", "pooler."}) {
    if (begins_with(name, part)) name.insert(0, "bert.");
  }
  replace_end(name, "LayerNorm.gamma", "LayerNorm.weight");
  replace_end(name, "LayerNorm.beta", "LayerNorm.bias");
  return name;
}

class RenamedWeights final : public Weights {
 public:
  RenamedWeights(Family family, std::shared_ptr<const Weights> weights)
      : weights_(std::move(weights)) {
    for (const std::string& name : weights_->names()) {
      const auto [found, added] = stored_.emplace(usual_name(family, name), name);
      if (added) continue;
      throw base::Error(
          "weights.extra",
          "the tensors '" + found->second + "' and '" + name + "' are both '" + found->first + '\'',
          "store one of them", {weights_->file_of(name), 0, 0});
    }
  }

  [[nodiscard]] std::vector<std::string> names() const override {
    std::vector<std::string> names;
    names.reserve(stored_.size());
    for (const auto& [name, stored] : stored_) names.push_back(name);
    return names;
  }
  [[nodiscard]] const workload::TensorType* find(const std::string& name) const override {
    return weights_->find(stored(name));
  }
  [[nodiscard]] workload::Tensor read(const std::string& name) const override {
    return weights_->read(stored(name));
  }
  [[nodiscard]] bool same(const std::string& a, const std::string& b) const override {
    return weights_->same(stored(a), stored(b));
  }
  [[nodiscard]] std::string file_of(const std::string& name) const override {
    return weights_->file_of(stored(name));
  }

 private:
  [[nodiscard]] const std::string& stored(const std::string& name) const {
    const auto found = stored_.find(name);
    return found == stored_.end() ? name : found->second;
  }

  std::shared_ptr<const Weights> weights_;
  std::map<std::string, std::string> stored_;  ///< Usual name -> name in the file.
};

}  // namespace

std::shared_ptr<const Weights> with_usual_names(Family family,
                                                std::shared_ptr<const Weights> weights) {
  return std::make_shared<RenamedWeights>(family, std::move(weights));
}

}  // namespace neucasl::transformer
