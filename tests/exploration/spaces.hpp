#pragma once

#include <atomic>
#include <string>

#include "neucasl/exploration/exploration.hpp"
#include "performance/estimator.hpp"
#include "tests/architecture/parts.hpp"
#include "tests/scratch_folder.hpp"

/// \file
/// Spaces over the small architecture of tests/architecture.

namespace neucasl::exploration::spaces {

namespace parts = architecture::test;

/// 3 x 2 x 4 x 2 points.
inline std::string space_text(const std::string& search = "<search method='grid'/>") {
  return "<space id='small_space' title='t' architecture='small.architecture.xml'\n"
         " network='net'>\n"
         "<citation key='s'>c</citation>\n"
         "<parameter name='rows' number='chip/tile/group/array/rows' values='2 4 8' unit='1'/>\n"
         "<parameter name='cell_bits' number='chip/tile/group/array/bits_per_cell' values='1 2' "
         "unit='1'/>\n"
         "<parameter name='tiles' number='chip/tile/count' from='1' to='4' step='1' unit='1'/>\n"
         "<parameter name='duplication' choice='weight_duplication' values='none balanced'/>\n"
         "<derived number='chip/tile/group/dac/count' formula='2 * rows' kind='derived' source='s' "
         "place='two arrays'/>\n"
         "<derived number='chip/tile/group/array/area' formula='base * rows * "
         "chip.tile.group.array.columns / 32' kind='assumed' source='s' place='cells'/>\n"
         "<figure name='cells' formula='rows * chip.tile.group.array.columns'/>\n"
         "<constraint of='area_m2' at_most='3000 um^2'/>\n"
         "<objective of='energy_J' goal='minimise'/>\n"
         "<objective of='throughput_per_s' goal='maximise'/>\n"
         "<objective of='area_m2' goal='minimise'/>\n" +
         search + "\n</space>\n";
}

/// The files of a space, and its estimates by the performance plugin.
class Bench {
 public:
  explicit Bench(const std::string& text = space_text()) {
    static_cast<void>(folder_.file("small.architecture.xml", parts::description()));
    file_ = folder_.file("space.xml", text);
    space_ = parse_space(base::read_file(file_), file_);
    designs_ = std::make_unique<Designs>(space_, std::vector<std::filesystem::path>{});
  }

  Exploration run(Options options = {}) { return explore(space_, *designs_, estimate(), options); }
  Estimate estimate() {
    return [this](const architecture::Architecture& architecture) {
      ++estimates_;
      if (cancel_after_ != 0 && estimates_ >= cancel_after_) cancel_.request();
      performance_plugin::PerformanceEstimator estimator;
      plugin::Context context;
      return estimator.estimate_inference(architecture, workload_, {}, context).figures;
    };
  }

  const Space& space() const { return space_; }
  const Designs& designs() const { return *designs_; }
  std::filesystem::path log() const { return folder_ / "points.log"; }
  std::size_t estimates() const { return estimates_; }
  /// Asks to stop at so many estimates.
  base::CancelFlag cancel_after(std::size_t estimates) {
    cancel_after_ = estimates;
    return cancel_;
  }
  const workload::Workload& workload() const { return workload_; }

 private:
  neucasl::test::ScratchFolder folder_;
  std::string file_;
  Space space_;
  std::unique_ptr<Designs> designs_;
  workload::Workload workload_ = parts::workload_of({parts::matrix("a", 1, 12, 7, 3)});
  std::atomic<std::size_t> estimates_ = 0;
  std::size_t cancel_after_ = 0;
  base::CancelFlag cancel_;
};

/// Points and front as text.
inline std::string text_of(const Space& space, const Exploration& exploration) {
  return results::to_csv(points_table(space, exploration)) +
         results::to_csv(front_table(space, exploration));
}

}  // namespace neucasl::exploration::spaces
