#include "inference_accuracy.hpp"

#include <algorithm>
#include <cmath>

#include "neucasl/architecture/photonic_plan.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/base/hash.hpp"
#include "neucasl/io/files.hpp"
#include "neucasl/mapping/planned_chip.hpp"
#include "neucasl/network/training.hpp"
#include "neucasl/plugin/analog_chip.hpp"

namespace neucasl::cli {
namespace {

using base::Error;
using exploration::BankSetting;
using exploration::MeasuredAccuracy;

constexpr const char* accuracy_code = "exploration.accuracy";

network::Network untrained(const exploration::Space& space, const network::Dataset& dataset) {
  if (space.network == "lenet5") return network::lenet5();
  if (space.network == "vgg8") return network::vgg8(dataset.training.shape, dataset.classes());
  throw Error(accuracy_code, "no inference of '" + space.network + "' can be run",
              "explore 'lenet5' or 'vgg8', or estimate the accuracy by a formula alone",
              space.accuracy->where);
}

/// Sizes of the matrix products with stored weights.
std::string products_of(const workload::Workload& workload) {
  std::string text;
  for (const workload::Operation& one : workload.operations) {
    const auto& product = one.product;
    if (!product.stationary || product.depth == 0) continue;
    text += std::to_string(product.positions) + " x " + std::to_string(product.depth) + " x " +
            std::to_string(product.outputs) + "; ";
  }
  return text;
}

precision::PrecisionMap bits_of(const network::Network& network,
                                const architecture::Architecture& architecture) {
  return precision::uniform(network, architecture.weight_bits, architecture.activation_bits);
}

bool is_photonic(const architecture::Architecture& architecture) {
  return architecture.core().kind == architecture::LevelKind::photonic_core;
}

/// Of the array and its cells.
struct ArrayDesign {
  mapping::Architecture architecture;
  mapping::CellLevels levels;
  plugin::ProgrammingModel model;
};

ArrayDesign array_design(const architecture::Architecture& architecture,
                         const device::Library& cards) {
  device::UseList uses;
  ArrayDesign result;
  result.architecture = mapping::read_architecture(architecture, uses);
  const device::Card card = cards.load(result.architecture.device, architecture.where);
  result.levels = mapping::read_cell_levels(card, uses);
  result.model = plugin::read_programming_model(card, uses);
  // Faults are a matter of yield, not of the design.
  result.model.stuck_on = result.model.stuck_off = 0.0;
  return result;
}

/// A number of the photonic core, with its unit.
std::string core_number(const architecture::Architecture& architecture, const char* name) {
  return base::to_string(architecture.core().numbers.find(name)->value);
}

}  // namespace

InferenceAccuracy::InferenceAccuracy(Session& session, const exploration::Space& space,
                                     const workload::Workload& workload,
                                     const std::filesystem::path& folder, int threads,
                                     Console& console)
    : session_(session),
      accuracy_(*space.accuracy),
      cards_(session.installation.device_folders),
      dataset_(network::load_dataset(accuracy_.dataset, session.installation.dataset_folders,
                                     accuracy_.where)) {
  const auto enough = [&](std::size_t asked, std::size_t there, const std::string& what) {
    if (asked <= there) return;
    throw Error(accuracy_code, std::to_string(asked) + " " + what + " images",
                "'" + accuracy_.dataset + "' has " + std::to_string(there), accuracy_.where);
  };
  enough(accuracy_.images, dataset_.test.count(), "test");
  enough(accuracy_.calibration_images, dataset_.training.count(), "calibration");
  network_ = untrained(space, dataset_);
  check_network(workload);
  front_end_manifest_ = session.host->find("photonic", plugin::PluginKind::front_end);
  static_cast<void>(front_end_manifest_.circuit(accuracy_.bank, accuracy_.where));
  if (accuracy_.wires) {
    simulator_ = session.host->make_circuit_simulator(
        session.host->find("array", plugin::PluginKind::circuit_simulator));
  }
  make_network(session, space, folder, threads, console);
}

void InferenceAccuracy::check_network(const workload::Workload& workload) const {
  const std::string own = products_of(workload::from_network(network_));
  const std::string estimated = products_of(workload);
  if (own == estimated) return;
  throw Error(accuracy_code,
              "'" + network_.name + "' for '" + accuracy_.dataset +
                  "' is not the network of the estimates: its products are " + own + "theirs " +
                  estimated,
              "choose a data set whose images have the size of the estimates", accuracy_.where);
}

std::string InferenceAccuracy::training_key() const {
  return network_.name + '\n' + accuracy_.dataset + '\n' + std::to_string(accuracy_.epochs) + ' ' +
         std::to_string(accuracy_.batch) + ' ' + base::shortest(accuracy_.learning_rate) + ' ' +
         base::shortest(accuracy_.learning_rate_factor) + ' ' + std::to_string(accuracy_.seed);
}

void InferenceAccuracy::make_network(Session& session, const exploration::Space& space,
                                     const std::filesystem::path& folder, int threads,
                                     Console& console) {
  std::filesystem::path file;
  constexpr std::size_t digits = 16;
  if (!accuracy_.weights.empty()) {
    file = base::beside(accuracy_.weights, accuracy_.where);
  } else if (!folder.empty()) {
    file = folder / ("network_" + base::sha256(training_key()).substr(0, digits) + ".pb");
  }
  if (!accuracy_.weights.empty() || (!file.empty() && std::filesystem::exists(file))) {
    network::Network stored =
        io::decode_network(base::read_file(file, accuracy_.where), file.string());
    const std::string own = products_of(workload::from_network(network_));
    if (stored.name != network_.name || products_of(workload::from_network(stored)) != own) {
      throw Error(accuracy_code, "'" + file.string() + "' is of network '" + stored.name + "'",
                  "give weights of '" + space.network + "'", accuracy_.where);
    }
    network_ = std::move(stored);
    return;
  }
  network::TrainingOptions options;
  options.epochs = accuracy_.epochs;
  options.batch = accuracy_.batch;
  options.learning_rate = accuracy_.learning_rate;
  options.learning_rate_factor = accuracy_.learning_rate_factor;
  options.seed = accuracy_.seed;
  options.threads = threads;
  options.cancel = session.cancel;
  options.progress = [&console](std::string_view what, std::size_t done, std::size_t total) {
    console.progress(what, done, total);
  };
  network::train(network_, dataset_, options);
  if (!file.empty()) base::write_file(file, io::encode(network_));
}

std::string InferenceAccuracy::source_key() const {
  return "weights " + base::sha256(io::encode(network_)) + "\ndata set " + accuracy_.dataset +
         "\nimages " + std::to_string(accuracy_.images) + " calibration " +
         std::to_string(accuracy_.calibration_images) + " seed " + std::to_string(accuracy_.seed) +
         " time " + base::shortest(accuracy_.time) + " converter noise " +
         base::shortest(accuracy_.converter_noise) + (accuracy_.wires ? " wires" : "") + "\nbank " +
         accuracy_.bank + (accuracy_.tuned_together ? " calibrated" : " alone") + ' ' +
         front_end_manifest_.version + '\n';
}

std::string InferenceAccuracy::card_hash(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto [entry, added] = hashes_.try_emplace(id);
  if (added) entry->second = base::sha256_file(cards_.file_of(id));
  return entry->second;
}

std::string InferenceAccuracy::array_key(const architecture::Architecture& architecture) const {
  const mapping::Architecture own = array_design(architecture, cards_).architecture;
  std::string text = "arrays";
  for (const std::size_t size : {own.array_rows, own.array_columns}) {
    text += ' ' + std::to_string(size);
  }
  for (const int bits : {own.bits_per_cell, own.dac_bits, own.adc_bits, architecture.weight_bits,
                         architecture.activation_bits}) {
    text += ' ' + std::to_string(bits);
  }
  if (own.encoding == architecture::Encoding::offset) text += " offset";
  if (!own.analog_subtraction) text += " columns";
  if (accuracy_.wires) {
    text += ' ' + base::shortest(own.row_segment_resistance) + ' ' +
            base::shortest(own.column_segment_resistance);
  }
  return text + '\n' + own.device + ' ' + card_hash(own.device);
}

std::string InferenceAccuracy::key(const architecture::Architecture& architecture,
                                   const Settings& bank) const {
  if (!is_photonic(architecture)) return array_key(architecture);
  const plugin::ParameterSet parameters = bank_parameters(architecture, bank);
  const mapping::PhotonicOptions options = photonic_options(architecture);
  std::string text = "banks " + std::to_string(options.adc_bits) + ' ' +
                     std::to_string(options.accumulation) + ' ' +
                     std::to_string(architecture.weight_bits) + ' ' +
                     std::to_string(architecture.activation_bits) + '\n' + parameters.canonical();
  // Texts of the circuit that are ids of cards stand for what these say.
  const std::vector<std::string> ids = cards_.ids();
  for (const plugin::ParameterSpec& one :
       front_end_manifest_.circuit(accuracy_.bank, accuracy_.where).parameters) {
    if (one.type != plugin::ParameterType::text) continue;
    const std::string& id = parameters.text(one.name);
    if (std::binary_search(ids.begin(), ids.end(), id)) text += id + ' ' + card_hash(id) + '\n';
  }
  return text;
}

plugin::ParameterSet InferenceAccuracy::bank_parameters(
    const architecture::Architecture& architecture, const Settings& bank) const {
  const std::vector<plugin::ParameterSpec>& schema =
      front_end_manifest_.circuit(accuracy_.bank, accuracy_.where).parameters;
  std::vector<plugin::ParameterSet::Given> given;
  given.reserve(bank.size());
  for (const BankSetting& one : bank) given.push_back({one.name, one.text, one.where});
  const std::pair<const char*, std::string> own[] = {
      {"channels", core_number(architecture, "channels")},
      {"spacing", core_number(architecture, "channel_spacing")},
      {"wavelength", core_number(architecture, "wavelength")}};
  for (const auto& [name, text] : own) {
    const bool known = std::any_of(schema.begin(), schema.end(),
                                   [&](const auto& one) { return one.name == name; });
    const bool stated =
        std::any_of(given.begin(), given.end(), [&](const auto& one) { return one.name == name; });
    if (known && !stated) given.push_back({name, text, architecture.core().where});
  }
  return {schema, given, "circuit '" + accuracy_.bank + "'", accuracy_.where};
}

mapping::PhotonicOptions InferenceAccuracy::photonic_options(
    const architecture::Architecture& architecture) const {
  device::UseList uses;
  mapping::PhotonicOptions result;
  const architecture::Component* adc =
      architecture::find_component(architecture, architecture::ComponentKind::adc);
  if (adc == nullptr) {
    throw Error("architecture.converter",
                "'" + architecture.id +
                    "' has no analog-to-digital "
                    "converter for the accuracy by inference",
                "add a component of kind 'adc'", architecture.where);
  }
  result.adc_bits = static_cast<int>(adc->numbers.si("bits", base::dimension::none, uses));
  result.accumulation = architecture::photonic_plan(architecture, uses).accumulation;
  result.converter_noise = accuracy_.converter_noise;
  result.seed = accuracy_.seed;
  result.cancel = session_.cancel;
  return result;
}

std::span<const float> InferenceAccuracy::calibration() const {
  return dataset_.training.slice(0, accuracy_.calibration_images);
}

std::unique_ptr<network::MatrixBackend> InferenceAccuracy::arrays(
    const architecture::Architecture& architecture) const {
  constexpr double tolerance = 1e-7;  // Relative, of the effective matrices.
  const ArrayDesign design = array_design(architecture, cards_);
  const int bits_per_cell = design.architecture.bits_per_cell;
  const std::vector<mapping::LayerPlan> plans =
      mapping::plan_layers(network_, bits_of(network_, architecture), design.architecture);
  const mapping::ChipView chip =
      mapping::planned_chip(plans,
                            mapping::calibrate(network_, plans, design.architecture, calibration(),
                                               accuracy_.calibration_images,
                                               mapping::lowest_level(design.levels, bits_per_cell)),
                            design.architecture, design.levels);
  const mapping::TileSource targets =
      mapping::planned_conductances(plans, design.architecture, design.levels);
  mapping::TileMatrices matrices;
  matrices.reserve(chip.arrays());
  for (const mapping::LayerView& layer : chip.layers) {
    for (const mapping::TileView& tile : layer.tiles) {
      matrices.push_back(plugin::program_tile(targets(matrices.size()), tile.name, design.model,
                                              {accuracy_.seed, 0, accuracy_.time}));
    }
  }
  if (accuracy_.wires) {
    matrices = plugin::effective_matrices(chip, matrices, *simulator_->array_solver(), tolerance, 1,
                                          session_.cancel);
  }
  mapping::AnalogOptions options;
  options.read_noise = plugin::read_noise_at(design.model, accuracy_.time);
  options.converter_noise = accuracy_.converter_noise;
  options.seed = accuracy_.seed;
  return mapping::analog_backend(network_, chip, matrices, options);
}

std::unique_ptr<network::MatrixBackend> InferenceAccuracy::banks(
    const architecture::Architecture& architecture, const Settings& bank) const {
  const plugin::ParameterSet parameters = bank_parameters(architecture, bank);
  std::shared_ptr<const mapping::WeightBank> made;
  {
    const std::lock_guard lock(mutex_);
    if (front_end_ == nullptr) {
      front_end_ = session_.host->make_front_end(front_end_manifest_);
    }
    plugin::Context context;
    context.diagnostics = session_.sink;
    context.cancel = session_.cancel;
    context.seed = accuracy_.seed;
    context.devices = &cards_;
    context.models = &session_.host->models();
    made = front_end_->build_bank({parameters, accuracy_.tuned_together, accuracy_.bank}, context)
               .bank;
  }
  return mapping::photonic_backend(network_, bits_of(network_, architecture), made, calibration(),
                                   accuracy_.calibration_images, photonic_options(architecture));
}

MeasuredAccuracy InferenceAccuracy::measure(const architecture::Architecture& architecture,
                                            const Settings& bank) const {
  const auto backend = is_photonic(architecture) ? banks(architecture, bank) : arrays(architecture);
  network::RunOptions run;
  run.cancel = session_.cancel;
  const std::vector<float> scores = network::run(network_, dataset_.test.slice(0, accuracy_.images),
                                                 accuracy_.images, run, backend.get());
  const double share =
      network::accuracy(scores, std::span(dataset_.test.labels).first(accuracy_.images));
  const double right = std::round(share * static_cast<double>(accuracy_.images));
  return {static_cast<std::size_t>(right), accuracy_.images};
}

std::string InferenceAccuracy::method() const {
  std::string text = network_.name + " on " + std::to_string(accuracy_.images) +
                     " test images of " + accuracy_.dataset +
                     ", weights and inputs quantised, ranges of converters from " +
                     std::to_string(accuracy_.calibration_images) +
                     " training images, one chip with the errors of its devices (arrays: "
                     "programming, drift, read noise";
  text += accuracy_.wires ? ", wires; " : "; ideal wires; ";
  text += "weight banks: circuit " + accuracy_.bank +
          ", shot, thermal and intensity noise), seed " + std::to_string(accuracy_.seed) + ".";
  return text;
}

}  // namespace neucasl::cli
