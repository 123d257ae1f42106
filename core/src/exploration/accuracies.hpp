#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "neucasl/base/record_log.hpp"
#include "neucasl/exploration/exploration.hpp"

/// \file
/// Accuracies by inference, each design's once, from the log when it is there.

namespace neucasl::exploration {

class Accuracies {
 public:
  /// \throws base::Error "exploration.log".
  Accuracies(const Space& space, const Designs& designs, const Options& options);

  /// Runs what is not known yet. What fails is recorded.
  void measure(const std::vector<const Point*>& points);
  /// Of a point that was measured. \throws base::Error that it failed with.
  [[nodiscard]] MeasuredAccuracy at(const Point& point) const;
  /// Puts the log in order.
  void finish();

 private:
  /// A design whose accuracy is asked for.
  struct Design {
    architecture::Architecture architecture;
    std::vector<BankSetting> bank;
    std::uint64_t number = 0;  ///< Of its key.
  };
  [[nodiscard]] Design design_of(const Point& point) const;
  [[nodiscard]] std::string record_of(const Design& design) const;
  [[nodiscard]] const std::string* record(std::uint64_t number) const;
  void keep(std::uint64_t number, const std::string& record);

  const Space& space_;
  const Designs& designs_;
  const Options& options_;
  std::unique_ptr<base::RecordLog> log_;
  std::map<std::uint64_t, std::string> known_;
  std::mutex mutex_;
};

/// Accuracies beside what stands in for them: at each point that has figures, or at a sample.
AccuracyCheck check_accuracies(const Space& space, const std::vector<Point>& points,
                               Accuracies& accuracies);

}  // namespace neucasl::exploration
