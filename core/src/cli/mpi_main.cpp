#include <mpi.h>

#include <chrono>
#include <iostream>
#include <optional>
#include <thread>

#include "tool.hpp"

/// \file
/// The tool as an MPI program: rank 0 runs the campaign, hands out its units and takes part, the
/// others work for it. Ranks wait by looking now and then: the library's own waiting takes a whole
/// core, which rank 0's samples need.

namespace {

using namespace neucasl;
using Clock = std::chrono::steady_clock;

enum Tag { message_tag = 1, stop_tag = 2, ended_tag = 3 };
constexpr std::chrono::microseconds glance{200};

void send_to(int rank, const std::string& message, Tag tag) {
  MPI_Send(message.data(), static_cast<int>(message.size()), MPI_BYTE, rank, tag, MPI_COMM_WORLD);
}

struct Received {
  int rank = 0;
  int tag = 0;
  std::string message;
};

/// The next message, or nothing after `most`.
std::optional<Received> receive_within(std::chrono::nanoseconds most) {
  const Clock::time_point end = Clock::now() + most;
  while (true) {
    int there = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status);
    if (there != 0) {
      int size = 0;
      MPI_Get_count(&status, MPI_BYTE, &size);
      Received received{status.MPI_SOURCE, status.MPI_TAG,
                        std::string(static_cast<std::size_t>(size), '\0')};
      MPI_Recv(received.message.data(), size, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG,
               MPI_COMM_WORLD, MPI_STATUS_IGNORE);
      return received;
    }
    if (Clock::now() >= end) return std::nullopt;
    std::this_thread::sleep_for(glance);
  }
}

/// Worker i is rank i + 1.
class RankTransport final : public campaign::Transport {
 public:
  explicit RankTransport(std::size_t workers) : workers_(workers) {}
  [[nodiscard]] std::size_t size() const override { return workers_; }
  void send(std::size_t worker, const std::string& message) override {
    send_to(static_cast<int>(worker) + 1, message, message_tag);
  }
  std::optional<Arrival> receive(std::chrono::milliseconds most) override {
    auto received = receive_within(most);
    if (!received) return std::nullopt;
    return Arrival{static_cast<std::size_t>(received->rank) - 1, false,
                   std::move(received->message)};
  }
  // A rank that ends takes the whole job with it.
  bool restart(std::size_t /*worker*/) override { return false; }

  /// Lets the others end; what they still send is dropped.
  void finish() const {
    for (std::size_t i = 1; i <= workers_; ++i) send_to(static_cast<int>(i), {}, stop_tag);
    for (std::size_t ended = 0; ended < workers_;) {
      const auto received = receive_within(std::chrono::seconds(1));
      if (received && received->tag == ended_tag) ++ended;
    }
  }

 private:
  std::size_t workers_;
};

class RankChannel final : public campaign::WorkerChannel {
 public:
  std::optional<std::string> receive() override {
    while (!stopped_) {
      auto received = receive_within(std::chrono::seconds(1));
      if (!received) continue;
      if (received->tag == message_tag) return std::move(received->message);
      stopped_ = true;
    }
    return std::nullopt;
  }
  void send(const std::string& message) override { send_to(0, message, message_tag); }

  void finish() {
    while (receive()) {
    }
    send_to(0, {}, ended_tag);
  }

 private:
  bool stopped_ = false;
};

class MpiRanks final : public campaign::Ranks {
 public:
  MpiRanks(int rank, int size)
      : rank_(static_cast<std::size_t>(rank)), transport_(static_cast<std::size_t>(size) - 1) {}
  [[nodiscard]] std::size_t rank() const override { return rank_; }
  campaign::Transport& transport() override { return transport_; }
  campaign::WorkerChannel& channel() override { return channel_; }

  void finish() {
    if (rank_ == 0) {
      transport_.finish();
    } else {
      channel_.finish();
    }
  }

 private:
  std::size_t rank_;
  RankTransport transport_;
  RankChannel channel_;
};

}  // namespace

int main(int argc, char** argv) {
  int provided = 0;
  // A second thread evaluates samples; messages are the first one's.
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  int rank = 0, size = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  int code = cli::internal_error;
  if (provided < MPI_THREAD_FUNNELED) {
    if (rank == 0) std::cerr << "error: this MPI library allows no threads [cli.mpi]\n";
  } else {
    MpiRanks ranks(rank, size);
    code = cli::run_tool(cli::Arguments(argv + 1, argv + argc), &ranks);
    ranks.finish();
    if (rank > 0) code = cli::done;
  }
  MPI_Finalize();
  return code;
}
