#include <algorithm>
#include <iostream>

#include "command.hpp"
#include "model_devices.hpp"
#include "neucasl/model/card_parameters.hpp"

namespace neucasl::cli {
namespace {

std::string kinds_of(const plugin::Manifest& manifest) {
  std::string text;
  for (const plugin::PluginKind kind : manifest.kinds) {
    text += (text.empty() ? "" : ", ") + std::string(plugin::to_string(kind));
  }
  return text;
}

/// Broken manifests were reported to the session's sink.
int code_of(const Session& session) { return session.sink->error_count() > 0 ? bad_input : done; }

}  // namespace

int list_plugins(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_format(description);
  const Parsed parsed("plugins list", description, {}, arguments);
  std::vector<std::vector<std::string>> rows;
  for (const plugin::Manifest& manifest : session.host->manifests(*session.sink)) {
    rows.push_back({manifest.name, manifest.version, kinds_of(manifest), manifest.summary});
  }
  if (parsed.json()) {
    print_json_rows({"name", "version", "kinds", "summary"}, rows);
  } else {
    print_columns(rows);
  }
  return code_of(session);
}

namespace {

plugin::Manifest manifest_named(Session& session, const std::string& name) {
  std::vector<std::string> known;
  for (plugin::Manifest& manifest : session.host->manifests(*session.sink)) {
    if (manifest.name == name) return std::move(manifest);
    known.push_back(manifest.name);
  }
  throw base::Error("plugin.unknown", "no plugin '" + name + "'", base::suggest(name, known));
}

}  // namespace

int show_plugin(Session& session, const Arguments& arguments) {
  const Parsed parsed("plugins show", {}, {"NAME"}, arguments);
  const plugin::Manifest manifest = manifest_named(session, parsed.text("NAME"));
  std::cout << manifest.name << ' ' << manifest.version << " (ABI " << manifest.abi << ")\n"
            << manifest.summary << "\nprovides " << kinds_of(manifest) << "\nin "
            << manifest.folder.string() << '\n';
  for (const plugin::ParameterSpec& parameter : manifest.parameters) {
    std::cout << "  " << parameter.name << " (" << plugin::to_string(parameter.type)
              << (parameter.default_value.empty() ? "" : ", default " + parameter.default_value)
              << "): " << parameter.meaning << '\n';
  }
  for (const plugin::MethodSpec& method : manifest.methods) {
    std::string variants;
    for (const std::string& variant : method.variants) {
      variants += (variants.empty() ? "" : ", ") + variant;
    }
    std::cout << "  method " << method.name << " (" << variants << "): " << method.summary << '\n';
  }
  return done;
}

int check_plugins(Session& session, const Arguments& arguments) {
  const Parsed parsed("plugins check", {}, {}, arguments);
  for (const plugin::Manifest& manifest : session.host->manifests(*session.sink)) {
    try {
      session.host->load(manifest);
      std::cout << manifest.name << ": handshake passed\n";
    } catch (const base::Error& error) {
      session.sink->report(error.diagnostic());
    }
  }
  return code_of(session);
}

int list_devices(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_format(description);
  const Parsed parsed("devices list", description, {}, arguments);
  const device::Library library(session.installation.device_folders);
  std::vector<std::vector<std::string>> rows;
  for (const std::string& id : library.ids()) {
    try {
      const device::Card card = library.load(id);
      const device::Choice* model = model_choice(card);
      rows.push_back({card.id, card.family, model ? model->value : "", card.title});
    } catch (const base::Error& error) {
      session.sink->report(error.diagnostic());
    }
  }
  if (parsed.json()) {
    print_json_rows({"id", "family", "model", "title"}, rows);
  } else {
    print_columns(rows);
  }
  return code_of(session);
}

int show_device(Session& session, const Arguments& arguments) {
  const Parsed parsed("devices show", {}, {"ID"}, arguments);
  const device::Card card =
      device::Library(session.installation.device_folders).load(parsed.text("ID"));
  std::cout << card.id << " (" << card.family << "): " << card.title << '\n';
  std::vector<std::vector<std::string>> rows{{"name", "value", "kind", "source", "place"}};
  for (const device::Number& number : card.numbers) {
    rows.push_back({number.name, base::to_engineering(number.value, 6),
                    std::string(device::to_string(number.kind)), number.source, number.place});
  }
  for (const device::Polynomial& polynomial : card.polynomials) {
    rows.push_back({polynomial.name,
                    "polynomial of order " + std::to_string(polynomial.coefficients.size() - 1),
                    std::string(device::to_string(polynomial.kind)), polynomial.source,
                    polynomial.place});
  }
  print_columns(rows);
  for (const device::Citation& citation : card.citations) {
    std::cout << '[' << citation.key << "] " << citation.text
              << (citation.doi.empty() ? "" : ", doi:" + citation.doi) << '\n';
  }
  return done;
}

namespace {

/// A card whose device has a model keeps to the model's parameters.
void check_model(Session& session, const device::Card& card) {
  const device::Choice* choice = model_choice(card);
  if (!choice) return;
  const model::FoundModel found = session.host->models().find(choice->value, choice->where);
  device::UseList uses;
  static_cast<void>(model::parameters_from(found.model->specification(), card, uses));
}

}  // namespace

int validate_devices(Session& session, const Arguments& arguments) {
  if (std::find(arguments.begin(), arguments.end(), "--help") != arguments.end()) {
    const Parsed parsed("devices validate", {}, {}, arguments);
  }
  std::vector<std::filesystem::path> files(arguments.begin(), arguments.end());
  if (files.empty()) files = device::Library(session.installation.device_folders).files();
  if (files.empty()) {
    throw base::Error("device.unknown", "there are no device cards",
                      "give files, or set NEUCASL_DEVICE_PATH");
  }
  std::size_t valid = 0;
  for (const std::filesystem::path& file : files) {
    try {
      check_model(session, device::load_card(file));
      ++valid;
    } catch (const base::Error& error) {
      session.sink->report(error.diagnostic());
    }
  }
  std::cout << valid << " of " << files.size() << " cards are valid\n";
  return code_of(session);
}

int show_version(Session& /*session*/, const Arguments& arguments) {
  const Parsed parsed("version", {}, {}, arguments);
  std::cout << "neucasl " << flow::version() << ", plugin ABI " << plugin::abi_major << '.'
            << plugin::abi_minor << ", " << plugin::toolchain_fingerprint << '\n';
  return done;
}

}  // namespace neucasl::cli
