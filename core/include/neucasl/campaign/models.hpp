#pragma once

#include <memory>
#include <string>
#include <vector>

#include "neucasl/campaign/campaign.hpp"
#include "neucasl/campaign/sample_model.hpp"
#include "neucasl/flow/installation.hpp"
#include "neucasl/plugin/host.hpp"

/// \file
/// Kinds of models that a campaign file may name. core/src/campaign/README.md says how to add one.

namespace neucasl::campaign {

/// What a model is made from; all of it must outlive the model.
struct ModelRequest {
  const Campaign& campaign;
  const flow::Installation& installation;
  plugin::Host& host;
  base::DiagnosticSink& sink;
  base::CancelFlag cancel;
  base::ProgressListener progress;
  std::filesystem::path folder;  ///< For what is prepared once: a trained network.
  int threads = 1;               ///< Of the preparation.
};

struct ModelKind {
  std::string name;
  std::string summary;
  std::unique_ptr<SampleModel> (*make)(const ModelRequest& request);
};

NEUCASL_EXPORT const std::vector<ModelKind>& model_kinds();

/// \throws base::Error "campaign.model" for an unknown kind; what the kind throws.
NEUCASL_EXPORT std::unique_ptr<SampleModel> make_model(const ModelRequest& request);

}  // namespace neucasl::campaign
