#include <charconv>
#include <iostream>

#include "front_end_input.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/io/files.hpp"
#include "quantize_device.hpp"

namespace neucasl::cli {
namespace {

[[noreturn]] void refuse_quantize(const std::string& what, const std::string& remedy) {
  throw base::Error("cli.usage", "neucasl quantize: " + what, remedy);
}

void add_model_options(options::options_description& description) {
  description.add_options()("dataset",
                            options::value<std::string>()->default_value("fashion-mnist"),
                            "data set of the network")("images", options::value<std::string>(),
                                                       "images in place of the data set (IDX)")(
      "labels", options::value<std::string>(), "their labels (IDX)")(
      "calibration", options::value<std::size_t>()->default_value(512),
      "samples that scores are computed from, drawn from the training set")(
      "test-samples", options::value<std::size_t>(),
      "first images of the test set that the metric is computed from, default: all; windows of a "
      "text, default: 64")("text", options::value<std::string>(), "text for a language model")(
      "sequence", options::value<std::size_t>(), "tokens of a window")(
      "epochs", options::value<std::size_t>()->default_value(8),
      "passes over the training images when lenet5 or vgg8 is trained here")(
      "training-images", options::value<std::size_t>(), "first images of it to train on")(
      "learning-rate", options::value<double>(), "of the first epoch, default: 0.05, vgg8 0.02")(
      "save-network", options::value<std::string>(), "file for the network trained here");
}

quantisation::ModelSource source_of(const Session& session, const Parsed& parsed) {
  quantisation::ModelSource source;
  const auto text = [&](const char* option, std::string& value) {
    if (parsed.has(option)) value = parsed.text(option);
  };
  source.model = parsed.text("MODEL");
  source.dataset_folders = session.installation.dataset_folders;
  text("dataset", source.dataset);
  text("images", source.images);
  text("labels", source.labels);
  text("text", source.text);
  text("save-network", source.save_network);
  source.calibration = parsed.get<std::size_t>("calibration");
  source.epochs = parsed.get<std::size_t>("epochs");
  if (parsed.has("test-samples")) source.test_samples = parsed.get<std::size_t>("test-samples");
  if (parsed.has("sequence")) source.sequence = parsed.get<std::size_t>("sequence");
  if (parsed.has("learning-rate")) source.learning_rate = parsed.get<double>("learning-rate");
  if (parsed.has("training-images")) {
    source.training_images = parsed.get<std::size_t>("training-images");
  }
  return source;
}

options::options_description quantize_options() {
  options::options_description description;
  description.add_options()("method", options::value<std::string>(), "precision method")(
      "variant", options::value<std::string>()->default_value(""), "its variant")(
      "budget", options::value<std::string>(),
      "KIND<=LIMIT: average_bits, bits, arrays, cells, converter_energy, energy, latency, area")(
      "menu", options::value<std::string>(),
      "weight bits to choose from, such as 3,5,7,9; default: the steps of the architecture")(
      "activation-bits", options::value<int>()->default_value(8),
      "bits of the inputs of all layers")("granularity",
                                          options::value<std::string>()->default_value("tensor"),
                                          "weights of one scale: tensor, channel, group")(
      "group-size", options::value<std::size_t>()->default_value(0), "weights of a group")(
      "architecture", options::value<std::string>()->default_value("hfox_differential"),
      "id of an architecture, or a file")("chips", options::value<std::size_t>(),
                                          "number of chips, in place of the architecture's")(
      "estimator", options::value<std::string>()->default_value("performance"), "estimator plugin")(
      "no-audit", options::bool_switch(), "without rank correlation and regret")(
      "not-monotone", options::bool_switch(),
      "a layer of a higher score may get fewer bits than another");
  add_device_options(description);
  add_model_options(description);
  add_format(description);
  description.add_options()("set", options::value<std::vector<std::string>>()->composing(),
                            "name=value, a parameter of the method; may be repeated")(
      "seed", options::value<std::uint64_t>()->default_value(1), "seed of random choices")(
      "jobs", options::value<int>()->default_value(2), "threads")(
      "out", options::value<std::string>(), "precision map, FILE.pmap.json")(
      "quiet", options::bool_switch(), "print no progress");
  return description;
}

std::vector<int> menu_from(const Parsed& parsed, const architecture::Architecture& architecture) {
  if (!parsed.has("menu")) return quantisation::menu_of(architecture);
  const std::string& text = parsed.text("menu");
  std::vector<int> menu;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    int bits = 0;
    const auto [rest, code] = std::from_chars(text.data() + at, text.data() + end, bits);
    if (code != std::errc{} || rest != text.data() + end) {
      refuse_quantize("'" + text + "' is no menu of bits", "give whole numbers, such as 3,5,7,9");
    }
    menu.push_back(bits);
    at = end + 1;
  }
  return menu;
}

std::string needed_option(const Parsed& parsed, const std::string& option,
                          const std::string& example) {
  if (parsed.has(option)) return parsed.text(option);
  refuse_quantize("the option --" + option + " is missing", "give " + example);
}

quantisation::NamedMethod make_method(Session& session, const Parsed& parsed,
                                      const std::string& name) {
  const plugin::Manifest manifest = session.host->find_method(name);
  return {name, session.host->make_precision_method(manifest, name),
          set_parameters(parsed, manifest.parameters, "precision plugin '" + manifest.name + "'")};
}

/// What all layers have alike.
precision::LayerPrecision form_of(const Parsed& parsed) {
  precision::LayerPrecision form;
  form.activation_bits = parsed.get<int>("activation-bits");
  const std::string& name = parsed.text("granularity");
  const auto granularity = precision::granularity_from(name);
  if (!granularity) {
    refuse_quantize("'" + name + "' is no granularity",
                    base::suggest(name, {"tensor", "channel", "group"}));
  }
  form.granularity = *granularity;
  form.group_size = parsed.get<std::size_t>("group-size");
  form.weight_form().check();
  return form;
}

plugin::Context context_of(Session& session, const Parsed& parsed, Console& console,
                           const ScratchFolder& scratch, const device::Library& cards) {
  plugin::Context context;
  context.diagnostics = session.sink;
  context.cancel = session.cancel;
  context.seed = parsed.get<std::uint64_t>("seed");
  context.threads = parsed.get<int>("jobs");
  if (context.threads < 1 || context.threads > 1024) {
    refuse_quantize("--jobs is out of range", "give 1 to 1024");
  }
  context.scratch_folder = scratch.path();
  context.devices = &cards;
  context.models = &session.host->models();
  context.progress = [&console](std::string_view what, std::size_t now, std::size_t total) {
    console.progress(what, now, total);
  };
  return context;
}

/// Finds the map, judges it, prints and writes it.
void run_task(Session& session, const Parsed& parsed, const quantisation::NamedMethod& method,
              const quantisation::Task& task, const QuantizeDevice* device, Console& console) {
  std::optional<DeviceReport> on_device;
  if (device != nullptr) on_device = device->report(task, method, parsed.text("variant"));
  const quantisation::FoundBits result =
      on_device ? on_device->rescoring.after : find_bits(task, method, parsed.text("variant"));
  const precision::PrecisionMap map = map_of(task, result);
  QuantizeReport report{task, result};
  report.device = on_device ? &*on_device : nullptr;
  const auto metric = [&](const workload::ScoreSums& sums) { return metric_of(task.model, sums); };
  quantisation::Task rounded = task;
  rounded.storage = nullptr;
  report.metric_before = metric(judged_network(task, task.model.test));
  report.metric_after = metric(judged_map(task, task.model.test, map));
  report.metric_after_weights_only = metric(judged_weights(rounded, task.model.test, result.bits));
  if (!parsed.get<bool>("no-audit")) {
    report.audit = audited(task, result, make_method(session, parsed, "measured"),
                           make_method(session, parsed, "exhaustive"));
  }
  console.clear();
  if (parsed.has("out")) base::write_file(parsed.text("out"), io::encode_json(map));
  for (const std::string& warning : result.warnings) {
    session.sink->warning("precision.score", warning);
  }
  if (parsed.json()) {
    std::cout << json_of(report);
  } else {
    print_text(report);
  }
}

}  // namespace

int quantize_network(Session& session, const Arguments& arguments) {
  const Parsed parsed("quantize", quantize_options(), {"MODEL"}, arguments);
  const quantisation::NamedMethod method =
      make_method(session, parsed, needed_option(parsed, "method", "a method, such as tdmpq"));
  const precision::Budget budget =
      precision::parse_budget(needed_option(parsed, "budget", "a budget, such as \"arrays<=22\""));
  architecture::Architecture architecture = architecture::load_architecture(
      parsed.text("architecture"), session.installation.device_folders);
  if (parsed.has("chips")) architecture::set_chips(architecture, parsed.get<std::size_t>("chips"));
  Console console(parsed.get<bool>("quiet"));
  const ScratchFolder scratch;
  const device::Library cards(session.installation.device_folders);
  plugin::Context context = context_of(session, parsed, console, scratch, cards);
  const plugin::Manifest manifest =
      session.host->find(parsed.text("estimator"), plugin::PluginKind::performance_estimator);
  const auto estimator = session.host->make_performance_estimator(manifest);
  const plugin::ParameterSet parameters(manifest.parameters, {}, manifest.name, {});
  const quantisation::Model model = quantisation::load_model(source_of(session, parsed), context);
  const quantisation::MapCost cost(
      *model.network, model.workload,
      {architecture, *estimator, parameters, context, form_of(parsed)});
  quantisation::Task task{model,   cost,           menu_from(parsed, architecture), budget, {},
                          context, flow::version()};
  task.monotone = !parsed.get<bool>("not-monotone");
  plugin::check(task.request(""));
  std::optional<QuantizeDevice> device;
  if (QuantizeDevice::wanted(parsed)) {
    device.emplace(session, parsed, architecture, context);
    device->prepare(task);
  }
  task.linear =
      quantisation::linear_budget(cost, budget, task.menu, model.network->matrix_layers().size());
  run_task(session, parsed, method, task, device ? &*device : nullptr, console);
  return done;
}

}  // namespace neucasl::cli
