#include "neucasl/plugin/chip_sampler.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "mitigated_tile.hpp"
#include "neucasl/base/parallel.hpp"
#include "neucasl/plugin/perturbed_matrix.hpp"

namespace neucasl::plugin {

namespace {

/// What all chips have in common at all times.
struct SharedParts {
  SampledChips chips;
  mapping::ChipView view;
  /// By tile:
  std::vector<const mapping::TileView*> tiles{};
  std::vector<TileCells> cells{};
  std::vector<MitigatedTile> mitigated{};
  std::vector<PerturbedMatrix> perturbed{};  ///< Empty with exact solves.
  double float_accuracy = 0.0;
};

}  // namespace

struct ChipSampler::Parts {
  ChipSamplerOptions options;
  std::shared_ptr<SharedParts> shared;

  /// Conductances by slots, and how they are sorted; not sorted without mitigation.
  struct Programmed {
    mapping::TileMatrices conductance;
    std::vector<PlacedTile> placed;
  };

  [[nodiscard]] Programmed program(std::uint64_t sample, const Mitigation& mitigation,
                                   MitigationCost& cost) const {
    const ChipSample chip{options.seed, sample, options.time};
    Programmed result;
    for (std::size_t t = 0; t < shared->tiles.size(); ++t) {
      if (!mitigation.any()) {
        result.conductance.push_back(shared->cells[t].programmed(chip));
        continue;
      }
      result.placed.push_back(shared->mitigated[t].program(chip, mitigation, cost));
      result.conductance.push_back(std::move(result.placed.back().conductance));
    }
    return result;
  }

  static mapping::TileMatrices sorted(const Programmed& programmed,
                                      mapping::TileMatrices&& matrices) {
    for (std::size_t t = 0; t < programmed.placed.size(); ++t) {
      matrices[t] = programmed.placed[t].sorted(matrices[t]);
    }
    return std::move(matrices);
  }

  [[nodiscard]] mapping::TileMatrices perturbed_matrices(
      const mapping::TileMatrices& conductance) const {
    PerturbedMatrix::Scratch scratch;
    mapping::TileMatrices result(conductance.size());
    for (std::size_t t = 0; t < result.size(); ++t) {
      result[t].resize(conductance[t].size());
      shared->perturbed[t].apply(conductance[t], result[t], scratch);
    }
    return result;
  }

  [[nodiscard]] mapping::TileMatrices exact_matrices(const mapping::TileMatrices& conductance,
                                                     int threads) const {
    return effective_matrices(shared->view, conductance, shared->chips.solver, options.tolerance,
                              threads, options.cancel);
  }

  [[nodiscard]] double accuracy_of(const network::MatrixBackend* backend, int threads) const {
    const SampledChips& chips = shared->chips;
    const std::vector<float> scores = network::run(chips.network, chips.images, chips.labels.size(),
                                                   {threads, options.cancel}, backend);
    return network::accuracy(scores, chips.labels);
  }

  [[nodiscard]] double analog_accuracy(const mapping::TileMatrices& matrices, bool whole_weights,
                                       int threads) const {
    mapping::AnalogOptions analog;
    analog.whole_weights = whole_weights;
    return accuracy_of(
        mapping::analog_backend(shared->chips.network, shared->view, matrices, analog).get(),
        threads);
  }
};

ChipSampler::ChipSampler(const SampledChips& chips, const ChipSamplerOptions& options)
    : parts_(std::make_unique<Parts>(Parts{
          options,
          std::make_shared<SharedParts>(SharedParts{chips, mapping::read_chip(chips.design)})})) {
  const Parts& parts = *parts_;
  SharedParts& shared = *parts.shared;
  mapping::TileMatrices targets;
  for (const mapping::LayerView& layer : shared.view.layers) {
    for (const mapping::TileView& tile : layer.tiles) {
      shared.tiles.push_back(&tile);
      targets.push_back(mapping::conductances(chips.design, tile));
      shared.cells.emplace_back(targets.back(), tile.name, chips.model);
      shared.mitigated.emplace_back(targets.back(), layer, tile, chips.model);
    }
  }
  shared.float_accuracy = parts.accuracy_of(nullptr, options.threads);
  if (options.exact) return;
  const mapping::TileMatrices exact = parts.exact_matrices(targets, options.threads);
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const mapping::TileView& tile = *shared.tiles[t];
    const ArrayProblem problem{tile.rows, tile.columns, targets[t], tile.row_segment_resistance,
                               tile.column_segment_resistance};
    EffectiveMatrix matrix;
    matrix.value = exact[t];
    shared.perturbed.emplace_back(problem, matrix);
  }
}

ChipSampler::ChipSampler(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ChipSampler::~ChipSampler() = default;
ChipSampler::ChipSampler(ChipSampler&&) noexcept = default;
ChipSampler& ChipSampler::operator=(ChipSampler&&) noexcept = default;

ChipSampler ChipSampler::at(double time) const {
  auto parts = std::make_unique<Parts>(*parts_);
  parts->options.time = time;
  return ChipSampler(std::move(parts));
}

double ChipSampler::float_accuracy() const { return parts_->shared->float_accuracy; }

double ChipSampler::accuracy(std::uint64_t sample, const Mitigation& mitigation) const {
  MitigationCost cost;
  const Parts::Programmed chip = parts_->program(sample, mitigation, cost);
  return parts_->analog_accuracy(
      Parts::sorted(chip, parts_->options.exact ? parts_->exact_matrices(chip.conductance, 1)
                                                : parts_->perturbed_matrices(chip.conductance)),
      true, 1);
}

ChipComparison ChipSampler::compare(std::uint64_t sample, const Mitigation& mitigation) const {
  const int threads = parts_->options.threads;
  MitigationCost cost;
  const Parts::Programmed chip = parts_->program(sample, mitigation, cost);
  const mapping::TileMatrices exact = parts_->exact_matrices(chip.conductance, threads);
  const mapping::TileMatrices used =
      parts_->options.exact ? exact : parts_->perturbed_matrices(chip.conductance);
  ChipComparison result;
  for (std::size_t t = 0; t < exact.size(); ++t) {
    double largest = 0.0;
    double difference = 0.0;
    for (std::size_t k = 0; k < exact[t].size(); ++k) {
      largest = std::max(largest, exact[t][k]);
      difference = std::max(difference, std::abs(used[t][k] - exact[t][k]));
    }
    const double error = largest > 0.0 ? difference / largest : difference;
    if (error < result.matrix_error) continue;
    result.matrix_error = error;
    result.tile = parts_->shared->tiles[t]->name;
  }
  result.accuracy =
      parts_->analog_accuracy(Parts::sorted(chip, mapping::TileMatrices(used)), true, threads);
  result.exact_accuracy =
      parts_->analog_accuracy(Parts::sorted(chip, mapping::TileMatrices(exact)), false, threads);
  return result;
}

MitigationCost ChipSampler::cost(std::uint64_t sample, const Mitigation& mitigation) const {
  MitigationCost cost;
  const ChipSample chip{parts_->options.seed, sample, parts_->options.time};
  for (const MitigatedTile& tile : parts_->shared->mitigated) {
    static_cast<void>(tile.program(chip, mitigation, cost));
  }
  return cost;
}

void ChipSampler::use_exact_solves() { parts_->options.exact = true; }

}  // namespace neucasl::plugin
