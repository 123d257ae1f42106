#pragma once

#include "demand.hpp"

/// \file
/// What must be kept between operations, and whether the buffers hold it.
///
/// Buffers are taken together: values are spread over all of them. One sample at a time: a value
/// lives from the operation that makes it to the last one that reads it, and the fullest moment
/// counts. An activation works in place when it alone reads its input. Layers in a pipeline: each
/// value is kept s + 1 times when its last reader is s layers behind it (one is written while the
/// others wait or are read). A pipeline that starts with the first window keeps, between
/// neighbours, the inputs of one window row (A. Shafiee et al., ISCA 2016, section 4), nothing for
/// operations that take element by element, and twice the value for all others.
/// Sums of gradients lie in weight memories of digital cores as far as weights leave room.
/// What does not fit, in the order in which it is made, is written to off-chip memory once and read
/// there by each reader.

namespace neucasl::performance_plugin {

enum class Place { buffer, weight_memory, off_chip_memory };
std::string_view to_string(Place place);

struct KeptValue {
  std::string name;
  std::size_t source = 0;            ///< Operation that writes it.
  std::vector<std::size_t> readers;  ///< Operations.
  double bits = 0.0;                 ///< Of one copy.
  double copies = 1.0;
  /// May lie in weight memories; then operations move these bits there and not in buffers.
  bool beside_weights = false;
  bool passing = false;  ///< Kept from its source to its last reader, otherwise all the time.
  std::vector<std::pair<std::size_t, double>> traffic = {};
  Place place = Place::buffer;

  [[nodiscard]] double size() const { return bits * copies; }
  /// The source where there are no readers.
  [[nodiscard]] std::size_t last_reader() const;
};

/// Bits of the passing values, in order of their sources, at the fullest moment.
double fullest(const std::vector<KeptValue>& values);

struct Storage {
  std::vector<KeptValue> values;
  double needed_bits = 0.0;    ///< At the fullest moment.
  double capacity_bits = 0.0;  ///< Of all buffers, and for gradients of free weight memories.
  double off_chip_bits = 0.0;  ///< Kept off the chip.
};

/// What one inference keeps; adds the off-chip traffic of what does not fit to the demands.
/// \throws base::Error "architecture.capacity" when it does not fit and there is no off-chip
/// memory, or this is too small, with the smallest capacity that would do.
Storage store_inference(const architecture::Architecture& architecture,
                        const architecture::Placement& placement,
                        const workload::Workload& workload,
                        const std::vector<architecture::OperationBits>& bits,
                        std::vector<Demand>& demands, device::UseList& uses);

/// Keeps `storage.values`, as far as they fit; as above.
void keep(const architecture::Architecture& architecture, const architecture::Placement& placement,
          const workload::Workload& workload, const std::vector<architecture::OperationBits>& bits,
          Storage& storage, std::vector<Demand>& demands, device::UseList& uses);

}  // namespace neucasl::performance_plugin
