#include "neucasl/plugin/chip_sampler.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "neucasl/base/parallel.hpp"
#include "neucasl/plugin/perturbed_matrix.hpp"

namespace neucasl::plugin {
namespace {}  // namespace

struct ChipSampler::Parts {
  SampledChips chips;
  ChipSamplerOptions options;
  mapping::ChipView view;
  std::vector<TileCells> cells;            ///< By tile.
  std::vector<PerturbedMatrix> perturbed;  ///< By tile; empty with exact solves.
  double float_accuracy = 0.0;

  [[nodiscard]] ChipSample chip(std::uint64_t sample) const {
    return {options.seed, sample, options.time};
  }

  [[nodiscard]] double accuracy_of(const network::MatrixBackend* backend, int threads) const {
    const network::RunOptions run{threads, options.cancel};
    const std::vector<float> scores =
        network::run(chips.network, chips.images, chips.labels.size(), run, backend);
    return network::accuracy(scores, chips.labels);
  }

  [[nodiscard]] double analog_accuracy(const mapping::TileMatrices& matrices, bool whole_weights,
                                       int threads) const {
    mapping::AnalogOptions analog;
    analog.whole_weights = whole_weights;
    return accuracy_of(mapping::analog_backend(chips.network, view, matrices, analog).get(),
                       threads);
  }

  [[nodiscard]] mapping::TileMatrices perturbed_matrices(
      const mapping::TileMatrices& conductance) const {
    PerturbedMatrix::Scratch scratch;
    mapping::TileMatrices result(conductance.size());
    for (std::size_t t = 0; t < result.size(); ++t) {
      result[t].resize(conductance[t].size());
      perturbed[t].apply(conductance[t], result[t], scratch);
    }
    return result;
  }

  [[nodiscard]] mapping::TileMatrices conductances(std::uint64_t sample) const {
    mapping::TileMatrices result;
    result.reserve(cells.size());
    for (const TileCells& tile : cells) result.push_back(tile.programmed(chip(sample)));
    return result;
  }

  [[nodiscard]] mapping::TileMatrices exact_matrices(const mapping::TileMatrices& conductance,
                                                     int threads) const {
    return effective_matrices(view, conductance, chips.solver, options.tolerance, threads,
                              options.cancel);
  }
};

ChipSampler::ChipSampler(const SampledChips& chips, const ChipSamplerOptions& options)
    : parts_(std::make_unique<Parts>(
          Parts{chips, options, mapping::read_chip(chips.design), {}, {}})) {
  Parts& parts = *parts_;
  mapping::TileMatrices targets;
  std::vector<const mapping::TileView*> tiles;
  for (const mapping::LayerView& layer : parts.view.layers) {
    for (const mapping::TileView& tile : layer.tiles) {
      tiles.push_back(&tile);
      targets.push_back(mapping::conductances(chips.design, tile));
      parts.cells.emplace_back(targets.back(), tile.name, chips.model);
    }
  }
  parts.float_accuracy = parts.accuracy_of(nullptr, options.threads);
  if (options.exact) return;
  const mapping::TileMatrices exact = parts.exact_matrices(targets, options.threads);
  parts.perturbed.reserve(tiles.size());
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    const mapping::TileView& tile = *tiles[t];
    const ArrayProblem problem{tile.rows, tile.columns, targets[t], tile.row_segment_resistance,
                               tile.column_segment_resistance};
    parts.perturbed.emplace_back(problem, EffectiveMatrix{tile.rows, tile.columns, exact[t]});
  }
}

ChipSampler::~ChipSampler() = default;

double ChipSampler::float_accuracy() const { return parts_->float_accuracy; }

double ChipSampler::accuracy(std::uint64_t sample) const {
  const mapping::TileMatrices conductance = parts_->conductances(sample);
  if (parts_->options.exact) {
    return parts_->analog_accuracy(parts_->exact_matrices(conductance, 1), true, 1);
  }
  return parts_->analog_accuracy(parts_->perturbed_matrices(conductance), true, 1);
}

ChipComparison ChipSampler::compare(std::uint64_t sample) const {
  const int threads = parts_->options.threads;
  const mapping::TileMatrices conductance = parts_->conductances(sample);
  const mapping::TileMatrices exact = parts_->exact_matrices(conductance, threads);
  const mapping::TileMatrices used =
      parts_->options.exact ? exact : parts_->perturbed_matrices(conductance);
  ChipComparison result;
  result.accuracy = parts_->analog_accuracy(used, true, threads);
  result.exact_accuracy = parts_->analog_accuracy(exact, false, threads);
  std::size_t t = 0;
  for (const mapping::LayerView& layer : parts_->view.layers) {
    for (const mapping::TileView& tile : layer.tiles) {
      double largest = 0.0;
      double difference = 0.0;
      for (std::size_t k = 0; k < exact[t].size(); ++k) {
        largest = std::max(largest, exact[t][k]);
        difference = std::max(difference, std::abs(used[t][k] - exact[t][k]));
      }
      ++t;
      const double error = largest > 0.0 ? difference / largest : difference;
      if (error < result.matrix_error) continue;
      result.matrix_error = error;
      result.tile = tile.name;
    }
  }
  return result;
}

void ChipSampler::use_exact_solves() { parts_->options.exact = true; }

}  // namespace neucasl::plugin
