#include <algorithm>
#include <charconv>

#include "neucasl/base/file.hpp"
#include "neucasl/base/xml.hpp"
#include "neucasl/flow/flow.hpp"
#include "neucasl/ir/verifier.hpp"
#include "stage.hpp"

namespace neucasl::flow {

using base::Error;
using base::XmlElement;

Flow read_flow(const std::filesystem::path& file) {
  const XmlElement root = base::parse_xml(base::read_file(file), file.string(), "flow");
  root.allow_attributes({"name", "seed"});
  root.allow_children({"stage"});
  Flow flow;
  flow.file = file;
  flow.name = root.required("name");
  const std::string seed = root.optional("seed").value_or("1");
  const auto [end, code] = std::from_chars(seed.data(), seed.data() + seed.size(), flow.seed);
  if (code != std::errc{} || end != seed.data() + seed.size()) {
    throw Error("flow.stage", "the seed '" + seed + "' is not a whole number >= 0",
                "write seed=\"1\"", root.where);
  }
  for (const XmlElement& element : root.children) {
    StageSpec stage;
    stage.name = element.required("name");
    stage.kind = element.required("kind");
    stage.where = element.where;
    element.allow_children({});
    if (!ir::is_identifier(stage.name) || stage.name.find('.') != std::string::npos) {
      throw Error("flow.stage", "stage name '" + stage.name + "' is not an identifier",
                  "use letters, digits and '_'", element.where);
    }
    for (const base::XmlAttribute& attribute : element.attributes) {
      if (attribute.name == "name" || attribute.name == "kind") continue;
      stage.parameters.push_back({attribute.name, attribute.value, element.where});
    }
    flow.stages.push_back(std::move(stage));
  }
  if (flow.stages.empty()) {
    throw Error("flow.stage", "the flow has no stage", "write <stage name=\"...\" kind=\"...\"/>",
                root.where);
  }
  return flow;
}

void set_parameter(Flow& flow, std::string_view assignment) {
  const base::Location where{std::string(command_line) + ' ' + std::string(assignment), 0, 0};
  const std::size_t equals = assignment.find('=');
  const std::size_t dot = assignment.find('.');
  if (equals == std::string_view::npos || dot == std::string_view::npos || dot > equals) {
    throw Error("flow.set", "'" + std::string(assignment) + "' is not an assignment",
                "write stage.parameter=value", where);
  }
  const std::string name(assignment.substr(0, dot));
  std::vector<std::string> known;
  for (StageSpec& stage : flow.stages) {
    if (stage.name == name) {
      stage.parameters.push_back({std::string(assignment.substr(dot + 1, equals - dot - 1)),
                                  std::string(assignment.substr(equals + 1)), where});
      return;
    }
    known.push_back(stage.name);
  }
  throw Error("flow.set", "the flow has no stage '" + name + "'", base::suggest(name, known),
              where);
}

}  // namespace neucasl::flow
