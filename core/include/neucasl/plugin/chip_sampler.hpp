#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "neucasl/mapping/chip.hpp"
#include "neucasl/network/network.hpp"
#include "neucasl/plugin/analog_chip.hpp"
#include "neucasl/plugin/mitigation.hpp"

/// \file
/// Accuracy of many manufactured and programmed chips of one design, over the same images.
///
/// What all chips share is made once: the targets and spreads of the cells and the effective
/// matrices of the targets. Then a chip costs its random numbers, matrices by
/// `plugin::PerturbedMatrix`, and one inference of all images with weights in whole numbers of 16
/// bits (`mapping::AnalogOptions::whole_weights`). How far that is from exact solves and floats is
/// measured by `compare`.

namespace neucasl::plugin {

/// What is sampled. The referenced objects must outlive the sampler.
struct SampledChips {
  const ir::Design& design;
  const network::Network& network;
  ProgrammingModel model;
  std::span<const float> images;  ///< labels.size() images, one after the other.
  std::span<const unsigned char> labels;
  const ArraySolver& solver;
};

struct ChipSamplerOptions {
  std::uint64_t seed = 1;
  double time = 0.0;        ///< s since programming
  double tolerance = 1e-5;  ///< Relative, of exact effective matrices.
  bool exact = false;       ///< Solves every array of every chip exactly.
  int threads = 1;          ///< Of the constructor and of `compare`.
  base::CancelFlag cancel{};
};

/// One chip by exact solves and floats, and as `accuracy` has it.
struct ChipComparison {
  double accuracy = 0.0;
  double exact_accuracy = 0.0;
  /// Largest difference of an entry of an effective matrix over the largest entry of its tile.
  double matrix_error = 0.0;
  std::string tile;  ///< Where that is.
};

class NEUCASL_EXPORT ChipSampler {
 public:
  /// \throws base::Error as `mapping::read_chip`, `mapping::analog_backend`, `network::run`,
  /// `program_tile` and the solver.
  ChipSampler(const SampledChips& chips, const ChipSamplerOptions& options);
  ~ChipSampler();
  ChipSampler(ChipSampler&&) noexcept;
  ChipSampler& operator=(ChipSampler&&) noexcept;

  /// Of the float network on the same images.
  [[nodiscard]] double float_accuracy() const;
  /// Of chip number `sample`; depends on (seed, sample, mitigation) only. The same number is the
  /// same chip whatever its mitigation. May be called from several threads.
  [[nodiscard]] double accuracy(std::uint64_t sample, const Mitigation& mitigation = {}) const;
  [[nodiscard]] ChipComparison compare(std::uint64_t sample,
                                       const Mitigation& mitigation = {}) const;
  /// What the mitigation of that chip takes.
  [[nodiscard]] MitigationCost cost(std::uint64_t sample, const Mitigation& mitigation) const;
  /// The same chips at another time since programming, s.
  [[nodiscard]] ChipSampler at(double time) const;
  /// Solves exactly from now on. Not while other threads use the sampler.
  void use_exact_solves();

 private:
  struct Parts;
  explicit ChipSampler(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace neucasl::plugin
