#include "neucasl/ir/design.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace neucasl::ir {
namespace {

constexpr std::string_view discipline_names[] = {"unspecified", "electrical", "optical",
                                                 "digital",     "spike",      "thermal"};
constexpr std::string_view direction_names[] = {"unspecified", "input", "output", "inout"};

template <class Range>
std::size_t find_by_name(const Range& range, std::string_view name) {
  const auto found =
      std::find_if(range.begin(), range.end(), [&](const auto& item) { return item.name == name; });
  return found == range.end() ? Id<void>::none : static_cast<std::size_t>(found - range.begin());
}

}  // namespace

std::string_view to_string(Discipline discipline) {
  return discipline_names[static_cast<std::size_t>(discipline)];
}
std::string_view to_string(Direction direction) {
  return direction_names[static_cast<std::size_t>(direction)];
}
std::optional<Discipline> discipline_from(std::string_view name) {
  for (std::size_t i = 1; i < std::size(discipline_names); ++i) {
    if (discipline_names[i] == name) return static_cast<Discipline>(i);
  }
  return std::nullopt;
}
std::optional<Direction> direction_from(std::string_view name) {
  for (std::size_t i = 1; i < std::size(direction_names); ++i) {
    if (direction_names[i] == name) return static_cast<Direction>(i);
  }
  return std::nullopt;
}

bool Module::operator==(const Module& other) const {
  return name == other.name && primitive == other.primitive && attributes == other.attributes &&
         parameters == other.parameters && nets == other.nets && ports == other.ports &&
         tables == other.tables && instances == other.instances && arrays == other.arrays;
}

NetId Module::find_net(std::string_view net_name) const {
  return NetId(find_by_name(nets, net_name));
}

std::optional<std::uint32_t> Module::find_port(std::string_view port_name) const {
  for (std::uint32_t i = 0; i < ports.size(); ++i) {
    if (port_net(i).name == port_name) return i;
  }
  return std::nullopt;
}

TableId Module::find_table(std::string_view table_name) const {
  return TableId(find_by_name(tables, table_name));
}

const Parameter* Module::find_parameter(std::string_view parameter_name) const {
  const std::size_t index = find_by_name(parameters, parameter_name);
  return index < parameters.size() ? &parameters[index] : nullptr;
}

std::string_view Module::attribute(std::string_view attribute_name) const {
  const std::size_t index = find_by_name(attributes, attribute_name);
  return index < attributes.size() ? std::string_view(attributes[index].value) : std::string_view();
}

bool Design::operator==(const Design& other) const {
  return name == other.name && top == other.top && modules == other.modules;
}

ModuleId Design::find_module(std::string_view module_name) const {
  return ModuleId(find_by_name(modules, module_name));
}

LocationId Design::add_location(const base::Location& location) {
  if (!location.known()) return {};
  if (locations.empty() || !(locations.back() == location)) locations.push_back(location);
  return LocationId(locations.size() - 1);
}

base::Location Design::location(LocationId id) const {
  return id.index < locations.size() ? locations[id.index] : base::Location{};
}

namespace {

constexpr std::size_t most = std::numeric_limits<std::size_t>::max();

/// sum + part x times, at most `most`: a small hostile hierarchy may hold more than fits.
void add_product(std::size_t& sum, std::size_t part, std::size_t times) {
  std::size_t product = 0;
  if (__builtin_mul_overflow(part, times, &product) || __builtin_add_overflow(sum, product, &sum)) {
    sum = most;
  }
}

struct Counts {
  std::size_t instances = 0;
  std::size_t arrays = 0;
  std::size_t depth = 0;
  std::map<std::uint32_t, std::size_t> leaves;

  void add(const Counts& part, std::size_t times) {
    add_product(instances, part.instances, times);
    add_product(arrays, part.arrays, times);
    depth = std::max(depth, part.depth + 1);
    for (const auto& [module, count] : part.leaves) add_product(leaves[module], count, times);
  }
};

/// Of one module, from the counts of its masters.
Counts count_of(const Module& module, std::uint32_t index,
                const std::map<std::uint32_t, Counts>& known) {
  Counts counts;
  if (module.primitive) {
    counts.leaves[index] = 1;
    return counts;
  }
  const auto add = [&](ModuleId master, std::size_t copies) {
    // A master that is not known yet contains this module: a recursive hierarchy.
    if (const auto part = known.find(master.index); part != known.end()) {
      counts.add(part->second, copies);
    }
    add_product(counts.instances, copies, 1);
  };
  for (const Instance& instance : module.instances) add(instance.master, 1);
  for (const InstanceArray& array : module.arrays) {
    add(array.master, static_cast<std::size_t>(array.rows) * array.columns);
    add_product(counts.arrays, 1, 1);
  }
  return counts;
}

/// Masters first. An explicit stack: a hostile hierarchy may be as deep as it has modules.
std::map<std::uint32_t, Counts> count_below(const Design& design, ModuleId top) {
  std::map<std::uint32_t, Counts> known;
  std::vector<char> seen(design.modules.size(), 0);
  std::vector<std::pair<std::uint32_t, std::size_t>> stack{{top.index, 0}};
  seen[top.index] = 1;
  while (!stack.empty()) {
    auto& [index, next] = stack.back();
    const Module& module = design.modules[index];
    if (next == module.instances.size() + module.arrays.size()) {
      known[index] = count_of(module, index, known);
      stack.pop_back();
      continue;
    }
    const ModuleId master = next < module.instances.size()
                                ? module.instances[next].master
                                : module.arrays[next - module.instances.size()].master;
    ++next;
    if (seen[master.index] != 0) continue;
    seen[master.index] = 1;
    stack.emplace_back(master.index, 0);
  }
  return known;
}

}  // namespace

DesignStatistics statistics(const Design& design, ModuleId top) {
  if (!top.valid()) top = design.top;
  DesignStatistics result;
  for (const Module& module : design.modules) {
    ++(module.primitive ? result.primitives : result.modules);
    for (const ValueTable& table : module.tables) result.table_values += table.values.size();
  }
  if (!top.valid()) return result;
  const std::map<std::uint32_t, Counts> known = count_below(design, top);
  const Counts& counts = known.at(top.index);
  result.instances = counts.instances;
  result.arrays = counts.arrays;
  result.depth = counts.depth;
  for (const auto& [module, number] : counts.leaves) {
    add_product(result.leaf_instances, number, 1);
    result.leaves.emplace_back(design.modules[module].name, number);
  }
  std::sort(result.leaves.begin(), result.leaves.end());
  return result;
}

}  // namespace neucasl::ir
