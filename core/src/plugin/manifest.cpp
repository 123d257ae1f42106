#include <algorithm>

#include "neucasl/base/file.hpp"
#include "neucasl/base/xml.hpp"
#include "neucasl/plugin/host.hpp"

namespace neucasl::plugin {
namespace {

using base::Error;
using base::XmlElement;

constexpr PluginKind all_kinds[] = {PluginKind::front_end,
                                    PluginKind::circuit_simulator,
                                    PluginKind::performance_estimator,
                                    PluginKind::reliability_estimator,
                                    PluginKind::device_models,
                                    PluginKind::precision_method};

[[noreturn]] void fail(const std::string& what, const std::string& remedy,
                       const base::Location& where) {
  throw Error("plugin.manifest", what, remedy, where);
}

PluginKind kind_of(const XmlElement& element) {
  const std::string& name = element.required("kind");
  std::vector<std::string> known;
  for (const PluginKind kind : all_kinds) {
    if (to_string(kind) == name) return kind;
    known.emplace_back(to_string(kind));
  }
  fail("unknown plugin kind '" + name + "'", base::suggest(name, known), element.where);
}

std::vector<std::string> words_of(std::string text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    if (space > 0) words.push_back(text.substr(0, space));
    text.erase(0, space + 1);
  }
  return words;
}

ParameterSpec parameter_of(const XmlElement& element) {
  element.allow_attributes(
      {"name", "type", "unit", "default", "min", "max", "choices", "meaning", "optional"});
  ParameterSpec spec;
  spec.name = element.required("name");
  spec.meaning = element.required("meaning");
  spec.default_value = element.optional("default").value_or("");
  spec.optional = element.optional("optional").value_or("false") == "true";
  const std::string& type = element.required("type");
  std::vector<std::string> known;
  bool found = false;
  for (const ParameterType candidate :
       {ParameterType::boolean, ParameterType::integer, ParameterType::quantity,
        ParameterType::text, ParameterType::file}) {
    if (to_string(candidate) == type) {
      spec.type = candidate;
      found = true;
    }
    known.emplace_back(to_string(candidate));
  }
  if (!found)
    fail("unknown parameter type '" + type + "'", base::suggest(type, known), element.where);
  spec.unit = element.optional("unit").value_or("1");
  const auto limit = [&](std::string_view name) -> std::optional<double> {
    const auto text = element.optional(name);
    if (!text) return std::nullopt;
    return base::parse_si(*text, base::parse_unit(spec.unit, element.where).dimension,
                          element.where);
  };
  spec.min = limit("min");
  spec.max = limit("max");
  spec.choices = words_of(element.optional("choices").value_or(""));
  return spec;
}

std::vector<ParameterSpec> parameters_of(const XmlElement& element) {
  element.allow_children({"parameter"});
  std::vector<ParameterSpec> result;
  for (const XmlElement& child : element.children) {
    result.push_back(parameter_of(child));
    for (std::size_t i = 0; i + 1 < result.size(); ++i) {
      if (result[i].name == result.back().name) {
        fail("parameter '" + result[i].name + "' stands twice", "rename one", child.where);
      }
    }
  }
  return result;
}

CircuitSpec circuit_of(const XmlElement& element) {
  element.allow_attributes({"name", "summary"});
  return {element.required("name"), element.required("summary"), parameters_of(element)};
}

void check_front_end(const Manifest& manifest) {
  if (manifest.provides(PluginKind::front_end)) return;
  if (!manifest.logic && manifest.circuits.empty()) return;
  fail("the plugin has <logic> or <circuit> and is no front end",
       "write <provides kind=\"front-end\"/>", manifest.where);
}

std::string model_of(const XmlElement& element) {
  element.allow_attributes({"name"});
  return element.required("name");
}

MethodSpec method_of(const XmlElement& element) {
  element.allow_attributes({"name", "variants", "summary"});
  MethodSpec spec{element.required("name"), words_of(element.required("variants")),
                  element.required("summary")};
  if (spec.variants.empty()) {
    fail("method '" + spec.name + "' has no variant", "name at least one in 'variants'",
         element.where);
  }
  return spec;
}

void check_methods(const Manifest& manifest) {
  if (manifest.provides(PluginKind::precision_method) == manifest.methods.empty()) {
    fail(manifest.methods.empty() ? "the plugin provides precision methods and names none"
                                  : "the plugin names precision methods and does not provide them",
         "write <provides kind=\"precision-method\"/> and <method name=\"...\"/> for each",
         manifest.where);
  }
}

}  // namespace

std::string_view to_string(PluginKind kind) {
  constexpr std::string_view names[] = {
      "front-end",     "circuit-simulator", "performance-estimator", "reliability-estimator",
      "device-models", "precision-method"};
  return names[static_cast<std::size_t>(kind)];
}

bool Manifest::provides(PluginKind kind) const {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

const CircuitSpec& Manifest::circuit(std::string_view circuit_name,
                                     const base::Location& place) const {
  std::vector<std::string> known;
  for (const CircuitSpec& spec : circuits) {
    if (spec.name == circuit_name) return spec;
    known.push_back(spec.name);
  }
  throw Error("plugin.circuit",
              "plugin '" + name + "' has no circuit '" + std::string(circuit_name) + "'",
              base::suggest(std::string(circuit_name), known), place);
}

const MethodSpec& Manifest::method(std::string_view method_name) const {
  std::vector<std::string> known;
  for (const MethodSpec& spec : methods) {
    if (spec.name == method_name) return spec;
    known.push_back(spec.name);
  }
  throw Error("plugin.method",
              "plugin '" + name + "' has no precision method '" + std::string(method_name) + "'",
              base::suggest(method_name, known));
}

namespace {

Manifest read_checked(const std::filesystem::path& file) {
  const XmlElement root = base::parse_xml(base::read_file(file), file.string(), "plugin");
  root.allow_attributes({"name", "version", "abi", "library"});
  root.allow_children({"summary", "provides", "parameter", "model", "logic", "circuit", "method"});
  Manifest manifest;
  manifest.where = root.where;
  manifest.folder = file.parent_path();
  manifest.name = root.required("name");
  manifest.version = root.required("version");
  manifest.abi = root.required("abi");
  manifest.library = root.required("library");
  if (manifest.library.find('/') != std::string::npos) {
    fail("the library '" + manifest.library + "' is a path",
         "give the name of a file beside the manifest", root.where);
  }
  if (manifest.name != manifest.folder.filename().string()) {
    fail("plugin '" + manifest.name + "' lies in folder '" + manifest.folder.filename().string() +
             "'",
         "give folder and plugin the same name", root.where);
  }
  for (const XmlElement& child : root.children) {
    if (child.name == "summary") manifest.summary = child.text;
    if (child.name == "provides") manifest.kinds.push_back(kind_of(child));
    if (child.name == "parameter") manifest.parameters.push_back(parameter_of(child));
    if (child.name == "model") manifest.models.push_back(model_of(child));
    if (child.name == "logic") manifest.logic = parameters_of(child);
    if (child.name == "circuit") manifest.circuits.push_back(circuit_of(child));
    if (child.name == "method") manifest.methods.push_back(method_of(child));
  }
  if (manifest.kinds.empty()) {
    fail("the plugin provides nothing", "write <provides kind=\"...\"/>", root.where);
  }
  if (manifest.provides(PluginKind::device_models) == manifest.models.empty()) {
    fail(manifest.models.empty() ? "the plugin provides device models and names none"
                                 : "the plugin names device models and does not provide them",
         "write <provides kind=\"device-models\"/> and <model name=\"...\"/> for each", root.where);
  }
  check_front_end(manifest);
  check_methods(manifest);
  return manifest;
}

}  // namespace

Manifest read_manifest(const std::filesystem::path& file) {
  try {
    return read_checked(file);
  } catch (const Error& error) {
    // Whatever is wrong inside, it is the manifest that must be mended.
    base::Diagnostic diagnostic = error.diagnostic();
    if (!diagnostic.where.known()) diagnostic.where = {file.string(), 0, 0};
    diagnostic.code = "plugin.manifest";
    throw Error(std::move(diagnostic));
  }
}

}  // namespace neucasl::plugin
