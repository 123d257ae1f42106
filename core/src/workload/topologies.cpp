#include "topologies.hpp"

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::workload {
namespace {

std::vector<Topology> all_topologies() {
  std::vector<Topology> all = image_topologies();
  all.insert(all.end(), transformer_topologies().begin(), transformer_topologies().end());
  return all;
}

void check_options(const Topology& topology, const TopologyOptions& options) {
  const auto refuse = [&](const std::string& what, const char* remedy) {
    throw base::Error("workload.options", std::string(topology.name) + " has no " + what, remedy);
  };
  if (topology.transformer) {
    if (options.input) refuse("input image", "give the number of tokens instead");
    if (options.classes) refuse("classes", "leave out the number of classes");
    if (options.fold_batch_normalisation) {
      refuse("batch normalisation", "leave it as it is: layer normalisation cannot be folded");
    }
  } else if (options.sequence) {
    refuse("tokens", "leave out the number of tokens");
  }
  if (!topology.decoder && options.cached > 0) {
    refuse("kept tokens", "give them to a decoder (opt_...) only");
  }
  if (options.classes == std::size_t{0}) refuse("output", "give at least 1 class");
  if (options.sequence == std::size_t{0}) refuse("token to compute", "give at least 1 token");
}

}  // namespace

std::vector<std::string> topology_names() {
  std::vector<std::string> names;
  for (const Topology& topology : all_topologies()) names.emplace_back(topology.name);
  return names;
}

Workload named(const std::string& name, const TopologyOptions& options) {
  for (const Topology& topology : all_topologies()) {
    if (name != topology.name) continue;
    check_options(topology, options);
    return topology.make(options);
  }
  throw base::Error("workload.name", "no network is named '" + name + "'",
                    base::suggest(name, topology_names()));
}

}  // namespace neucasl::workload
