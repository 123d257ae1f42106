#include "corner_queue.hpp"

namespace neucasl::native_plugin {
namespace {

// Echoes of echoes on several lines multiply; the last of them are weak.
constexpr std::size_t most_echoes = 100'000;

}  // namespace

CornerQueue::CornerQueue(const circuit::Circuit& circuit, double stop)
    : stop_(stop), nearness_(1e-12 * stop) {
  for (const circuit::Source& source : circuit.sources) {
    for (const double time : source.waveform.corners(stop)) corners_.insert(time);
  }
}

double CornerQueue::next_after(double time) {
  while (!corners_.empty() && *corners_.begin() <= time + nearness_) {
    corners_.erase(corners_.begin());
  }
  if (corners_.empty() || *corners_.begin() >= stop_ - nearness_) return stop_;
  return *corners_.begin();
}

void CornerQueue::add_echo(double time) {
  if (time >= stop_ || echoes_ >= most_echoes) return;
  const auto near = corners_.lower_bound(time - nearness_);
  if (near != corners_.end() && *near <= time + nearness_) return;
  corners_.insert(time);
  ++echoes_;
}

}  // namespace neucasl::native_plugin
