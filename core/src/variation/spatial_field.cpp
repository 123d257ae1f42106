#include "neucasl/variation/spatial_field.hpp"

#include <array>
#include <cmath>
#include <string>

#include "neucasl/base/quantity.hpp"

namespace neucasl::variation {
namespace {

constexpr double nodes_a_length = 3.0;
constexpr std::int64_t reach = 7;  // nodes on either side of the nearest
constexpr std::size_t width = 2 * reach + 1;
constexpr double farthest = 1e6;  // lengths
constexpr std::int64_t origin = std::int64_t{1} << 32;

/// Weights along one axis, of the nodes from `first` on.
struct Window {
  std::int64_t first = 0;
  std::array<double, width> weight{};

  Window(double coordinate, double pitch) {
    const double place = coordinate / pitch;
    const auto nearest = static_cast<std::int64_t>(std::llround(place));
    first = nearest - reach;
    double squares = 0.0;
    for (std::size_t k = 0; k < width; ++k) {
      const double away =
          (place - static_cast<double>(first + static_cast<std::int64_t>(k))) / nodes_a_length;
      weight[k] = std::exp(-2.0 * away * away);
      squares += weight[k] * weight[k];
    }
    // The weights of the plane are products, so each axis is normalised alone.
    for (double& one : weight) one /= std::sqrt(squares);
  }
};

void check(const Position& position, double pitch) {
  const double most = farthest * nodes_a_length * pitch;
  if (std::abs(position.x) <= most && std::abs(position.y) <= most) return;
  throw base::Error("variation.correlation",
                    "a position of a spatial field is (" + base::shortest(position.x) + " m, " +
                        base::shortest(position.y) + " m)",
                    "stay within a million correlation lengths of the origin");
}

double pitch_of(double length) {
  if (length > 0.0 && std::isfinite(length)) return length / nodes_a_length;
  throw base::Error("variation.correlation",
                    "a correlation length is " + base::shortest(length) + " m",
                    "give a positive length");
}

}  // namespace

SpatialField::SpatialField(double length, std::uint64_t seed, std::string_view purpose,
                           std::uint64_t sample)
    : pitch_(pitch_of(length)),
      noise_(seed, "spatial/" + std::string(purpose) + "/" + std::to_string(sample)) {}

double SpatialField::at(const Position& position) const {
  check(position, pitch_);
  const Window x(position.x, pitch_);
  const Window y(position.y, pitch_);
  constexpr std::size_t block = base::NormalField::block;
  const auto column = static_cast<std::uint64_t>(x.first + origin);
  const std::uint64_t first_block = column / block;
  const auto skip = static_cast<std::size_t>(column % block);
  std::array<float, 2 * block> row{};
  double sum = 0.0;
  for (std::size_t i = 0; i < width; ++i) {
    const auto line = static_cast<std::uint64_t>(y.first + origin) + i;
    noise_.fill(line, first_block, 2, row.data());
    double across = 0.0;
    for (std::size_t j = 0; j < width; ++j) {
      across += x.weight[j] * static_cast<double>(row[skip + j]);
    }
    sum += y.weight[i] * across;
  }
  return sum;
}

std::vector<double> SpatialField::grid(std::size_t rows, std::size_t columns, const Position& at_0,
                                       double pitch_x, double pitch_y) const {
  std::vector<double> values;
  values.reserve(rows * columns);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      values.push_back(at(
          {at_0.x + static_cast<double>(j) * pitch_x, at_0.y + static_cast<double>(i) * pitch_y}));
    }
  }
  return values;
}

}  // namespace neucasl::variation
