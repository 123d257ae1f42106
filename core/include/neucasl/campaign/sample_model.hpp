#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/quantity.hpp"

/// \file
/// What a campaign samples.
///
/// A *model* maps what is random to *outputs*: a circuit of made devices to its delay, a programmed
/// chip to its accuracy. Everything random in *sample* k is a function of (seed, k) alone, so that
/// any thread, process, rank or later run gives the same bits. A model of *dimension* d is a
/// function of d independent standard normal numbers; one of dimension 0 (chips of millions of
/// cells) draws by seed and number itself. An *evaluator* does the work, one for each thread.

namespace neucasl::campaign {

/// A number that a sample gives.
struct Output {
  std::string name;   ///< "delay"
  std::string label;  ///< For people.
  base::Dimension dimension{};
};

struct Sample {
  std::uint64_t seed = 1;
  std::uint64_t number = 0;
  std::span<const double> normals{};  ///< As many as the model's dimension.
};

/// Files that show one sample: name without folder, content.
using ReplayFiles = std::vector<std::pair<std::string, std::string>>;

/// Not for several threads at once.
class NEUCASL_EXPORT Evaluator {
 public:
  Evaluator() = default;
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;
  virtual ~Evaluator();

  /// Writes the outputs in SI units. NaN: this sample has no such value (an edge that never came).
  /// \throws base::Error when there is no result: a *failed simulation*, which stops nothing. Its
  /// code and message must not depend on process, folder or time.
  virtual void evaluate(const Sample& sample, std::span<double> outputs) = 0;

  /// The same outputs, with the netlist, the values of what varies and the waveforms as files.
  [[nodiscard]] virtual ReplayFiles replay(const Sample& sample, std::span<double> outputs) = 0;
};

/// Immutable; used from several threads. Whatever it points to must outlive it.
class NEUCASL_EXPORT SampleModel {
 public:
  SampleModel() = default;
  SampleModel(const SampleModel&) = delete;
  SampleModel& operator=(const SampleModel&) = delete;
  virtual ~SampleModel();

  /// At least one.
  [[nodiscard]] virtual const std::vector<Output>& outputs() const = 0;
  /// What each of the standard normal numbers stands for; empty: dimension 0.
  [[nodiscard]] virtual const std::vector<std::string>& inputs() const = 0;
  /// Text that names all that the outputs depend on but seed and sample: content of files, of cards
  /// and of plugins.
  [[nodiscard]] virtual std::string key() const = 0;
  /// Samples that are worth handing out together: about 10 ms of work.
  [[nodiscard]] virtual std::size_t unit() const = 0;
  [[nodiscard]] virtual std::unique_ptr<Evaluator> evaluator() const = 0;
  /// One line for reports: "circuit 'ring_oscillator' of 'finfet' by 'native'".
  [[nodiscard]] virtual std::string description() const = 0;

  [[nodiscard]] std::size_t dimension() const { return inputs().size(); }
};

/// The standard normal numbers of a sample by plain Monte Carlo.
NEUCASL_EXPORT void draw_normals(std::uint64_t seed, std::uint64_t number,
                                 std::span<double> normals);

}  // namespace neucasl::campaign
