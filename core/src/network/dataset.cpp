#include "neucasl/network/dataset.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "idx.hpp"
#include "neucasl/base/hash.hpp"

namespace neucasl::network {
namespace fs = std::filesystem;
namespace {

struct KnownFile {
  std::string_view name;
  std::string_view sha256;
};

/// Files in the order training images, training labels, test images, test labels.
struct KnownDataset {
  std::string_view name;
  std::array<KnownFile, 4> files;
  std::string_view system_folder;  ///< Tried last; empty for none.
  std::string_view remedy;
};

constexpr std::array<KnownDataset, 2> known{{
    {"fashion-mnist",
     {{{"train-images-idx3-ubyte.gz",
        "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7"},
       {"train-labels-idx1-ubyte.gz",
        "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056"},
       {"t10k-images-idx3-ubyte.gz",
        "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa"},
       {"t10k-labels-idx1-ubyte.gz",
        "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05"}}},
     "/usr/share/datasets/fashion-mnist",
     "install it: apt-get install dataset-fashion-mnist"},
    {"mnist",
     {{{"train-images-idx3-ubyte",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
       {"train-labels-idx1-ubyte",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
       {"t10k-images-idx3-ubyte",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
       {"t10k-labels-idx1-ubyte",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}}},
     "",
     "fetch it: bash third_party/fetch_mnist.sh"},
}};

constexpr std::string_view xor_name = "xor";

LabelledImages xor_rows() {
  LabelledImages rows;
  rows.shape = {1, 1, 2};
  for (const unsigned a : {0U, 1U}) {
    for (const unsigned b : {0U, 1U}) {
      rows.pixels.push_back(static_cast<float>(a));
      rows.pixels.push_back(static_cast<float>(b));
      rows.labels.push_back(static_cast<unsigned char>(a ^ b));
    }
  }
  return rows;
}

const KnownDataset& find_known(std::string_view name, const base::Location& where) {
  for (const KnownDataset& dataset : known) {
    if (dataset.name == name) return dataset;
  }
  throw base::Error("network.dataset", "there is no data set '" + std::string(name) + "'",
                    base::suggest(name, known_datasets()), where);
}

/// <folder>/<name> and <folder> for each folder, then the system's folder.
std::vector<fs::path> candidates(const KnownDataset& dataset,
                                 const std::vector<fs::path>& folders) {
  std::vector<fs::path> paths;
  for (const fs::path& folder : folders) {
    paths.push_back(folder / dataset.name);
    paths.push_back(folder);
  }
  if (!dataset.system_folder.empty()) paths.emplace_back(dataset.system_folder);
  return paths;
}

/// The first folder with all files; throws with what is missing when there is none.
fs::path find_folder(const KnownDataset& dataset, const std::vector<fs::path>& folders,
                     const base::Location& where) {
  std::string searched;
  std::string incomplete;
  for (const fs::path& folder : candidates(dataset, folders)) {
    const auto is_missing = [&](const KnownFile& file) {
      std::error_code code;
      return !fs::is_regular_file(folder / file.name, code);
    };
    const auto missing = std::count_if(dataset.files.begin(), dataset.files.end(), is_missing);
    if (missing == 0) return folder;
    if (missing < static_cast<std::ptrdiff_t>(dataset.files.size()) && incomplete.empty()) {
      const auto* file = std::find_if(dataset.files.begin(), dataset.files.end(), is_missing);
      incomplete = "; '" + folder.string() + "' lacks " + std::string(file->name);
    }
    searched += (searched.empty() ? "" : ", ") + folder.string();
  }
  throw base::Error("network.dataset",
                    "data set '" + std::string(dataset.name) + "' was not found in " +
                        (searched.empty() ? "any folder: none was given" : searched) + incomplete,
                    std::string(dataset.remedy), where);
}

FileBytes read_pinned(const fs::path& folder, const KnownFile& file, const KnownDataset& dataset,
                      const base::Location& where) {
  FileBytes read = read_bytes(folder / file.name, where);
  const std::string digest = base::sha256(read.bytes);
  if (digest != file.sha256) {
    throw base::Error(
        "network.dataset",
        "'" + read.path.string() + "' has SHA-256 " + digest + ", not " + std::string(file.sha256),
        "remove the file and " + std::string(dataset.remedy), where);
  }
  return read;
}

}  // namespace

std::span<const float> LabelledImages::slice(std::size_t first, std::size_t number) const {
  if (first > count() || number > count() - first) {
    throw base::Error("network.size",
                      "there are no images " + std::to_string(first) + " to " +
                          std::to_string(first + number) + " among " + std::to_string(count()),
                      "stay within the set");
  }
  return std::span(pixels).subspan(first * shape.size(), number * shape.size());
}

std::size_t Dataset::classes() const {
  std::size_t count = 0;
  for (const LabelledImages* images : {&training, &test}) {
    for (const unsigned char label : images->labels) {
      count = std::max(count, std::size_t{label} + 1);
    }
  }
  return count;
}

std::vector<std::string> known_datasets() {
  std::vector<std::string> names;
  names.reserve(std::size(known) + 1);
  for (const KnownDataset& dataset : known) names.emplace_back(dataset.name);
  names.emplace_back(xor_name);
  return names;
}

Dataset load_dataset(std::string_view name, const std::vector<fs::path>& folders,
                     const base::Location& where) {
  if (name == xor_name) return {std::string(name), xor_rows(), xor_rows()};
  const KnownDataset& dataset = find_known(name, where);
  const fs::path folder = find_folder(dataset, folders, where);
  const auto read = [&](std::size_t index) {
    return read_pinned(folder, dataset.files[index], dataset, where);
  };
  Dataset result;
  result.name = name;
  FileBytes images = read(0);
  result.training = parse_idx(std::move(images), read(1));
  images = read(2);
  result.test = parse_idx(std::move(images), read(3));
  return result;
}

}  // namespace neucasl::network
