#include "same_interface.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_map>

namespace neucasl::logic {
namespace {

/// What one network has and the other lacks.
void require_same_names(const std::vector<std::string>& first,
                        const std::vector<std::string>& second, const std::string& what) {
  std::vector<std::string> a = first;
  std::vector<std::string> b = second;
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  std::vector<std::string> only;
  std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(only));
  if (only.empty()) return;
  const bool in_first = std::binary_search(a.begin(), a.end(), only.front());
  throw base::Error("logic.interface",
                    what + " '" + only.front() + "' is only in the " +
                        (in_first ? "first" : "second") + " network",
                    base::suggest(only.front(), in_first ? second : first));
}

/// Inputs that some function, output or latch reads, or that the other network has too.
std::vector<std::string> compared_inputs(const Network& network, const Network& other) {
  std::vector<char> read(network.nodes().size(), 0);
  for (const Node& node : network.nodes()) {
    for (const NodeIndex fanin : node.fanins) read[fanin] = 1;
  }
  for (const Output& output : network.outputs()) read[output.node] = 1;
  for (const Latch& latch : network.latches()) read[latch.input] = 1;
  std::vector<std::string> names;
  for (const NodeIndex input : network.inputs()) {
    const std::string& name = network.node(input).name;
    const auto twin = other.find(name);
    if (read[input] != 0 || (twin && other.node(*twin).kind == NodeKind::input)) {
      names.push_back(name);
    }
  }
  return names;
}

void require_same_initial_values(const Network& first, const Network& second) {
  std::unordered_map<std::string_view, const Latch*> twins;
  for (const Latch& latch : second.latches()) {
    twins.emplace(second.node(latch.output).name, &latch);
  }
  for (const Latch& latch : first.latches()) {
    const std::string& name = first.node(latch.output).name;
    const Latch& twin = *twins.at(name);
    if (!latch.initial || !twin.initial || *latch.initial == *twin.initial) continue;
    throw base::Error("logic.interface",
                      "latch '" + name + "' begins with " + (*latch.initial ? "1" : "0") +
                          " in the first network and " + (*twin.initial ? "1" : "0") +
                          " in the second",
                      "give both the same initial value", latch.where);
  }
}

}  // namespace

void require_same_interface(const Network& first, const Network& second) {
  const auto names = [](const Network& network, auto list, auto name) {
    std::vector<std::string> result;
    for (const auto& item : list) result.push_back(name(network, item));
    return result;
  };
  const auto of_output = [](const Network&, const Output& output) { return output.name; };
  const auto of_latch = [](const Network& n, const Latch& l) { return n.node(l.output).name; };
  require_same_names(compared_inputs(first, second), compared_inputs(second, first), "input");
  require_same_names(names(first, first.outputs(), of_output),
                     names(second, second.outputs(), of_output), "output");
  require_same_names(names(first, first.latches(), of_latch),
                     names(second, second.latches(), of_latch), "latch");
  require_same_initial_values(first, second);
}

}  // namespace neucasl::logic
