#include "neucasl/quantisation/model.hpp"

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "neucasl/base/file.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/io/checkpoint.hpp"
#include "neucasl/io/files.hpp"
#include "neucasl/io/onnx.hpp"
#include "neucasl/network/training.hpp"
#include "neucasl/workload/graph_network.hpp"

namespace neucasl::quantisation {
namespace {

namespace fs = std::filesystem;
using network::Dataset;
using network::LabelledImages;

[[noreturn]] void refuse(const std::string& what, const std::string& remedy) {
  throw base::Error("quantisation.model", what, remedy);
}

Dataset dataset_of(const ModelSource& source) {
  if (source.images.empty() != source.labels.empty()) {
    refuse("images and labels belong together", "give both files");
  }
  if (source.images.empty()) return network::load_dataset(source.dataset, source.dataset_folders);
  Dataset dataset;
  dataset.name = source.images;
  dataset.test = network::read_idx(source.images, source.labels);
  dataset.training = dataset.test;
  return dataset;
}

/// The network that a flow stored in its output folder.
fs::path stored_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code code;
  for (auto entry = fs::directory_iterator(folder / "stages", code);
       !code && entry != fs::directory_iterator(); entry.increment(code)) {
    const fs::path file = entry->path() / "network.pb";
    if (fs::is_regular_file(file, code)) found.push_back(file);
  }
  if (found.size() == 1) return found.front();
  refuse("folder '" + folder.string() + "' holds " + std::to_string(found.size()) +
             " trained networks",
         "give the output folder of a flow that trained one, or its stages/NAME/network.pb");
}

LabelledImages first_of(const LabelledImages& images, std::size_t count) {
  const std::size_t kept = std::min(count, images.count());
  LabelledImages result;
  result.shape = images.shape;
  const auto pixels = images.slice(0, kept);
  result.pixels.assign(pixels.begin(), pixels.end());
  result.labels.assign(images.labels.begin(),
                       images.labels.begin() + static_cast<std::ptrdiff_t>(kept));
  return result;
}

network::Network trained(const ModelSource& source, Dataset dataset,
                         const plugin::Context& context) {
  network::Network network = source.model == "lenet5"
                                 ? network::lenet5()
                                 : network::vgg8(dataset.training.shape, dataset.classes());
  if (source.training_images) {
    dataset.training = first_of(dataset.training, *source.training_images);
  }
  // The accuracy after each epoch is not asked for, and takes long for vgg8.
  dataset.test = first_of(dataset.test, 1);
  network::TrainingOptions training;
  training.epochs = source.epochs;
  // The deeper network diverges at the rate that suits the other.
  constexpr double rate_of_vgg8 = 0.02;
  if (source.model == "vgg8") training.learning_rate = rate_of_vgg8;
  if (source.learning_rate) training.learning_rate = *source.learning_rate;
  training.seed = context.seed;
  training.threads = context.threads;
  training.cancel = context.cancel;
  training.progress = context.progress;
  network::train(network, dataset, training);
  if (!source.save_network.empty()) base::write_file(source.save_network, io::encode(network));
  return network;
}

JudgedSamples judged(const LabelledImages& images, const std::vector<std::size_t>& which) {
  const std::size_t size = images.shape.size();
  std::vector<float> pixels;
  pixels.reserve(which.size() * size);
  JudgedSamples result;
  for (const std::size_t index : which) {
    const auto one = images.slice(index, 1);
    pixels.insert(pixels.end(), one.begin(), one.end());
    result.targets.push_back(images.labels[index]);
  }
  result.samples = workload::image_samples(images.shape, pixels, which.size());
  return result;
}

/// A multiple of what the network takes at a time.
std::size_t whole_batches(std::size_t count, const workload::SegmentedNetwork& network) {
  const std::size_t fixed = std::max<std::size_t>(1, network.fixed_samples());
  return count / fixed * fixed;
}

/// Different ones, drawn by the seed.
std::vector<std::size_t> drawn(std::size_t count, std::size_t from, std::uint64_t seed) {
  std::vector<std::size_t> order(from);
  std::iota(order.begin(), order.end(), std::size_t{0});
  base::RandomStream random(seed, "quantize/calibration");
  for (std::size_t k = 0; k < count; ++k) {
    const auto other = random.below(static_cast<std::uint32_t>(from - k));
    std::swap(order[k], order[k + other]);
  }
  order.resize(count);
  return order;
}

void add_images(const ModelSource& source, const Dataset& dataset, std::uint64_t seed,
                Model& model) {
  const std::size_t wanted = source.calibration;
  if (wanted == 0 || wanted > dataset.training.count()) {
    refuse("the calibration set is of " + std::to_string(wanted) + " samples, data set '" +
               dataset.name + "' has " + std::to_string(dataset.training.count()) +
               " training images",
           "give 1 to that number");
  }
  model.calibration = judged(dataset.training, drawn(whole_batches(wanted, *model.network),
                                                     dataset.training.count(), seed));
  std::size_t tested = dataset.test.count();
  if (source.test_samples) tested = std::min(tested, *source.test_samples);
  std::vector<std::size_t> first(whole_batches(tested, *model.network));
  std::iota(first.begin(), first.end(), std::size_t{0});
  if (first.empty() || model.calibration.targets.empty()) {
    refuse("there are too few images for a network that takes " +
               std::to_string(model.network->fixed_samples()) + " at a time",
           "give more for calibration and test");
  }
  model.test = judged(dataset.test, first);
  model.data = dataset.name;
}

void take_network(const network::Network& network, Model& model) {
  model.network = workload::segmented(network);
  model.workload = workload::from_network(network);
}

void take_graph(const std::string& file, Model& model) {
  workload::OperatorGraph graph = io::read_onnx(file);
  if (graph.name.empty()) graph.name = fs::path(file).stem().string();
  model.workload = workload::to_workload(graph);
  model.workload.name = graph.name;
  model.network = workload::segmented(std::move(graph));
}

/// Windows of a text with the token behind each of theirs, at these places.
JudgedSamples windows(const std::vector<std::int64_t>& tokens,
                      const std::vector<std::size_t>& starts, std::size_t length) {
  std::vector<std::int64_t> ids;
  JudgedSamples result;
  for (const std::size_t start : starts) {
    const auto first = tokens.begin() + static_cast<std::ptrdiff_t>(start);
    const auto count = static_cast<std::ptrdiff_t>(length);
    ids.insert(ids.end(), first, first + count);
    result.targets.insert(result.targets.end(), first + 1, first + count + 1);
  }
  result.samples = workload::Tensor({starts.size(), length}, std::move(ids));
  return result;
}

/// Calibration windows at random places of the first nine tenths of a text, test windows evenly
/// spaced over the last tenth, which `neucasl train opt` holds out.
void add_text(const ModelSource& source, const fs::path& folder, std::size_t length,
              std::uint64_t seed, Model& model) {
  if (source.text.empty()) refuse("a language model is judged on a text", "give its file");
  const std::string& file = source.text;
  const std::vector<std::int64_t> tokens =
      io::read_tokenizer(folder)->encode(base::read_file(file));
  const std::size_t split = tokens.size() - tokens.size() / 10;
  const std::size_t behind = tokens.size() - split;
  const std::size_t wanted = source.calibration;
  if (split <= length || behind <= length || wanted == 0) {
    refuse("'" + file + "' has " + std::to_string(tokens.size()) + " tokens for samples of " +
               std::to_string(length),
           "give at least " + std::to_string(10 * (length + 1)) +
               " tokens and a calibration set of at least 1");
  }
  base::RandomStream random(seed, "quantize/calibration");
  std::vector<std::size_t> starts(wanted);
  for (std::size_t& start : starts) {
    start = random.below(static_cast<std::uint32_t>(split - length));
  }
  model.calibration = windows(tokens, starts, length);
  constexpr std::size_t usual_windows = 64;
  const std::size_t tested = std::max<std::size_t>(
      1, std::min(source.test_samples.value_or(usual_windows), behind / (length + 1)));
  starts.resize(tested);
  for (std::size_t k = 0; k < tested; ++k) {
    starts[k] = split + k * (behind - length - 1) / std::max<std::size_t>(1, tested - 1);
  }
  model.test = windows(tokens, starts, length);
  model.data = file;
}

void take_checkpoint(const ModelSource& source, const fs::path& folder, std::uint64_t seed,
                     Model& model) {
  auto network = io::read_checkpoint(folder, source.sequence);
  const transformer::TransformerConfig& config = network->config();
  if (config.family != transformer::Family::opt || config.head != transformer::Head::language) {
    refuse("'" + folder.string() + "' does not score the next token",
           "give an OPT checkpoint with its language head");
  }
  const std::size_t length = network->sequence();
  model.workload = transformer::to_workload(config, length);
  model.workload.name = network->name();
  model.network = std::move(network);
  model.language = true;
  add_text(source, folder, length, seed, model);
}

}  // namespace

Model load_model(const ModelSource& source, const plugin::Context& context) {
  Model result;
  std::error_code code;
  const fs::path path = source.model;
  if (io::is_checkpoint(path)) {
    take_checkpoint(source, path, context.seed, result);
    return result;
  }
  const Dataset dataset = dataset_of(source);
  if (source.model == "lenet5" || source.model == "vgg8") {
    take_network(trained(source, dataset, context), result);
  } else if (path.extension() == ".onnx") {
    take_graph(source.model, result);
  } else if (path.extension() == ".pb" || fs::is_directory(path, code)) {
    const fs::path file = path.extension() == ".pb" ? path : stored_in(path);
    take_network(io::decode_network(base::read_file(file), file.string()), result);
  } else {
    refuse("'" + source.model + "' is no model",
           "give lenet5, vgg8, a stored network FILE.pb, the output folder of a flow, FILE.onnx "
           "or the folder of a checkpoint");
  }
  add_images(source, dataset, context.seed, result);
  return result;
}

}  // namespace neucasl::quantisation
