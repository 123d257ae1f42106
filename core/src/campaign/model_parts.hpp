#pragma once

#include <filesystem>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "neucasl/campaign/models.hpp"

/// \file
/// What kinds of models share.

namespace neucasl::campaign {

ModelKind circuit_model();
ModelKind chip_accuracy_model();
ModelKind photonic_bank_model();
ModelKind estimate_model();

/// The attributes of <model> but `kind`, checked against a schema. Files lie beside the campaign.
plugin::ParameterSet parameters_of(const ModelRequest& request,
                                   const std::vector<plugin::ParameterSpec>& schema);

/// For models that draw by themselves.
/// \throws base::Error "campaign.model" for <vary> and its like; `rule` says what varies instead.
void refuse_variation(const base::XmlElement& campaign, const std::string& rule);

/// Names of all files in a plugin's folder with their content, a line each.
std::string key_of_plugin(const plugin::Manifest& manifest);

/// Lets one diagnostic of each code and place through: thousands of samples have the same.
class OnceSink {
 public:
  explicit OnceSink(base::DiagnosticSink& sink);
  [[nodiscard]] base::DiagnosticSink& sink() { return once_; }

 private:
  std::set<std::string> seen_;
  base::DiagnosticSink once_;
};

}  // namespace neucasl::campaign
