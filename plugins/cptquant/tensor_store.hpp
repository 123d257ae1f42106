#pragma once

#include <cstddef>
#include <filesystem>
#include <map>

#include "neucasl/workload/staged_network.hpp"

/// \file
/// Values that are kept for later, in memory as far as they fit and else on disk.

namespace neucasl::cptquant_plugin {

class TensorStore {
 public:
  /// Files go into `folder`, whose owner removes them.
  TensorStore(std::filesystem::path folder, std::size_t memory)
      : folder_(std::move(folder)), memory_(memory) {}

  /// \throws base::Error "cptquant.store" when a file cannot be written.
  void put(std::size_t key, workload::Batches batches);
  /// Gives what was put there and forgets it.
  /// \throws base::Error "cptquant.store" when a file cannot be read.
  [[nodiscard]] workload::Batches take(std::size_t key);

 private:
  [[nodiscard]] std::filesystem::path file_of(std::size_t key) const;

  std::filesystem::path folder_;
  std::size_t memory_;
  std::size_t held_ = 0;
  std::map<std::size_t, workload::Batches> in_memory_;
  /// Without their values.
  std::map<std::size_t, std::vector<workload::TensorType>> on_disk_;
};

}  // namespace neucasl::cptquant_plugin
