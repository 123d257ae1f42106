#include "neucasl/campaign/models.hpp"

#include "model_parts.hpp"

namespace neucasl::campaign {

const std::vector<ModelKind>& model_kinds() {
  static const std::vector<ModelKind> kinds = {circuit_model(), chip_accuracy_model(),
                                               photonic_bank_model(), estimate_model()};
  return kinds;
}

std::unique_ptr<SampleModel> make_model(const ModelRequest& request) {
  const base::XmlElement& element = request.campaign.model;
  const std::string& name = element.required("kind");
  std::vector<std::string> known;
  for (const ModelKind& kind : model_kinds()) {
    if (kind.name == name) return kind.make(request);
    known.push_back(kind.name);
  }
  throw base::Error("campaign.model", "unknown kind of model '" + name + "'",
                    base::suggest(name, known), element.where);
}

}  // namespace neucasl::campaign
