#include "switch_fabric.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace neucasl::photonic {
namespace {

/// Light that still has to be led: where it is, and what remains of the function.
struct Edge {
  std::uint32_t net = 0;
  std::string rest;
};

/// The rows in the order of the variables, the first variable as the highest bit.
std::string reordered_table(const std::string& table, std::span<const unsigned> order) {
  std::string result(table.size(), '0');
  for (std::size_t position = 0; position < table.size(); ++position) {
    std::size_t row = 0;
    for (std::size_t k = 0; k < order.size(); ++k) {
      row |= ((position >> (order.size() - 1 - k)) & 1U) << order[k];
    }
    result[position] = table[row];
  }
  return result;
}

bool is_constant(const std::string& rest) {
  return rest.find_first_not_of(rest.front()) == std::string::npos;
}

void place(Edge edge, SwitchFabric& fabric, std::vector<Edge>& next) {
  if (!is_constant(edge.rest)) {
    next.push_back(std::move(edge));
  } else {
    (edge.rest.front() == '1' ? fabric.detectors : fabric.absorbers).push_back(edge.net);
  }
}

/// One switch; `add` may be -1.
void add_switch(SwitchFabric& fabric, unsigned variable, std::uint32_t input, std::int64_t add,
                const std::string& rest, std::vector<Edge>& next) {
  const std::size_t half = rest.size() / 2;
  const FabricSwitch made{variable, input, add, fabric.nets, fabric.nets + 1};
  fabric.nets += 2;
  fabric.switches.push_back(made);
  place({made.through, rest.substr(0, half)}, fabric, next);
  place({made.drop, rest.substr(half)}, fabric, next);
}

/// All light that meets one variable.
std::vector<Edge> switch_level(const std::vector<Edge>& edges, unsigned variable, bool shared,
                               SwitchFabric& fabric) {
  std::vector<Edge> next;
  std::map<std::string, std::vector<std::uint32_t>> waiting;
  for (const Edge& edge : edges) {
    const std::size_t half = edge.rest.size() / 2;
    const std::string low = edge.rest.substr(0, half);
    const std::string high = edge.rest.substr(half);
    if (low == high) {
      next.push_back({edge.net, low});
      continue;
    }
    if (shared) {
      if (auto partner = waiting.find(high + low);
          partner != waiting.end() && !partner->second.empty()) {
        const std::uint32_t first = partner->second.back();
        partner->second.pop_back();
        add_switch(fabric, variable, first, edge.net, partner->first, next);
        continue;
      }
    }
    waiting[edge.rest].push_back(edge.net);
  }
  for (const auto& [rest, nets] : waiting) {
    for (const std::uint32_t net : nets) add_switch(fabric, variable, net, -1, rest, next);
  }
  return next;
}

std::size_t size_of(const std::string& table, std::span<const unsigned> order, bool shared,
                    std::size_t most) {
  const SwitchFabric fabric = make_fabric(table, order, shared, most);
  return fabric.nets == 0 ? most + 1 : fabric.switches.size();
}

/// Moves one variable after the other to its best place.
std::vector<unsigned> sifted_order(const std::string& table, unsigned variables, bool shared,
                                   std::size_t most) {
  std::vector<unsigned> best(variables);
  std::iota(best.begin(), best.end(), 0U);
  std::reverse(best.begin(), best.end());
  std::size_t fewest = size_of(table, best, shared, most);
  for (unsigned variable = 0; variable < variables; ++variable) {
    std::vector<unsigned> without = best;
    std::erase(without, variable);
    for (unsigned at = 0; at < variables; ++at) {
      std::vector<unsigned> tried = without;
      tried.insert(tried.begin() + at, variable);
      const std::size_t size = size_of(table, tried, shared, std::min(most, fewest));
      if (size < fewest) {
        fewest = size;
        best = std::move(tried);
      }
    }
  }
  return best;
}

/// Switches that the light of a row passes, in order.
std::vector<std::size_t> path_of(const SwitchFabric& fabric, std::uint64_t row) {
  std::vector<std::size_t> path;
  std::uint32_t net = 0;
  for (std::size_t k = 0; k < fabric.switches.size(); ++k) {
    const FabricSwitch& one = fabric.switches[k];
    const bool from_add = one.add >= 0 && static_cast<std::uint32_t>(one.add) == net;
    if (one.input != net && !from_add) continue;
    const bool high = ((row >> one.variable) & 1U) != 0;
    net = high != from_add ? one.drop : one.through;
    path.push_back(k);
  }
  return path;
}

constexpr unsigned most_permuted = 5;
constexpr std::size_t kept_orders = 24;

void add_choice(std::vector<FabricChoice>& choices, const std::string& table,
                std::vector<unsigned> order, bool shared, std::size_t most) {
  SwitchFabric fabric = make_fabric(table, order, shared, most);
  if (fabric.nets == 0) return;
  choices.push_back({std::move(order), shared, std::move(fabric)});
}

}  // namespace

SwitchFabric make_fabric(const std::string& table, std::span<const unsigned> order, bool shared,
                         std::size_t most) {
  SwitchFabric fabric;
  std::vector<Edge> edges;
  place({0, reordered_table(table, order)}, fabric, edges);
  for (const unsigned variable : order) {
    edges = switch_level(edges, variable, shared, fabric);
    if (fabric.switches.size() > most) return {{}, {}, {}, 0};
  }
  return fabric;
}

std::vector<FabricChoice> fabric_choices(const std::string& table, std::size_t most) {
  unsigned variables = 0;
  while ((std::size_t{1} << variables) < table.size()) ++variables;
  std::vector<FabricChoice> choices;
  std::vector<unsigned> order(variables);
  std::iota(order.begin(), order.end(), 0U);
  for (const bool shared : {true, false}) {
    if (variables > most_permuted) {
      add_choice(choices, table, sifted_order(table, variables, shared, most), shared, most);
      continue;
    }
    std::sort(order.begin(), order.end());
    do {
      add_choice(choices, table, order, shared, most);
    } while (std::next_permutation(order.begin(), order.end()));
  }
  std::stable_sort(choices.begin(), choices.end(), [](const auto& a, const auto& b) {
    return a.fabric.switches.size() < b.fabric.switches.size();
  });
  // The best of both ways stay.
  std::vector<FabricChoice> kept;
  std::size_t counts[2] = {0, 0};
  for (FabricChoice& choice : choices) {
    if (counts[choice.shared ? 1 : 0]++ < kept_orders) kept.push_back(std::move(choice));
  }
  return kept;
}

std::vector<double> FabricOptics::detected(const SwitchFabric& fabric, std::uint64_t row) const {
  std::vector<std::complex<double>> wave(fabric.nets);
  wave[0] = 1.0;
  for (const FabricSwitch& one : fabric.switches) {
    const DiskResponse& r = ((row >> one.variable) & 1U) != 0 ? on_ : off_;
    const std::complex<double> input = wave[one.input];
    const std::complex<double> add = one.add < 0 ? 0.0 : wave[static_cast<std::size_t>(one.add)];
    wave[one.through] = r.bus_1 * input + r.drop * add;
    wave[one.drop] = r.drop * input + r.bus_2 * add;
  }
  std::vector<double> power;
  power.reserve(fabric.detectors.size());
  for (const std::uint32_t net : fabric.detectors) power.push_back(std::norm(wave[net]));
  return power;
}

double FabricOptics::total(const SwitchFabric& fabric, std::uint64_t row) const {
  const std::vector<double> power = detected(fabric, row);
  return std::accumulate(power.begin(), power.end(), 0.0);
}

std::optional<FollowingFields> fields_behind(const SwitchFabric& fabric, std::uint64_t row,
                                             unsigned variable) {
  const std::vector<std::size_t> before = path_of(fabric, row ^ (std::uint64_t{1} << variable));
  FollowingFields fields;
  bool met = false;
  for (const std::size_t k : path_of(fabric, row)) {
    const unsigned own = fabric.switches[k].variable;
    const bool high = ((row >> own) & 1U) != 0;
    if (own == variable) {
      met = true;
      ++(high ? fields.filled : fields.passed);
    } else if (met && high) {
      const bool lit = std::find(before.begin(), before.end(), k) != before.end();
      ++(lit ? fields.turned : fields.filled);
    }
  }
  if (!met) return std::nullopt;
  return fields;
}

}  // namespace neucasl::photonic
