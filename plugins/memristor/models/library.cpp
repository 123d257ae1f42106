#include "library.hpp"

#include "linear_ion_drift.hpp"
#include "phase_change_memory.hpp"
#include "stanford_pku_reram.hpp"
#include "threshold_selector.hpp"
#include "vteam.hpp"

namespace neucasl::memristor_models {

model::DeviceModel* make_model(std::string_view name) {
  if (name == "linear_ion_drift") return new LinearIonDriftModel();
  if (name == "phase_change_memory") return new PhaseChangeMemoryModel();
  if (name == "stanford_pku_reram") return new StanfordPkuReramModel();
  if (name == "threshold_selector") return new ThresholdSelectorModel();
  if (name == "vteam") return new VteamModel();
  return nullptr;
}

}  // namespace neucasl::memristor_models
