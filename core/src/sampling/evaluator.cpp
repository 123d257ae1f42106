#include "evaluator.hpp"

#include "neucasl/base/random.hpp"

namespace neucasl::sampling {

void Evaluator::evaluate(std::span<const double> u, std::span<double> margins) {
  const std::size_t d = dimension();
  for (std::size_t first = 0; first < margins.size(); first += batch) {
    options_.cancel.throw_if_requested();
    const std::size_t count = std::min(batch, margins.size() - first);
    const std::span<double> part = margins.subspan(first, count);
    limit_.evaluate(u.subspan(first * d, count * d), part);
    for (double& margin : part) {
      if (!std::isnan(margin)) continue;
      margin = failed_margin_;
      ++failed_;
    }
    evaluations_ += count;
    if (options_.progress) {
      options_.progress("evaluations", evaluations_, std::max(most_, evaluations_));
    }
  }
}

double Evaluator::evaluate(std::span<const double> u) {
  double margin = 0.0;
  evaluate(u, {&margin, 1});
  return margin;
}

void normal_points(std::uint64_t seed, std::string_view purpose, std::uint64_t first,
                   std::size_t dimension, std::span<double> points) {
  for (std::size_t k = 0; k * dimension < points.size(); ++k) {
    base::RandomStream random(seed, purpose, first + k);
    for (double& u : points.subspan(k * dimension, dimension)) u = random.normal();
  }
}

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace neucasl::sampling
