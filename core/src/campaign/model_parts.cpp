#include "model_parts.hpp"

#include <algorithm>

#include "neucasl/base/hash.hpp"

namespace neucasl::campaign {
namespace fs = std::filesystem;

plugin::ParameterSet parameters_of(const ModelRequest& request,
                                   const std::vector<plugin::ParameterSpec>& schema) {
  const base::XmlElement& element = request.campaign.model;
  const fs::path beside = fs::path(element.where.file).parent_path();
  std::vector<plugin::ParameterSet::Given> given;
  for (const base::XmlAttribute& attribute : element.attributes) {
    if (attribute.name == "kind") continue;
    std::string text = attribute.value;
    for (const plugin::ParameterSpec& spec : schema) {
      if (spec.name != attribute.name || spec.type != plugin::ParameterType::file) continue;
      if (!text.empty()) text = fs::absolute(beside / text).lexically_normal().string();
    }
    given.push_back({attribute.name, std::move(text), element.where});
  }
  return {schema, given, "model '" + element.required("kind") + "'", element.where};
}

void refuse_variation(const base::XmlElement& campaign, const std::string& rule) {
  for (const base::XmlElement& child : campaign.children) {
    if (child.name != "vary" && child.name != "correlation" && child.name != "place") continue;
    throw base::Error("campaign.model", "<" + child.name + "> has no effect: " + rule,
                      "leave it out", child.where);
  }
}

std::string key_of_plugin(const plugin::Manifest& manifest) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(manifest.folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::string text;
  for (const fs::path& file : files) {
    text += manifest.name + ' ' + file.filename().string() + ' ' + base::sha256_file(file) + '\n';
  }
  return text;
}

OnceSink::OnceSink(base::DiagnosticSink& sink)
    : once_([this, &sink](const base::Diagnostic& diagnostic) {
        if (seen_.insert(diagnostic.code + ' ' + base::to_string(diagnostic.where)).second) {
          sink.report(diagnostic);
        }
      }) {}

}  // namespace neucasl::campaign
