#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "messages.hpp"
#include "neucasl/campaign/worker_pool.hpp"
#include "work_queue.hpp"

namespace neucasl::campaign {
namespace {

/// A worker has the next piece before it is done with one, so that it never waits.
constexpr std::size_t pieces_ahead = 2;
/// Ends of a worker before it was ready, in a row.
constexpr int most_failed_starts = 2;
constexpr std::chrono::milliseconds patience{5};

class RemotePool final : public WorkerPool {
 public:
  RemotePool(const SampleModel& model, std::uint64_t seed, Transport& transport,
             RemotePoolOptions options)
      : model_(model),
        seed_(seed),
        transport_(transport),
        options_(std::move(options)),
        agreement_(agreement(model, seed)),
        workers_(transport.size()) {
    if (options_.take_part) evaluator_ = model_.evaluator();
  }

  void run(std::span<const Unit> units, const Take& take) override {
    WorkQueue queue(units, take);
    std::jthread here;
    if (evaluator_) {
      here = std::jthread([&](const std::stop_token& stop) { work_here(queue, stop); });
    }
    while (!queue.finished()) {
      options_.cancel.throw_if_requested();
      queue.rethrow();
      feed(queue);
      if (const auto arrival = transport_.receive(patience)) handle(*arrival, queue);
    }
    queue.rethrow();
  }

 private:
  struct Worker {
    enum class State { starting, ready, gone } state = State::starting;
    std::deque<WorkQueue::Piece> pieces;
    int failed_starts = 0;
  };

  void work_here(WorkQueue& queue, const std::stop_token& stop) {
    try {
      while (!stop.stop_requested() && !options_.cancel.requested() && !queue.finished()) {
        const auto piece = queue.next();
        if (!piece) {
          // Workers have the rest, or one of them ended and its pieces come back.
          std::this_thread::sleep_for(patience);
          continue;
        }
        queue.finish(*piece, evaluate_unit(model_, *evaluator_, seed_, queue.unit_of(*piece)));
      }
    } catch (const base::Cancelled&) {
      // The other thread sees the flag.
    } catch (...) {
      queue.fail(std::current_exception());
    }
  }

  void feed(WorkQueue& queue) {
    for (std::size_t ahead = 1; ahead <= pieces_ahead; ++ahead) {
      for (std::size_t i = 0; i < workers_.size(); ++i) {
        Worker& worker = workers_[i];
        if (worker.state != Worker::State::ready || worker.pieces.size() >= ahead) continue;
        const auto piece = queue.next();
        if (!piece) return;
        worker.pieces.push_back(*piece);
        transport_.send(i, to_message(queue.unit_of(*piece)));
      }
    }
  }

  void handle(const Transport::Arrival& arrival, WorkQueue& queue) {
    Worker& worker = workers_[arrival.worker];
    if (arrival.lost) {
      lose(arrival, queue);
      return;
    }
    const std::string content = arrival.message.substr(1);
    switch (arrival.message.empty() ? '\0' : arrival.message[0]) {
      case ready_mark:
        if (content != agreement_) {
          throw base::Error("campaign.worker", "a worker has another model or seed",
                            "let all read the same campaign, cards and plugins");
        }
        worker.state = Worker::State::ready;
        worker.failed_starts = 0;
        return;
      case result_mark: {
        if (worker.pieces.empty()) break;
        const WorkQueue::Piece piece = worker.pieces.front();
        worker.pieces.pop_front();
        UnitOutcome outcome = parse_record(content, model_.outputs().size(), {});
        if (outcome.size() != piece.count) break;
        queue.finish(piece, std::move(outcome));
        return;
      }
      case error_mark:
        throw base::Error("campaign.worker", "a worker cannot work: " + content,
                          "let it find the same files as this process");
      default:
        break;
    }
    throw base::Error("campaign.worker", "a worker sent something else than a result",
                      "use the same version everywhere");
  }

  void lose(const Transport::Arrival& arrival, WorkQueue& queue) {
    Worker& worker = workers_[arrival.worker];
    if (worker.state == Worker::State::starting && ++worker.failed_starts >= most_failed_starts) {
      throw base::Error("campaign.worker",
                        "a worker ended before it could work (" + arrival.message + ")",
                        "start the campaign without workers to see why");
    }
    if (options_.sink != nullptr) {
      options_.sink->warning(
          "campaign.worker",
          "worker " + std::to_string(arrival.worker + 1) + ' ' + arrival.message +
              (worker.pieces.empty()
                   ? std::string()
                   : " at sample " + std::to_string(queue.first_of(worker.pieces.front()))),
          "the work is done again by another");
    }
    // It works in order: the first piece is the one that it had begun.
    for (std::size_t i = worker.pieces.size(); i-- > 0;) {
      if (i == 0) {
        queue.retry(worker.pieces[i]);
      } else {
        queue.put_back(worker.pieces[i]);
      }
    }
    worker.pieces.clear();
    worker.state =
        transport_.restart(arrival.worker) ? Worker::State::starting : Worker::State::gone;
    for (const Worker& one : workers_) {
      if (one.state != Worker::State::gone) return;
    }
    if (!evaluator_) {
      throw base::Error("campaign.worker", "no worker is left", "resume the campaign");
    }
  }

  const SampleModel& model_;
  std::uint64_t seed_;
  Transport& transport_;
  RemotePoolOptions options_;
  std::string agreement_;
  std::vector<Worker> workers_;
  std::unique_ptr<Evaluator> evaluator_;  ///< Of the thread that takes part.
};

}  // namespace

Transport::~Transport() = default;
WorkerChannel::~WorkerChannel() = default;
Ranks::~Ranks() = default;

std::unique_ptr<WorkerPool> remote_pool(const SampleModel& model, std::uint64_t seed,
                                        Transport& transport, RemotePoolOptions options) {
  return std::make_unique<RemotePool>(model, seed, transport, std::move(options));
}

bool serve(const std::function<std::unique_ptr<SampleModel>()>& make, std::uint64_t seed,
           WorkerChannel& channel) {
  std::unique_ptr<SampleModel> model;
  std::unique_ptr<Evaluator> evaluator;
  try {
    model = make();
    evaluator = model->evaluator();
    channel.send(ready_mark + agreement(*model, seed));
  } catch (const std::exception& error) {
    channel.send(std::string(1, error_mark) + error.what());
    return false;
  }
  while (const auto message = channel.receive()) {
    const UnitOutcome outcome = evaluate_unit(*model, *evaluator, seed, parse_unit(*message));
    channel.send(result_mark + to_record(outcome));
  }
  return true;
}

}  // namespace neucasl::campaign
