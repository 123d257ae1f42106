#include "blif_model.hpp"

namespace neucasl::logic {
namespace {

using base::Error;

// A few lines of nested models can describe more than any memory holds.
constexpr std::size_t most_levels = 1000;
constexpr std::size_t most_instances = std::size_t{1} << 20U;
constexpr std::size_t most_functions = std::size_t{1} << 22U;
constexpr std::size_t most_name_bytes = std::size_t{1} << 28U;

class BlifExpander {
 public:
  explicit BlifExpander(const BlifFile& file)
      : file_(file), table_(file.file), open_(file.models.size(), 0) {
    open_[0] = 1;
  }

  SignalTable run() {
    const BlifModel& top = file_.models.front();
    for (const Word& input : top.inputs) table_.add_input(table_.named(input.text), input.place);
    for (const Word& clock : top.clocks) {
      const Signal signal = table_.named(clock.text);
      if (!table_.driven(signal)) table_.add_input(signal, clock.place);
    }
    std::unordered_map<std::string_view, Place> outputs;
    for (const Word& output : top.outputs) {
      if (!outputs.emplace(output.text, output.place).second) {
        throw Error("blif.syntax", "output '" + std::string(output.text) + "' is listed twice",
                    "list each output once", file_.location(output.place));
      }
      table_.add_output(table_.named(output.text), output.place);
    }
    Scope scope;
    scope.model = 0;
    expand(scope);
    return std::move(table_);
  }

 private:
  struct Scope {
    std::size_t model = 0;
    std::string prefix;  ///< Empty at the top, otherwise with a dot at the end.
    std::unordered_map<std::string_view, Signal> signals;
    std::size_t level = 0;
  };

  Signal signal_of(Scope& scope, std::string_view name) {
    if (scope.level == 0) return table_.named(name);
    const auto [entry, added] = scope.signals.emplace(name, no_signal);
    if (added) {
      name_bytes_ += scope.prefix.size() + name.size();
      entry->second = table_.unnamed(scope.prefix + std::string(name));
    }
    return entry->second;
  }

  void expand(Scope& scope) {
    const BlifModel& model = file_.models[scope.model];
    for (const BlifLatch& latch : model.latches) {
      LatchDefinition definition;
      definition.input = signal_of(scope, latch.input.text);
      definition.output = signal_of(scope, latch.output.text);
      definition.initial = latch.initial;
      if (!latch.clock.empty()) definition.clock = signal_of(scope, latch.clock);
      definition.place = latch.output.place;
      table_.add_latch(definition);
    }
    for (const BlifNames& names : model.names) {
      check_size(names.output.place);
      std::vector<Signal> inputs;
      inputs.reserve(names.inputs.size());
      for (const Word& input : names.inputs) inputs.push_back(signal_of(scope, input.text));
      add_blif_names(names, std::move(inputs), signal_of(scope, names.output.text), table_);
    }
    std::size_t number = 0;
    for (const BlifInstance& instance : model.instances) {
      expand_instance(scope, instance, number++);
    }
  }

  void check_size(Place place) const {
    if (instances_ <= most_instances && table_.functions() <= most_functions &&
        name_bytes_ <= most_name_bytes) {
      return;
    }
    throw Error("blif.size",
                "the hierarchy expands to more than " + counted(most_instances, "instance") +
                    " or " + counted(most_functions, "function"),
                "read a smaller part, such as one of its models", file_.location(place));
  }

  std::size_t model_of(const BlifInstance& instance) const {
    const auto entry = file_.index.find(instance.model.text);
    const std::string name(instance.model.text);
    if (entry == file_.index.end()) {
      std::vector<std::string> known;
      for (const BlifModel& model : file_.models) known.emplace_back(model.name);
      throw Error("blif.model", "no model '" + name + "' in this file",
                  name[0] == '$' ? "reduce such cells to gates and flip-flops before writing "
                                   "(Yosys: techmap; dfflegalize -cell $_DFF_P_ 01; simplemap)"
                                 : base::suggest(name, known),
                  file_.location(instance.model.place));
    }
    if (file_.models[entry->second].black_box) {
      throw Error("blif.model", "model '" + name + "' is a black box",
                  "add its contents to this file", file_.location(instance.model.place));
    }
    return entry->second;
  }

  void expand_instance(Scope& outer, const BlifInstance& instance, std::size_t number) {
    const std::size_t index = model_of(instance);
    const Place place = instance.model.place;
    if (open_[index] != 0) {
      throw Error("blif.model", "model '" + std::string(instance.model.text) + "' contains itself",
                  "break the recursion", file_.location(place));
    }
    if (outer.level == most_levels) {
      throw Error("blif.size", "models are nested more than 1000 deep", "flatten some of them",
                  file_.location(place));
    }
    ++instances_;
    check_size(place);

    Scope inner;
    inner.model = index;
    inner.level = outer.level + 1;
    inner.prefix =
        outer.prefix +
        (instance.name.empty() ? std::string(instance.model.text) + '_' + std::to_string(number)
                               : std::string(instance.name)) +
        '.';
    name_bytes_ += inner.prefix.size();
    join_ports(outer, inner, instance);
    open_[index] = 1;
    expand(inner);
    open_[index] = 0;
  }

  void join_ports(Scope& outer, Scope& inner, const BlifInstance& instance) {
    const BlifModel& model = file_.models[inner.model];
    std::unordered_map<std::string_view, bool> ports;
    for (const auto* list : {&model.inputs, &model.outputs, &model.clocks}) {
      for (const Word& port : *list) ports.emplace(port.text, false);
    }
    for (const BlifInstance::Join& join : instance.joins) {
      const auto port = ports.find(join.formal.text);
      if (port == ports.end()) refuse_port(join.formal, model);
      if (port->second) {
        throw Error("blif.port", "port '" + std::string(join.formal.text) + "' is joined twice",
                    "join it once", file_.location(join.formal.place));
      }
      port->second = true;
      inner.signals.emplace(join.formal.text, signal_of(outer, join.actual));
    }
    for (const Word& input : model.inputs) {
      if (ports.at(input.text)) continue;
      throw Error("logic.undriven",
                  "input '" + std::string(input.text) + "' of model '" + std::string(model.name) +
                      "' is not joined",
                  "add " + std::string(input.text) + "=SIGNAL",
                  file_.location(instance.model.place));
    }
  }

  [[noreturn]] void refuse_port(const Word& formal, const BlifModel& model) const {
    std::vector<std::string> known;
    for (const auto* list : {&model.inputs, &model.outputs}) {
      for (const Word& port : *list) known.emplace_back(port.text);
    }
    throw Error(
        "blif.port",
        "model '" + std::string(model.name) + "' has no port '" + std::string(formal.text) + "'",
        base::suggest(formal.text, known), file_.location(formal.place));
  }

  const BlifFile& file_;
  SignalTable table_;
  std::vector<char> open_;  ///< By model: whether it is being expanded.
  std::size_t instances_ = 0;
  std::size_t name_bytes_ = 0;
};

}  // namespace

SignalTable expand_blif(const BlifFile& file) { return BlifExpander(file).run(); }

}  // namespace neucasl::logic
