#include "neucasl/campaign/sample_model.hpp"

#include "neucasl/base/random.hpp"

namespace neucasl::campaign {

Evaluator::~Evaluator() = default;
SampleModel::~SampleModel() = default;

void draw_normals(std::uint64_t seed, std::uint64_t number, std::span<double> normals) {
  base::RandomStream random(seed, "campaign/normals", number);
  for (double& one : normals) one = random.normal();
}

}  // namespace neucasl::campaign
