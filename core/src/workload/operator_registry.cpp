#include <algorithm>
#include <map>

#include "operator.hpp"

namespace neucasl::workload {
namespace {

std::map<std::string, Operator> make_registry() {
  std::map<std::string, Operator> registry;
  for (const auto& family :
       {elementwise_operators(), unary_operators(), matrix_operators(), convolution_operators(),
        pooling_operators(), normalisation_operators(), reduction_operators(),
        reshaping_operators(), selection_operators(), constant_operators(),
        quantisation_operators()}) {
    for (const Operator& one : family) registry.emplace(one.name, one);
  }
  return registry;
}

const std::map<std::string, Operator>& registry() {
  static const std::map<std::string, Operator> all = make_registry();
  return all;
}

}  // namespace

const Operator* find_operator(const std::string& name) {
  const auto found = registry().find(name);
  return found == registry().end() ? nullptr : &found->second;
}

std::vector<std::string> known_operators() {
  std::vector<std::string> names;
  names.reserve(registry().size());
  for (const auto& [name, one] : registry()) names.push_back(name);
  return names;
}

}  // namespace neucasl::workload
