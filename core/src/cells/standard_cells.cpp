#include "neucasl/cells/standard_cells.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

namespace neucasl::cells {
namespace {

CellElement gate(const char* output, const char* pull_down, double strength) {
  CellElement element;
  element.output = output;
  element.pull_down = parse_switches(pull_down);
  element.strength = strength;
  return element;
}

CellElement passing(CellElement::Kind kind, const char* input, const char* output, const char* high,
                    const char* low, double strength) {
  CellElement element;
  element.kind = kind;
  element.input = input;
  element.output = output;
  element.high = high;
  element.low = low;
  element.strength = strength;
  return element;
}

bool conducts(const Switches& switches, const std::map<std::string, bool>& values) {
  const auto closed = [&](const Switches& part) { return conducts(part, values); };
  if (switches.kind == Switches::Kind::series) return std::ranges::all_of(switches.parts, closed);
  if (switches.kind == Switches::Kind::parallel) return std::ranges::any_of(switches.parts, closed);
  return values.at(switches.net);
}

logic::TruthTable table_of_gates(const StandardCell& cell) {
  logic::TruthTable table;
  table.inputs = static_cast<std::uint8_t>(cell.inputs.size());
  for (unsigned row = 0; row < (1U << table.inputs); ++row) {
    std::map<std::string, bool> values{{"vdd", true}, {"vss", false}};
    for (unsigned i = 0; i < table.inputs; ++i) values[cell.inputs[i]] = ((row >> i) & 1U) != 0;
    for (const CellElement& element : cell.elements) {
      values[element.output] = !conducts(element.pull_down, values);
    }
    if (values.at(cell.output)) table.bits |= std::uint64_t{1} << row;
  }
  return table;
}

/// Stages of a kind of cell; `s` is the drive strength of the output.
struct Recipe {
  const char* name;
  std::vector<std::string> inputs;
  std::vector<double> strengths;
  std::vector<CellElement> (*elements)(double s);
};

using Elements = std::vector<CellElement>;

/// A first stage drives its own cell only and is smaller than the output stage of a strong cell.
double first_stage(double s) { return std::max(1.0, 0.5 * s); }

Elements exclusive(const char* pull_down, double s) {
  const double first = first_stage(s);
  return {gate("an", "a", first), gate("bn", "b", first), gate("y", pull_down, s)};
}

const std::vector<Recipe>& recipes() {
  static const std::vector<std::string> none;
  static const std::vector<std::string> one = {"a"};
  static const std::vector<std::string> two = {"a", "b"};
  static const std::vector<std::string> three = {"a", "b", "c"};
  static const std::vector<std::string> four = {"a", "b", "c", "d"};
  static const std::vector<Recipe> all = {
      {"INV", one, {1, 2, 4}, [](double s) { return Elements{gate("y", "a", s)}; }},
      {"BUF",
       one,
       {1, 2, 4},
       [](double s) {
         return Elements{gate("m", "a", first_stage(s)), gate("y", "m", s)};
       }},
      {"NAND2", two, {1, 2}, [](double s) { return Elements{gate("y", "a b", s)}; }},
      {"NAND3", three, {1, 2}, [](double s) { return Elements{gate("y", "a b c", s)}; }},
      {"NAND4", four, {1}, [](double s) { return Elements{gate("y", "a b c d", s)}; }},
      {"NOR2", two, {1, 2}, [](double s) { return Elements{gate("y", "a + b", s)}; }},
      {"NOR3", three, {1, 2}, [](double s) { return Elements{gate("y", "a + b + c", s)}; }},
      {"NOR4", four, {1}, [](double s) { return Elements{gate("y", "a + b + c + d", s)}; }},
      {"AND2",
       two,
       {1, 2},
       [](double s) {
         return Elements{gate("m", "a b", first_stage(s)), gate("y", "m", s)};
       }},
      {"OR2",
       two,
       {1, 2},
       [](double s) {
         return Elements{gate("m", "a + b", first_stage(s)), gate("y", "m", s)};
       }},
      {"XOR2", two, {1, 2}, [](double s) { return exclusive("a b + an bn", s); }},
      {"XNOR2", two, {1, 2}, [](double s) { return exclusive("a bn + an b", s); }},
      // y = b where s is high, else a.
      {"MUX2",
       {"a", "b", "s"},
       {1, 2},
       [](double s) {
         return Elements{gate("sn", "s", 1.0), gate("m", "a sn + b s", first_stage(s)),
                         gate("y", "m", s)};
       }},
      {"AOI21", three, {1, 2}, [](double s) { return Elements{gate("y", "a b + c", s)}; }},
      {"AOI22", four, {1}, [](double s) { return Elements{gate("y", "a b + c d", s)}; }},
      {"OAI21", three, {1, 2}, [](double s) { return Elements{gate("y", "(a + b) c", s)}; }},
      {"OAI22", four, {1}, [](double s) { return Elements{gate("y", "(a + b) (c + d)", s)}; }},
      // Constants.
      {"TIEHI", none, {1}, [](double s) { return Elements{gate("y", "vss", s)}; }},
      {"TIELO", none, {1}, [](double s) { return Elements{gate("y", "vdd", s)}; }},
  };
  return all;
}

std::string with_strength(const char* name, double strength) {
  return std::string(name) + "_X" + std::to_string(static_cast<int>(strength));
}

/// Master and slave are loops of an inverter and a clocked inverter behind transmission gates; the
/// master follows while the clock is low, the slave while it is high.
StandardCell flip_flop() {
  using Kind = CellElement::Kind;
  StandardCell cell;
  cell.name = "DFF_X1";
  cell.kind = CellKind::flip_flop;
  cell.inputs = {"d", "clk"};
  cell.output = "q";
  cell.state = "s";
  cell.elements = {
      gate("cn", "clk", 1.0),
      gate("cp", "cn", 1.0),
      gate("dn", "d", 1.0),
      passing(Kind::transmission_gate, "dn", "m", "cn", "cp", 1.0),
      gate("mn", "m", 1.0),
      passing(Kind::clocked_inverter, "mn", "m", "cp", "cn", 1.0),
      passing(Kind::transmission_gate, "mn", "sn", "cp", "cn", 1.0),
      gate("s", "sn", 1.0),
      passing(Kind::clocked_inverter, "s", "sn", "cn", "cp", 1.0),
      gate("q", "s", 1.0),
  };
  return cell;
}

StandardCell latch() {
  using Kind = CellElement::Kind;
  StandardCell cell;
  cell.name = "LATCH_X1";
  cell.kind = CellKind::latch;
  cell.inputs = {"d", "en"};
  cell.output = "q";
  cell.state = "m";
  cell.elements = {
      gate("n", "en", 1.0), gate("e", "n", 1.0),
      gate("dn", "d", 1.0), passing(Kind::transmission_gate, "dn", "m", "e", "n", 1.0),
      gate("mn", "m", 1.0), passing(Kind::clocked_inverter, "mn", "m", "n", "e", 1.0),
      gate("q", "m", 1.0),
  };
  return cell;
}

std::vector<StandardCell> make_cells() {
  std::vector<StandardCell> result;
  for (const Recipe& recipe : recipes()) {
    for (const double strength : recipe.strengths) {
      StandardCell cell;
      cell.name = with_strength(recipe.name, strength);
      cell.inputs = recipe.inputs;
      cell.output = "y";
      cell.elements = recipe.elements(strength);
      cell.strength = strength;
      cell.function = table_of_gates(cell);
      result.push_back(std::move(cell));
    }
  }
  result.push_back(flip_flop());
  result.push_back(latch());
  return result;
}

std::size_t literals(const Switches& switches) {
  if (switches.kind == Switches::Kind::literal) return 1;
  std::size_t count = 0;
  for (const Switches& part : switches.parts) count += literals(part);
  return count;
}

/// Unit transistors of each literal, in order, when every path conducts like `strength` units.
void widths_of(const Switches& switches, double strength, std::vector<double>& widths) {
  if (switches.kind == Switches::Kind::literal) widths.push_back(strength);
  const bool series = switches.kind == Switches::Kind::series;
  for (const Switches& part : switches.parts) {
    widths_of(part, series ? strength * static_cast<double>(switches.parts.size()) : strength,
              widths);
  }
}

std::size_t columns_of(const CellElement& element) {
  const auto fingers = [](double units) { return static_cast<std::size_t>(std::ceil(units)); };
  if (element.kind == CellElement::Kind::transmission_gate) return fingers(element.strength);
  if (element.kind == CellElement::Kind::clocked_inverter) return 2 * fingers(2 * element.strength);
  std::vector<double> n;
  std::vector<double> p;
  widths_of(element.pull_down, element.strength, n);
  widths_of(dual(element.pull_down), element.strength, p);
  std::size_t columns = 0;
  for (std::size_t k = 0; k < n.size(); ++k) columns += fingers(std::max(n[k], p[k]));
  return columns;
}

}  // namespace

std::size_t StandardCell::transistors() const {
  std::size_t count = 0;
  for (const CellElement& element : elements) {
    switch (element.kind) {
      case CellElement::Kind::gate:
        count += 2 * literals(element.pull_down);
        break;
      case CellElement::Kind::transmission_gate:
        count += 2;
        break;
      case CellElement::Kind::clocked_inverter:
        count += 4;
        break;
    }
  }
  return count;
}

std::size_t StandardCell::columns() const {
  std::size_t count = 1;
  for (const CellElement& element : elements) count += columns_of(element);
  return count;
}

double StandardCell::area(const TransistorPair& pair) const {
  return static_cast<double>(columns()) * pair.gate_pitch * pair.stacked * pair.cell_height;
}

const std::vector<StandardCell>& standard_cells() {
  static const std::vector<StandardCell> cells = make_cells();
  return cells;
}

const StandardCell* find_standard_cell(std::string_view name) {
  const auto found = std::ranges::find(standard_cells(), name, &StandardCell::name);
  return found == standard_cells().end() ? nullptr : &*found;
}

}  // namespace neucasl::cells
