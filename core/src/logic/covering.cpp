#include "covering.hpp"

#include <algorithm>
#include <limits>

namespace neucasl::logic {
namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

}  // namespace

Covering::Covering(const AndInverterGraph& graph, const CutSet& cuts, const CellMatcher& matcher,
                   const MappingCells& cells, std::span<const Literal> roots)
    : graph_(graph),
      cuts_(cuts),
      matcher_(matcher),
      cells_(cells),
      roots_(roots.begin(), roots.end()),
      inverter_delay_(cells.usual_delay(cells.inverter(), 0)),
      inverter_area_(area_of(cells.inverter())) {
  // Sums of the same delays in another order are equal.
  constexpr double rounding = 1e-6;
  tolerance_ = rounding * inverter_delay_;
}

void Covering::begin() {
  const std::size_t literals = 2 * graph_.size();
  choices_.assign(literals, {});
  flows_.assign(literals, 0.0);
  required_.assign(literals, unlimited);
  uses_.assign(literals, 0);
  expected_uses_.assign(literals, 1.0);
  const std::vector<std::uint32_t> fanouts = graph_.fanout_counts(roots_);
  for (Literal literal = 0; literal < literals; ++literal) {
    expected_uses_[literal] = std::max(1.0, static_cast<double>(fanouts[node_of(literal)]));
    if (graph_.is_and(node_of(literal))) continue;
    LiteralChoice& choice = choices_[literal];
    const bool free = node_of(literal) == 0 || !inverted(literal);
    choice.kind = free ? Kind::source : Kind::inverter;
    choice.arrival = free ? 0.0 : inverter_delay_;
    flows_[literal] = free ? 0.0 : inverter_area_ / expected_uses_[literal];
  }
}

void Covering::run(MappingOptions::Goal goal) {
  begin();
  choose_all(goal == MappingOptions::Goal::delay ? Measure::arrival : Measure::flow);
  count_uses(goal);
  constexpr int rounds = 2;
  for (int round = 0; round < rounds; ++round) {
    choose_all(Measure::flow);
    count_uses(goal);
  }
  for (int round = 0; round < rounds; ++round) {
    improve_exactly();
    count_uses(goal);
  }
}

void Covering::choose_all(Measure measure) {
  for (std::uint32_t node = 1; node < graph_.size(); ++node) {
    if (graph_.is_and(node)) choose_node(node, measure);
  }
}

double Covering::cell_arrival(LiteralChoice& choice) const {
  double best = unlimited;
  for (const PinOrder& order : matcher_.orders(*choice.match)) {
    double latest = 0.0;
    for (unsigned i = 0; i < choice.cut->size; ++i) {
      latest = std::max(latest, choices_[choice.leaf(i)].arrival +
                                    cells_.usual_delay(choice.match->cell, order[i]));
    }
    if (latest >= best) continue;
    best = latest;
    choice.order = order;
  }
  return best;
}

bool Covering::prefers(const Candidate& a, const Candidate& b, Measure measure) const {
  if (!a.found || !b.found) return a.found;
  const double sooner = b.choice.arrival - a.choice.arrival;
  if (measure == Measure::arrival) {
    return sooner > tolerance_ || (sooner > -tolerance_ && a.area < b.area);
  }
  return a.area != b.area ? a.area < b.area : sooner > 0.0;
}

Covering::Candidate Covering::best_cell(Literal literal, Measure measure) const {
  Candidate best;
  for (const Cut& cut : cuts_.of(node_of(literal))) {
    const std::uint64_t table = inverted(literal) ? ~cut.table : cut.table;
    for (const CellMatch& match : matcher_.of(table)) {
      Candidate candidate;
      candidate.choice.kind = Kind::cell;
      candidate.choice.cut = &cut;
      candidate.choice.match = &match;
      candidate.choice.arrival = cell_arrival(candidate.choice);
      if (measure == Measure::flow && !in_time(candidate.choice.arrival, literal)) continue;
      candidate.found = true;
      candidate.area = area_of(match.cell);
      for (unsigned i = 0; i < cut.size; ++i) candidate.area += flows_[candidate.choice.leaf(i)];
      if (prefers(candidate, best, measure)) best = candidate;
    }
  }
  return best;
}

Covering::Candidate Covering::by_inverter(Literal literal, const Candidate& other) const {
  Candidate candidate;
  candidate.choice.kind = Kind::inverter;
  candidate.choice.arrival = other.choice.arrival + inverter_delay_;
  candidate.area = other.area / expected_uses_[invert(literal)] + inverter_area_;
  candidate.found = other.found && in_time(candidate.choice.arrival, literal);
  return candidate;
}

void Covering::choose_node(std::uint32_t node, Measure measure) {
  const Literal plain = literal_of(node);
  const Literal inverse = literal_of(node, true);
  Candidate cells[2] = {best_cell(plain, measure), best_cell(inverse, measure)};
  const Candidate by_other[2] = {by_inverter(plain, cells[1]), by_inverter(inverse, cells[0])};
  // One of the two stays a cell.
  if (prefers(by_other[0], cells[0], measure)) {
    cells[0] = by_other[0];
  } else if (prefers(by_other[1], cells[1], measure)) {
    cells[1] = by_other[1];
  }
  take(plain, cells[0]);
  take(inverse, cells[1]);
}

void Covering::take(Literal literal, const Candidate& candidate) {
  choices_[literal] = candidate.choice;
  flows_[literal] = candidate.area / expected_uses_[literal];
}

void Covering::count_uses(MappingOptions::Goal goal) {
  uses_.assign(uses_.size(), 0);
  required_.assign(required_.size(), unlimited);
  double latest = 0.0;
  for (const Literal root : roots_) latest = std::max(latest, choices_[root].arrival);
  for (const Literal root : roots_) {
    ++uses_[root];
    if (goal == MappingOptions::Goal::delay) required_[root] = latest;
  }
  for (std::uint32_t node = static_cast<std::uint32_t>(graph_.size()); node-- > 1;) {
    const Literal plain = literal_of(node);
    const bool inverter_first = choices_[plain].kind == Kind::inverter;
    require_leaves(invert_if(plain, !inverter_first));
    require_leaves(invert_if(plain, inverter_first));
  }
  // Uses settle over the passes; the mean with the expectation keeps them from swinging.
  for (Literal literal = 0; literal < uses_.size(); ++literal) {
    const double uses = static_cast<double>(uses_[literal]);
    expected_uses_[literal] = std::max(1.0, (2.0 * expected_uses_[literal] + uses) / 3.0);
  }
}

void Covering::require_leaves(Literal literal) {
  if (uses_[literal] == 0) return;
  const LiteralChoice& choice = choices_[literal];
  const auto require = [&](Literal leaf, double delay) {
    ++uses_[leaf];
    required_[leaf] = std::min(required_[leaf], required_[literal] - delay);
  };
  if (choice.kind == Kind::inverter) {
    require(invert(literal), inverter_delay_);
  } else if (choice.kind == Kind::cell) {
    for (unsigned i = 0; i < choice.cut->size; ++i) {
      require(choice.leaf(i), cells_.usual_delay(choice.match->cell, choice.order[i]));
    }
  }
}

double Covering::change_uses(const LiteralChoice& choice, Literal literal, bool add) {
  double area = 0.0;
  stack_.clear();
  const auto change = [&](Literal leaf) {
    const bool recurse = add ? uses_[leaf]++ == 0 : --uses_[leaf] == 0;
    if (recurse) stack_.push_back(leaf);
  };
  const auto change_leaves = [&](const LiteralChoice& of, Literal at) {
    if (of.kind == Kind::inverter) {
      area += inverter_area_;
      change(invert(at));
    } else if (of.kind == Kind::cell) {
      area += area_of(of.match->cell);
      for (unsigned i = 0; i < of.cut->size; ++i) change(of.leaf(i));
    }
  };
  change_leaves(choice, literal);
  while (!stack_.empty()) {
    const Literal next = stack_.back();
    stack_.pop_back();
    change_leaves(choices_[next], next);
  }
  return area;
}

bool Covering::refresh_arrival(LiteralChoice& choice, Literal literal) const {
  if (choice.kind == Kind::cell) choice.arrival = cell_arrival(choice);
  if (choice.kind == Kind::inverter) {
    choice.arrival = choices_[invert(literal)].arrival + inverter_delay_;
  }
  return in_time(choice.arrival, literal);
}

void Covering::improve_exactly() {
  for (std::uint32_t node = 1; node < graph_.size(); ++node) {
    if (!graph_.is_and(node)) continue;
    const Literal plain = literal_of(node);
    const bool cell_first = choices_[plain].kind == Kind::cell;
    improve(invert_if(plain, !cell_first));
    improve(invert_if(plain, cell_first));
  }
}

void Covering::improve(Literal literal) {
  LiteralChoice best = choices_[literal];
  const bool in_time_before = refresh_arrival(best, literal);
  choices_[literal] = best;
  if (uses_[literal] == 0 || !in_time_before) return;
  // What is taken away is put back first, so that the present choice stays when none is better.
  static_cast<void>(change_uses(best, literal, false));
  double least = change_uses(best, literal, true);
  static_cast<void>(change_uses(best, literal, false));
  const auto consider = [&](LiteralChoice& candidate) {
    if (!refresh_arrival(candidate, literal)) return;
    const double area = change_uses(candidate, literal, true);
    static_cast<void>(change_uses(candidate, literal, false));
    const bool better =
        area < least || (area == least && candidate.arrival < best.arrival - tolerance_);
    if (!better) return;
    least = area;
    best = candidate;
  };
  for (const Cut& cut : cuts_.of(node_of(literal))) {
    for (const CellMatch& match : matcher_.of(inverted(literal) ? ~cut.table : cut.table)) {
      LiteralChoice candidate;
      candidate.kind = Kind::cell;
      candidate.cut = &cut;
      candidate.match = &match;
      consider(candidate);
    }
  }
  if (choices_[invert(literal)].kind == Kind::cell) {
    LiteralChoice candidate;
    candidate.kind = Kind::inverter;
    consider(candidate);
  }
  static_cast<void>(change_uses(best, literal, true));
  choices_[literal] = best;
}

}  // namespace neucasl::logic
