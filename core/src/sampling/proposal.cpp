#include "proposal.hpp"

#include <algorithm>

#include "chi_distribution.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::sampling {

std::vector<double> cholesky(std::vector<double> matrix, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = matrix[i * size + j];
      for (std::size_t k = 0; k < j; ++k) sum -= matrix[i * size + k] * matrix[j * size + k];
      if (i == j) {
        if (!(sum > 0.0)) return {};
        matrix[i * size + i] = std::sqrt(sum);
      } else {
        matrix[i * size + j] = sum / matrix[j * size + j];
      }
    }
    for (std::size_t j = i + 1; j < size; ++j) matrix[i * size + j] = 0.0;
  }
  return matrix;
}

Proposal::Proposal(std::size_t dimension, std::vector<Component> components)
    : dimension_(dimension), components_(std::move(components)) {
  double sum = 0.0;
  for (const Component& one : components_) sum += one.share;
  for (Component& one : components_) {
    one.share /= sum;
    double constant = 0.0;
    switch (one.kind) {
      case Component::Kind::origin:
        break;
      case Component::Kind::shifted:
        constant = -0.5 * dot(one.mean, one.mean);
        break;
      case Component::Kind::normal:
        for (std::size_t i = 0; i < dimension; ++i) {
          constant -= std::log(one.factor[i * dimension + i]);
        }
        break;
      case Component::Kind::outside:
        constant = chi_tail(dimension, one.radius);
        break;
    }
    constants_.push_back(constant);
  }
}

void Proposal::draw(std::uint64_t seed, std::string_view purpose, std::uint64_t first,
                    std::span<double> points) const {
  const std::size_t d = dimension_;
  std::vector<double> z(d);
  for (std::size_t k = 0; k * d < points.size(); ++k) {
    base::RandomStream random(seed, purpose, first + k);
    double choice = random.uniform();
    std::size_t c = 0;
    while (c + 1 < components_.size() && choice >= components_[c].share) {
      choice -= components_[c++].share;
    }
    const Component& one = components_[c];
    const std::span<double> u = points.subspan(k * d, d);
    for (double& value : u) value = random.normal();
    if (one.kind == Component::Kind::shifted) {
      for (std::size_t i = 0; i < d; ++i) u[i] += one.mean[i];
    } else if (one.kind == Component::Kind::normal) {
      std::copy(u.begin(), u.end(), z.begin());
      for (std::size_t i = 0; i < d; ++i) {
        u[i] = one.mean[i] + dot(row(one.factor, d, i), z);
      }
    } else if (one.kind == Component::Kind::outside) {
      const double radius = chi_tail_quantile(d, random.uniform() * constants_[c]);
      const double scale = radius / norm(u);
      for (double& value : u) value *= scale;
    }
  }
}

double Proposal::ratio(std::size_t component, std::span<const double> u) const {
  const Component& one = components_[component];
  switch (one.kind) {
    case Component::Kind::origin:
      return 1.0;
    case Component::Kind::shifted:
      return std::exp(dot(one.mean, u) + constants_[component]);
    case Component::Kind::normal: {
      // Forward substitution of the factor in u - mean.
      std::vector<double> z(dimension_);
      double squares = 0.0;
      for (std::size_t i = 0; i < dimension_; ++i) {
        const std::span<const double> line = row(one.factor, dimension_, i);
        z[i] = (u[i] - one.mean[i] - dot(line.first(i), std::span(z).first(i))) / line[i];
        squares += z[i] * z[i];
      }
      return std::exp(0.5 * dot(u, u) - 0.5 * squares + constants_[component]);
    }
    case Component::Kind::outside:
      return norm(u) > one.radius ? 1.0 / constants_[component] : 0.0;
  }
  return 0.0;
}

double Proposal::weight(std::span<const double> u) const {
  double sum = 0.0;
  for (std::size_t c = 0; c < components_.size(); ++c) sum += components_[c].share * ratio(c, u);
  return 1.0 / sum;
}

void Proposal::adapt(std::span<const double> points, double least) {
  const std::size_t count = points.size() / dimension_;
  const std::size_t size = components_.size();
  std::vector<double> ratios(count * size);
  for (std::size_t k = 0; k < count; ++k) {
    for (std::size_t c = 0; c < size; ++c) {
      ratios[k * size + c] = ratio(c, row(points, dimension_, k));
    }
  }
  double free = 0.0;
  for (const Component& one : components_) {
    if (one.kind != Component::Kind::origin) free += one.share;
  }
  constexpr int rounds = 200;
  for (int round = 0; round < rounds; ++round) {
    std::vector<double> slopes(size, 0.0);
    for (std::size_t k = 0; k < count; ++k) {
      double sum = 0.0;
      for (std::size_t c = 0; c < size; ++c) sum += components_[c].share * ratios[k * size + c];
      for (std::size_t c = 0; c < size; ++c) slopes[c] += ratios[k * size + c] / (sum * sum);
    }
    // The multiplicative algorithm of optimal designs: shares grow as the root of the slope (S.
    // Silvey, D. Titterington and B. Torsney, Commun. Stat. A 7:1379, 1978).
    for (std::size_t c = 0; c < size; ++c) {
      if (components_[c].kind != Component::Kind::origin) {
        components_[c].share *= std::sqrt(slopes[c]);
      }
    }
    scale_shares(free);
  }
  for (Component& one : components_) {
    if (one.kind != Component::Kind::origin) one.share = std::max(least, one.share);
  }
  scale_shares(free);
}

void Proposal::scale_shares(double sum) {
  double now = 0.0;
  for (const Component& one : components_) {
    if (one.kind != Component::Kind::origin) now += one.share;
  }
  for (Component& one : components_) {
    if (one.kind != Component::Kind::origin) one.share *= sum / now;
  }
}

}  // namespace neucasl::sampling
