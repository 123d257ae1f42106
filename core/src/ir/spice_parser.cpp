#include "neucasl/ir/spice_parser.hpp"

#include <algorithm>
#include <set>

#include "neucasl/base/quantity.hpp"
#include "spice_controls.hpp"
#include "spice_elements.hpp"

namespace neucasl::ir {
namespace {

using spice::Card;
using spice::Deck;
using spice::Designer;
using spice::Draft;
using spice::Elements;
using spice::Line;
using spice::Parameters;
using spice::Scope;
using spice::Setting;

constexpr std::size_t most_modules = 100'000;
constexpr std::size_t most_elements = 20'000'000;  // over all modules

class Importer {
 public:
  Importer(const Deck& deck, const SpiceDevices* devices, SpiceImport& import)
      : deck_(deck),
        devices_(devices),
        import_(import),
        designer_(import.design),
        globals_(deck, nullptr) {}

  void run() {
    if (deck_.top.elements.empty()) {
      throw base::Error("spice.card", "the deck has no elements at its top level",
                        "instantiate a subcircuit with an X element", {deck_.file, 1, 1});
    }
    import_.design.name = deck_.lines.title;
    check_models(deck_.top);
    for (const Setting& setting : deck_.top.parameters) globals_.define(setting);
    globals_.evaluate_all();
    spice::read_controls(deck_, globals_, import_);
    pulse_edge_ = spice::output_step(deck_, globals_);
    import_.design.top = module_of(deck_.top, globals_, "main");
  }

 private:
  /// Also of models that no element uses.
  void check_models(const Scope& scope) const {
    for (const auto& [name, model] : scope.models) {
      if (model.type == "d" || model.type == "nmos" || model.type == "pmos" || !devices_) continue;
      if (devices_->find(model.type)) continue;
      std::vector<std::string> known = devices_->names();
      known.insert(known.begin(), {"d", "nmos", "pmos"});
      deck_.fail("spice.model", model.place,
                 "model '" + name + "' has the unknown type '" + model.type + "'",
                 base::suggest(model.type, known));
    }
    for (const auto& [name, inner] : scope.subcircuits) check_models(*inner);
  }

  ModuleId module_of(const Scope& scope, Parameters& parameters, const std::string& name) {
    elements_ += scope.elements.size();
    if (elements_ > most_elements || designer_.modules() > most_modules) {
      throw base::Error("spice.limit",
                        "the deck expands to more than " + std::to_string(most_elements) +
                            " elements or " + std::to_string(most_modules) + " modules",
                        "use fewer sets of parameters", {deck_.file, 1, 1});
    }
    Draft draft(designer_, deck_);
    for (const std::string_view port : scope.ports) draft.port(port, scope.place);
    Elements elements(
        deck_, scope, parameters, designer_, draft, devices_, pulse_edge_,
        [this](const Scope& target, const Card& card, const std::vector<Setting>& settings,
               Parameters& caller) { return instance_of(target, card, settings, caller); });
    for (const Line* line : scope.elements) elements.add(*line);
    elements.finish();
    return draft.finish(name, scope.place);
  }

  /// The module of a subcircuit with these settings, made at their first use.
  ModuleId instance_of(const Scope& scope, const Card& card, const std::vector<Setting>& settings,
                       Parameters& caller) {
    if (!active_.insert(&scope).second) {
      deck_.fail("spice.recursion", card.place(), "subcircuit '" + scope.name + "' contains itself",
                 "break the cycle");
    }
    if (active_.size() > static_cast<std::size_t>(spice::deepest_hierarchy)) {
      deck_.fail("spice.depth", card.place(),
                 "subcircuits nest deeper than " + std::to_string(spice::deepest_hierarchy),
                 "flatten some levels");
    }
    Parameters parameters(deck_, &globals_);
    std::vector<std::string> known;
    for (const Setting& formal : scope.formals) known.emplace_back(formal.name);
    for (const Setting& setting : settings) {
      if (std::find(known.begin(), known.end(), setting.name) == known.end()) {
        deck_.fail(
            "spice.parameter", setting.place,
            "subcircuit '" + scope.name + "' has no parameter '" + std::string(setting.name) + "'",
            known.empty() ? "it takes none" : base::suggest(setting.name, known));
      }
      parameters.define(setting.name, caller.value(setting.value, setting.place), setting.place);
    }
    for (const Setting& formal : scope.formals) {
      const bool given = std::any_of(settings.begin(), settings.end(),
                                     [&](const Setting& one) { return one.name == formal.name; });
      if (!given) parameters.define(formal);
    }
    for (const Setting& local : scope.parameters) parameters.define(local);
    parameters.evaluate_all();
    std::string key = std::to_string(reinterpret_cast<std::uintptr_t>(&scope));
    for (const Setting& formal : scope.formals) {
      key += ' ' + base::shortest(parameters.find(formal.name).value_or(0.0));
    }
    auto found = modules_.find(key);
    if (found == modules_.end()) {
      found = modules_.emplace(key, module_of(scope, parameters, scope.name)).first;
    }
    active_.erase(&scope);
    return found->second;
  }

  const Deck& deck_;
  const SpiceDevices* devices_;
  SpiceImport& import_;
  Designer designer_;
  Parameters globals_;
  double pulse_edge_ = 0.0;
  std::size_t elements_ = 0;
  std::set<const Scope*> active_;
  std::unordered_map<std::string, ModuleId> modules_;
};

}  // namespace

SpiceImport parse_spice(std::string_view text, const std::string& file,
                        const SpiceDevices* devices) {
  const std::unique_ptr<Deck> deck = spice::read_deck(text, file);
  SpiceImport import;
  Importer(*deck, devices, import).run();
  import.notes.insert(import.notes.begin(), deck->notes.begin(), deck->notes.end());
  return import;
}

}  // namespace neucasl::ir
