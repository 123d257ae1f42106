#include "training_comparison.hpp"

namespace neucasl::flow {
namespace {

using plugin::ParameterType;

/// A network trained on arrays of memristive devices.
class AnalogTrainingStage final : public TrainingStage {
 public:
  using TrainingStage::TrainingStage;

  std::vector<InputFile> inputs(Workspace& workspace) override {
    std::vector<InputFile> result = TrainingStage::inputs(workspace);
    const std::string& id = parameters().text("device");
    const device::Card card = workspace.devices->load(id, parameters().where("device"));
    device_ = mapping::read_training_device(card, uses_);
    result.push_back(file_input("device " + id, workspace.devices->file_of(id)));
    return result;
  }

  results::Findings run(Workspace& workspace, const std::filesystem::path& folder,
                        const std::string& key) override {
    const mapping::AnalogTrainingOptions options = options_of(workspace);
    TrainingComparison comparison = compare_training(
        workspace, parameters(), {folder, key}, [&](const network::Network& network) {
          return mapping::memristor_training(network, device_, options);
        });
    results::Findings findings = to_findings(comparison, method(options), "mapping", uses_);
    add_wear(comparison.events, findings);
    workspace.network = std::move(comparison.network);
    return findings;
  }

 private:
  [[nodiscard]] mapping::AnalogTrainingOptions options_of(const Workspace& workspace) const {
    const plugin::ParameterSet& from = parameters();
    const auto size = [&](const char* name) {
      return static_cast<std::size_t>(from.integer(name));
    };
    mapping::AnalogTrainingOptions options;
    options.reading = reading_of(from);
    options.array_rows = size("array_rows");
    options.array_columns = size("array_columns");
    options.weight_range = from.si("weight_range");
    options.update = from.text("update") == "accumulated" ? mapping::UpdateScheme::accumulated
                                                          : mapping::UpdateScheme::outer_product;
    options.pair = from.text("pair") == "push-pull" ? mapping::PairScheme::push_pull
                                                    : mapping::PairScheme::fixed_reference;
    options.threshold = size("threshold");
    options.pulse_train = size("pulse_train");
    options.update_noise = from.boolean("update_noise");
    options.update_nonlinearity = from.boolean("update_nonlinearity");
    options.device_spread = from.boolean("device_spread");
    options.read_noise = from.boolean("read_noise");
    options.read_sigma = from.si("read_sigma");
    options.read_age = from.si("read_age");
    options.seed = workspace.seed;
    options.threads = workspace.options.threads;
    options.cancel = workspace.options.cancel;
    return options;
  }

  [[nodiscard]] std::string method(const mapping::AnalogTrainingOptions& options) const {
    std::string text = "Products both ways on pairs of '" + device_.synapse.card + "', ";
    text += options.update == mapping::UpdateScheme::accumulated
                ? "changes accumulated in digital and transferred by pulses"
                : "outer products by trains of pulses in the array";
    text += options.pair == mapping::PairScheme::push_pull
                ? ", both devices of a pair pulsed"
                : ", one device of a pair pulsed, the other at the symmetry point";
    if (!options.update_nonlinearity) text += ", straight update curves";
    if (!options.update_noise) text += ", no noise of updates";
    if (!options.device_spread) text += ", equal devices";
    if (!options.read_noise) text += ", no noise of reads";
    return text;
  }

  void add_wear(const mapping::TrainingEvents& events, results::Findings& findings) const {
    const auto add = [&](const char* key, const char* label, double value,
                         const base::Dimension& dimension, const std::string& how) {
      results::Figure figure = make_figure(key, label, value, dimension, how, "mapping");
      figure.sources = uses_.lines();
      findings.figures.push_back(std::move(figure));
    };
    add("training.pulses_mean", "Pulses on a device, mean",
        static_cast<double>(events.pulses) / static_cast<double>(events.devices), {},
        "Over the " + std::to_string(events.devices) + " devices that are pulsed");
    add("training.pulses_most", "Pulses on a device, most",
        static_cast<double>(events.largest_count), {}, "The device that had most");
    if (!device_.cost) {
      findings.section.items.emplace_back(results::Paragraph{
          "The card states no pulses, so energy and time of writing are not given."});
      return;
    }
    add("training.write_energy_J", "Energy of all pulses in the devices", events.write_energy,
        base::dimension::energy, "Sum of V^2 t G, G the mean of before and after each pulse");
    add("training.write_time_s", "Time of all updates", events.write_time, base::dimension::time,
        "Arrays and layers at the same time; accumulated updates row by row in an array, outer "
        "products all of an array in slots for both directions");
    if (!device_.cost->endurance) {
      findings.section.items.emplace_back(
          results::Paragraph{"The card states no endurance, so its share consumed is not given."});
      return;
    }
    add("training.endurance_share", "Endurance consumed, most",
        static_cast<double>(events.largest_count) / *device_.cost->endurance, {},
        "Pulses on the device that had most over the card's endurance, each counted as one cycle");
    findings.figures.back().as_percent = true;
  }

  mapping::TrainingDevice device_;
  device::UseList uses_;
};

plugin::ParameterSpec flag(const std::string& name, const std::string& meaning) {
  return {name, ParameterType::boolean, "", "true", {}, {}, {}, meaning, false};
}

std::vector<plugin::ParameterSpec> device_parameters() {
  return {
      {"device",
       ParameterType::text,
       "",
       "sige_choi2018",
       {},
       {},
       {},
       "card with a law of update",
       false},
      {"update",
       ParameterType::text,
       "",
       "accumulated",
       {},
       {},
       {"accumulated", "outer-product"},
       "changes summed in digital, or outer products by trains of pulses",
       false},
      {"pair",
       ParameterType::text,
       "",
       "push-pull",
       {},
       {},
       {"push-pull", "fixed-reference"},
       "which devices of a pair are pulsed",
       false},
      {"threshold",
       ParameterType::integer,
       "",
       "1",
       1,
       1000000,
       {},
       "pulses that an accumulated change must be worth",
       false},
      {"pulse_train",
       ParameterType::integer,
       "",
       "31",
       1,
       31,
       {},
       "most pulses of a train of an outer product",
       false},
      {"weight_range",
       ParameterType::quantity,
       "1",
       "4",
       1e-3,
       1e3,
       {},
       "largest weight over the standard deviation of the first ones",
       false},
      {"array_rows", ParameterType::integer, "", "128", 1, 65536, {}, "of an array", false},
      {"array_columns",
       ParameterType::integer,
       "",
       "128",
       2,
       65536,
       {},
       "of an array, two a weight",
       false},
      {"read_sigma",
       ParameterType::quantity,
       "1",
       "0",
       0,
       1,
       {},
       "fluctuation of a device's conductance from read to read, a share of it, besides the card's",
       false},
      {"read_age",
       ParameterType::quantity,
       "s",
       "1 s",
       1e-9,
       {},
       {},
       "time since programming in the card's law of read noise",
       false},
      flag("update_noise", "noise of updates"),
      flag("update_nonlinearity", "curves of the card; false: straight and symmetric"),
      flag("device_spread", "spread of the update from device to device"),
      flag("read_noise", "noise of reads"),
  };
}

}  // namespace

StageKind analog_training_stage() {
  StageKind kind;
  kind.kind = "analog-training";
  kind.summary = "Trains a network on arrays of memristive devices, and in float beside it.";
  kind.makes = Artifact::network;
  kind.parameters = training_parameters();
  for (plugin::ParameterSpec& spec : device_parameters()) {
    kind.parameters.push_back(std::move(spec));
  }
  kind.make = [](plugin::ParameterSet parameters, const std::optional<plugin::Manifest>&) {
    return std::unique_ptr<Stage>(new AnalogTrainingStage(std::move(parameters)));
  };
  return kind;
}

}  // namespace neucasl::flow
