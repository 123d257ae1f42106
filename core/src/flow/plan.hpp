#pragma once

#include <memory>
#include <string>
#include <vector>

#include "stage.hpp"

namespace neucasl::flow {

/// A stage that passed the check, with what its result depends on.
struct PlannedStage {
  StageSpec spec;
  const StageKind* kind = nullptr;
  std::string parameters;  ///< canonical text
  std::unique_ptr<Stage> stage;
  std::vector<InputFile> inputs;
  std::string source_key;  ///< all that the result depends on but the parameters
  std::string key;
};

/// Checks the whole flow and computes the keys. \throws base::Error for the first fault.
std::vector<PlannedStage> plan(const Flow& flow, Workspace& workspace);

}  // namespace neucasl::flow
