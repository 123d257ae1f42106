#include "neucasl/transformer/config.hpp"

#include <cmath>
#include <set>

#include "neucasl/base/diagnostics.hpp"
#include "segments.hpp"

namespace neucasl::transformer {
namespace {

/// The names of all their weights are held.
constexpr std::size_t most_layers = 10'000;

[[noreturn]] void refuse(const std::string& what, const std::string& remedy) {
  throw base::Error("transformer.config", what, remedy);
}

void check_size(const char* what, std::size_t size, std::size_t other = 1) {
  if (size > 0 && size <= workload::most_elements && other <= workload::most_elements / size) {
    return;
  }
  refuse("the network has " + std::to_string(size) + ' ' + what +
             (other > 1 ? " of " + std::to_string(other) : std::string()),
         "give at least 1, and at most " + std::to_string(workload::most_elements) +
             " numbers in a table");
}

void check_head(const TransformerConfig& config) {
  const bool decoder = config.family == Family::opt;
  if (decoder && config.head != Head::language) {
    refuse("OPT has scores of the next token only", "give the head Head::language");
  }
  if (config.head == Head::classification) {
    check_size("classes", config.classes, config.width);
  } else if (config.classes != 0) {
    refuse("a network without a classifier has " + std::to_string(config.classes) + " classes",
           "give 0");
  }
}

void check_family(const TransformerConfig& config) {
  if (config.family == Family::opt) {
    if (config.token_types != 0) refuse("OPT has no types of tokens", "give 0");
    return;
  }
  check_size("types of tokens", config.token_types, config.width);
  if (config.embedding != config.width) {
    refuse("BERT has a token table of width " + std::to_string(config.embedding) +
               " for blocks of width " + std::to_string(config.width),
           "give the same width");
  }
  if (config.normalise_before || !config.biases) {
    refuse("BERT normalises behind attention and feed-forward part and has biases",
           "set normalise_before to false and biases to true");
  }
}

}  // namespace

std::string_view to_string(Family family) { return family == Family::opt ? "opt" : "bert"; }

void TransformerConfig::check() const {
  check_size("values between blocks", width, width);
  if (layers == 0 || layers > most_layers) {
    refuse("the network has " + std::to_string(layers) + " blocks",
           "give 1 to " + std::to_string(most_layers));
  }
  check_size("heads", heads);
  check_size("values in the feed-forward part", hidden, width);
  check_size("tokens", vocabulary, width);
  check_size("values of a token", embedding, width);
  check_size("tokens", vocabulary, embedding);
  check_size("positions", positions, width);
  if (width % heads != 0) {
    refuse(std::to_string(heads) + " heads do not divide a width of " + std::to_string(width),
           "give a number of heads that divides it");
  }
  if (!(epsilon > 0.0) || !std::isfinite(epsilon)) {
    refuse("the epsilon of layer normalisation is " + std::to_string(epsilon),
           "give a number above 0");
  }
  if (!(spread >= 0.0) || !std::isfinite(spread)) {
    refuse("the deviation of initial weights is " + std::to_string(spread),
           "give a number of at least 0");
  }
  check_family(*this);
  check_head(*this);
}

std::vector<WeightShape> weight_shapes(const TransformerConfig& config) {
  config.check();
  std::vector<WeightShape> all;
  std::set<std::string> seen;
  for (std::size_t index = 0; index < segment_count(config); ++index) {
    SegmentDraft draft(segment_title(config, index), nullptr);
    draft_segment(draft, config, index, {});
    for (const WeightShape& one : draft.weights()) {
      if (seen.insert(one.name).second) all.push_back(one);
    }
  }
  return all;
}

}  // namespace neucasl::transformer
