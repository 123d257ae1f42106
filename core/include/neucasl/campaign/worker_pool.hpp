#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "neucasl/base/parallel.hpp"
#include "neucasl/campaign/sample_model.hpp"

/// \file
/// Who evaluates the samples of a campaign.
///
/// A *unit* is a range of samples, the piece of work that is handed out and logged. A *worker pool*
/// runs units: threads of this process, worker processes that it starts, or ranks elsewhere.
/// Outcomes do not depend on the pool. A *transport* carries messages to and from the *workers* of
/// a pool.

namespace neucasl::campaign {

struct Unit {
  std::uint64_t first = 0;
  std::size_t count = 0;
  /// count x dimension, row-major; empty: those of `draw_normals`.
  std::vector<double> normals{};
};

struct SampleOutcome {
  std::vector<double> outputs;  ///< Empty for a failed simulation.
  std::string failure;          ///< "code: message"; empty for a result.
  bool operator==(const SampleOutcome&) const = default;
};
using UnitOutcome = std::vector<SampleOutcome>;

/// Evaluates the samples of a unit one after the other; failures are outcomes.
/// \throws base::Cancelled.
NEUCASL_EXPORT UnitOutcome evaluate_unit(const SampleModel& model, Evaluator& evaluator,
                                         std::uint64_t seed, const Unit& unit);

class NEUCASL_EXPORT WorkerPool {
 public:
  WorkerPool() = default;
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  virtual ~WorkerPool();

  /// Called with the index of a unit and its outcome, one call at a time, in any order.
  using Take = std::function<void(std::size_t unit, UnitOutcome outcome)>;
  /// Runs all units. What `take` throws ends the run.
  /// \throws base::Cancelled; base::Error "campaign.worker" when workers cannot work at all.
  virtual void run(std::span<const Unit> units, const Take& take) = 0;
};

/// Threads of this process. `model` must outlive the pool.
NEUCASL_EXPORT std::unique_ptr<WorkerPool> thread_pool(const SampleModel& model, std::uint64_t seed,
                                                       int threads, const base::CancelFlag& cancel);

/// Messages to and from workers, numbered from 0.
class NEUCASL_EXPORT Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport();

  struct Arrival {
    std::size_t worker = 0;
    bool lost = false;  ///< The worker ended; `message` says how.
    std::string message;
  };
  [[nodiscard]] virtual std::size_t size() const = 0;
  /// A worker that has ended is told by `receive`, not here.
  virtual void send(std::size_t worker, const std::string& message) = 0;
  /// Nothing after `most` without a message.
  virtual std::optional<Arrival> receive(std::chrono::milliseconds most) = 0;
  /// A new worker in the place of a lost one. \return false where there can be none.
  virtual bool restart(std::size_t worker) = 0;
};

/// Worker processes: each is `program` with `arguments`, its end of a socket as descriptor
/// `worker_descriptor`.
inline constexpr int worker_descriptor = 3;
/// \throws base::Error "campaign.worker" when a program cannot be started.
NEUCASL_EXPORT std::unique_ptr<Transport> process_transport(
    const std::filesystem::path& program, const std::vector<std::string>& arguments,
    std::size_t workers);

struct RemotePoolOptions {
  bool take_part = false;  ///< A thread of this process works too.
  base::CancelFlag cancel;
  base::DiagnosticSink* sink = nullptr;  ///< Of workers that ended; may be null.
};

/// Workers behind a transport, which must outlive the pool. One whose model or seed is another is
/// refused. A worker that ends costs one retry of
/// the unit that it had and a warning "campaign.worker". A unit that ends its worker twice is run
/// sample by sample; a sample that ends its worker then is a failed simulation.
NEUCASL_EXPORT std::unique_ptr<WorkerPool> remote_pool(const SampleModel& model, std::uint64_t seed,
                                                       Transport& transport,
                                                       RemotePoolOptions options);

/// A worker's side of a transport.
class NEUCASL_EXPORT WorkerChannel {
 public:
  WorkerChannel() = default;
  WorkerChannel(const WorkerChannel&) = delete;
  WorkerChannel& operator=(const WorkerChannel&) = delete;
  virtual ~WorkerChannel();
  /// Nothing at the end.
  virtual std::optional<std::string> receive() = 0;
  virtual void send(const std::string& message) = 0;
};

/// The channel of a process that `process_transport` started.
NEUCASL_EXPORT std::unique_ptr<WorkerChannel> inherited_channel();

/// The processes of a parallel job, this one among them. Rank 0 hands out the work and takes part.
class NEUCASL_EXPORT Ranks {
 public:
  Ranks() = default;
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;
  virtual ~Ranks();
  [[nodiscard]] virtual std::size_t rank() const = 0;
  /// To the others, of rank 0.
  virtual Transport& transport() = 0;
  /// To rank 0, of the others.
  virtual WorkerChannel& channel() = 0;
};

/// Makes the model, says so, and works until the end. What `make` throws goes to the other side.
/// \return false when there was no model.
NEUCASL_EXPORT bool serve(const std::function<std::unique_ptr<SampleModel>()>& make,
                          std::uint64_t seed, WorkerChannel& channel);

}  // namespace neucasl::campaign
