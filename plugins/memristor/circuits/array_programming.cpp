#include <algorithm>
#include <cmath>
#include <map>

#include "../models/operations.hpp"
#include "circuits.hpp"
#include "crossbar.hpp"
#include "neucasl/base/text.hpp"

namespace neucasl::memristor_circuits {
namespace {

using ir::Discipline;
using ir::ModuleBuilder;
using ir::NetRef;
using Points = std::vector<std::pair<double, double>>;

/// Agreement of an engine with the state equations, of a state at the end.
constexpr double engine_state = 0.005;
constexpr double pulse_edge_share = 0.05;
constexpr double pulse_wait_share = 0.5;
constexpr double steps_of_a_write = 40.0;

/// Shares of the write voltage at the wires that are not selected.
struct Scheme {
  double of_rows = 0.5;  ///< When the selected row is at 1 and the selected column at 0.
  double of_columns = 0.5;
};

class ArrayProgramming {
 public:
  ArrayProgramming(const plugin::CircuitRequest& request, plugin::Context& context)
      : p_(request.parameters), cell_(cell_request(p_), context, result_.uses) {
    crossbar_.name = "array";
    crossbar_.rows = static_cast<std::size_t>(p_.integer("rows"));
    crossbar_.columns = static_cast<std::size_t>(p_.integer("columns"));
    crossbar_.row_segment = p_.si("row_segment_resistance");
    crossbar_.column_segment = p_.si("column_segment_resistance");
    driver_ = p_.si("driver_resistance");
    row_ = selected("selected_row", crossbar_.rows);
    column_ = selected("selected_column", crossbar_.columns);
    static_cast<void>(cell_.state_internal());
    choose_pulse();
    choose_states(context);
    drop_ = largest_drop();
  }

  plugin::CircuitDesign run() {
    build();
    result_.analyses = {"tran " + base::shortest(width_ / steps_of_a_write) + ' ' +
                        base::shortest(stop_)};
    expect_states();
    describe();
    return std::move(result_);
  }

 private:
  [[nodiscard]] std::size_t selected(const char* name, std::size_t count) const {
    const auto index = static_cast<std::size_t>(p_.integer(name));
    if (index < count) return index;
    throw base::Error(
        "memristor.shape",
        std::string("there is no ") + (name[9] == 'r' ? "row " : "column ") +
            std::to_string(index) + " in an array of " + std::to_string(crossbar_.rows) + " x " +
            std::to_string(crossbar_.columns) + " cells",
        std::string("give ") + name + " of at most " + std::to_string(count - 1), p_.where(name));
  }

  void choose_pulse() {
    const memristor_models::Operations o =
        memristor_models::operations_of(cell_.memory_parameters());
    const bool set = p_.text("operation") == "set";
    const double nominal = set ? o.set_voltage : o.reset_voltage;
    const double asked = p_.si("write_voltage");
    amplitude_ = asked > 0.0 ? std::copysign(asked, nominal) : nominal;
    width_ = p_.si("pulse_time") > 0.0 ? p_.si("pulse_time") : (set ? o.set_time : o.reset_time);
    pulses_ = static_cast<int>(p_.integer("pulses"));
    stop_ =
        pulse_wait_share * width_ + pulses_ * (1.0 + pulse_edge_share + pulse_wait_share) * width_;
    if (p_.text("scheme") == "third") scheme_ = {1.0 / 3.0, 2.0 / 3.0};
  }

  /// The selected cell begins at the other end of its range, the others at the end that is asked
  /// for.
  void choose_states(plugin::Context& context) {
    const double high = cell_.state_of(cell_.highest());
    const double low = cell_.state_of(cell_.lowest());
    const std::string& others = p_.text("others");
    base::RandomStream random(context.seed, "memristor/array_programming", 0);
    crossbar_.state.resize(crossbar_.rows * crossbar_.columns);
    for (double& state : crossbar_.state) {
      const bool draw = others == "random" && random.uniform() < 0.5;
      state = others == "high" || draw ? high : low;
    }
    crossbar_.state[row_ * crossbar_.columns + column_] =
        p_.text("operation") == "set" ? low : high;
  }

  /// Share of the write voltage at a row and at a column wire; a negative pulse goes to the
  /// column, so that no supply is negative.
  [[nodiscard]] double share_of_row(std::size_t i) const {
    const bool chosen = i == row_;
    if (amplitude_ > 0.0) return chosen ? 1.0 : scheme_.of_rows;
    return chosen ? 0.0 : scheme_.of_columns;
  }
  [[nodiscard]] double share_of_column(std::size_t j) const {
    const bool chosen = j == column_;
    if (amplitude_ > 0.0) return chosen ? 0.0 : scheme_.of_columns;
    return chosen ? 1.0 : scheme_.of_rows;
  }
  /// V, of a cell between ideal wires.
  [[nodiscard]] double voltage_of(std::size_t i, std::size_t j) const {
    return std::abs(amplitude_) * (share_of_row(i) - share_of_column(j));
  }

  /// Bound d of what wires and drivers take from the voltage of any cell, from both of its wires:
  /// d <= sum over row and column of R G (sum of |v| of the wire's cells + n d), R the resistance
  /// of the whole wire and its driver, G the largest conductance, |v| between ideal wires.
  [[nodiscard]] double largest_drop() const {
    double own = 0.0;    // drop by the voltages between ideal wires
    double slope = 0.0;  // drop by one more volt at every cell
    const double conductance = steepest();
    for (const bool rows : {true, false}) {
      const std::size_t count = rows ? crossbar_.columns : crossbar_.rows;
      const auto n = static_cast<double>(count);
      const double segment = rows ? crossbar_.row_segment : crossbar_.column_segment;
      const double resistance = driver_ + segment * n;
      double sum = 0.0;
      for (std::size_t k = 0; k < count; ++k) {
        // The selected wire has the largest voltages.
        sum += std::abs(rows ? voltage_of(row_, k) : voltage_of(k, column_));
      }
      own += resistance * conductance * sum;
      slope += resistance * conductance * n;
    }
    return slope < 1.0 ? std::min(own / (1.0 - slope), std::abs(amplitude_)) : std::abs(amplitude_);
  }

  /// S: current over voltage of a cell at the end of high conductance, at the write voltage.
  [[nodiscard]] double steepest() const {
    const double state = cell_.state_of(cell_.highest());
    return std::max(cell_.highest(), std::abs(cell_.current(state, amplitude_, 0.0) / amplitude_));
  }

  [[nodiscard]] Points points_of(double share) const {
    Points points;
    if (share == 0.0) return points;
    const double value = share * std::abs(amplitude_);
    const double edge = pulse_edge_share * width_;
    points.emplace_back(0.0, 0.0);
    double begin = pulse_wait_share * width_;
    for (int k = 0; k < pulses_; ++k) {
      points.emplace_back(begin, 0.0);
      points.emplace_back(begin + edge, value);
      points.emplace_back(begin + width_, value);
      points.emplace_back(begin + width_ + edge, 0.0);
      begin += (1.0 + pulse_edge_share + pulse_wait_share) * width_;
    }
    return points;
  }

  void build() {
    ir::Design& design = result_.design;
    design.name = "array_programming";
    Elements elements(design);
    const ir::ModuleId array = add_crossbar(design, elements, cell_, crossbar_);
    ModuleBuilder top(design, "bench");
    design.top = top.id();
    const mapping::ArrayWiring wiring = crossbar_.wiring();
    const NetRef ground = top.net("ground", Discipline::electrical, 1, true);
    const NetRef row = top.net("row_wire", Discipline::electrical, width_of(wiring.row_width()));
    const NetRef column =
        top.net("column_wire", Discipline::electrical, width_of(wiring.column_width()));
    top.instance("array", array, {{"row_wire", row}, {"column_wire", column}});
    for (std::size_t i = 0; i < crossbar_.rows; ++i) {
      const char* name = i == row_ ? "selected_row_driver" : "row_driver";
      add_driver(top, elements, "row_" + std::to_string(i), name, share_of_row(i),
                 bit_of(row, wiring.driven_bit(i)), ground);
    }
    for (std::size_t j = 0; j < crossbar_.columns; ++j) {
      const char* name = j == column_ ? "selected_column_driver" : "column_driver";
      add_driver(top, elements, "column_" + std::to_string(j), name, share_of_column(j),
                 bit_of(column, wiring.sensed_bit(j)), ground);
    }
    result_.traces = {row_node(), column_node()};
  }

  void add_driver(ModuleBuilder& top, Elements& elements, const std::string& wire,
                  const char* master, double share, const NetRef& end, const NetRef& ground) {
    ir::Design& design = result_.design;
    ir::ModuleId source = design.find_module(master);
    if (!source.valid()) {
      const Points points = points_of(share);
      source = points.empty() ? elements.voltage_source()
                              : elements.waveform_source(master, points, 0.0);
    }
    NetRef driven = end;
    if (driver_ > 0.0) {
      driven = top.net(wire + "_driven", Discipline::electrical);
      top.instance(wire + "_output", elements.resistor(), {{"p", driven}, {"n", end}},
                   {{"resistance", ohms(driver_)}});
    }
    top.instance(wire, source, {{"p", driven}, {"n", ground}});
  }

  [[nodiscard]] std::string bit_name(const char* net, std::size_t bit, std::size_t width) const {
    return width == 1 ? std::string(net) : std::string(net) + '[' + std::to_string(bit) + ']';
  }
  [[nodiscard]] std::string row_node() const {
    const mapping::ArrayWiring w = crossbar_.wiring();
    return bit_name("row_wire", w.row_node(row_, column_), w.row_width());
  }
  [[nodiscard]] std::string column_node() const {
    const mapping::ArrayWiring w = crossbar_.wiring();
    return bit_name("column_wire", w.column_node(row_, column_), w.column_width());
  }

  /// State at the end of a cell that sees this voltage during the pulses.
  [[nodiscard]] double final_state(double state, double voltage) const {
    model::DrivenDevice device = cell_.driven(state);
    for (int k = 0; k < pulses_ && voltage != 0.0; ++k) {
      memristor_models::apply(device, {voltage, width_, pulse_edge_share * width_},
                              pulse_wait_share * width_);
    }
    return device.internals()[cell_.state_internal()];
  }

  /// Just before the end, where rounding cannot put it behind the last point.
  void expect_state(const std::string& name, const std::string& label, std::size_t i,
                    std::size_t j) {
    const std::string index = '[' + std::to_string(i) + "][" + std::to_string(j) + ']';
    const std::string node = "array.cells" + index + ".memory." + cell_.state_name();
    result_.measurements.push_back(
        {0,
         {name, name + " find v(" + node + ") at=" + base::shortest(stop_ * (1.0 - 1e-9)), {}},
         label + ", at the end"});
    const double start = crossbar_.state[i * crossbar_.columns + j];
    const double v = voltage_of(i, j);
    const double one = final_state(start, v - drop_);
    const double other = drop_ == 0.0 ? one : final_state(start, v + drop_);
    const double ideal = drop_ == 0.0 ? one : final_state(start, v);
    const auto [least, most] = std::minmax({one, other, ideal});
    result_.expectations.push_back(
        {name, 0.5 * (least + most), 0.0, 0.5 * (most - least) + engine_state,
         drop_ == 0.0 ? "state equations of the cell at its voltage"
                      : "state equations of the cell at its voltage, more or less what wires and "
                        "drivers take at most"});
    result_.traces.push_back(node);
    add(name + "_ideal", label + ", with ideal wires", ideal, {}, "state equations of the cell");
  }

  void expect_states() {
    expect_state("selected_state", "State of the selected cell", row_, column_);
    const std::size_t next_row = row_ + 1 < crossbar_.rows ? row_ + 1 : row_ - 1;
    const std::size_t next_column = column_ + 1 < crossbar_.columns ? column_ + 1 : column_ - 1;
    const bool rows = crossbar_.rows > 1;
    const bool columns = crossbar_.columns > 1;
    if (columns) {
      expect_state("row_neighbour_state", "State of its neighbour on the row", row_, next_column);
    }
    if (rows) {
      expect_state("column_neighbour_state", "State of its neighbour on the column", next_row,
                   column_);
    }
    if (rows && columns) {
      expect_state("unselected_state", "State of an unselected cell", next_row, next_column);
    }
    result_.measurements.push_back(
        {0,
         {"cell_voltage",
          base::concatenate({"cell_voltage ", amplitude_ > 0.0 ? "max" : "min", " v(", row_node(),
                             ",", column_node(), ")"}),
          {}},
         "Largest voltage of the selected cell"});
    result_.expectations.push_back({"cell_voltage", amplitude_, 1e-3, drop_,
                                    "write voltage, less what wires and drivers take at most"});
  }

  void add(const std::string& key, const std::string& label, double value,
           const base::Dimension& dimension, const char* method) {
    result_.figures.push_back(
        results::make_figure(key, label, value, dimension, method, "memristor"));
  }

  void describe() {
    const std::size_t other_row = row_ == 0 ? 1 : 0;
    const std::size_t other_column = column_ == 0 ? 1 : 0;
    const char* scheme = "scheme of the write";
    add("write_voltage", "Write voltage", amplitude_, base::dimension::voltage,
        "card or parameter");
    if (crossbar_.columns > 1) {
      add("half_select_voltage", "Voltage of half-selected cells of the row",
          voltage_of(row_, other_column), base::dimension::voltage, scheme);
    }
    if (crossbar_.rows > 1 && crossbar_.columns > 1) {
      add("unselected_voltage", "Voltage of unselected cells", voltage_of(other_row, other_column),
          base::dimension::voltage, scheme);
    }
    add("drop_bound", "Bound of what wires and drivers take from a cell", drop_,
        base::dimension::voltage, "largest conductance of all cells of both wires");
  }

  const plugin::ParameterSet& p_;
  plugin::CircuitDesign result_;
  Cell cell_;
  CrossbarRequest crossbar_;
  Scheme scheme_;
  double driver_ = 0.0;  // ohm
  std::size_t row_ = 0, column_ = 0;
  double amplitude_ = 0.0;  // V, row against column
  double width_ = 0.0;      // s
  int pulses_ = 1;
  double stop_ = 0.0;  // s
  double drop_ = 0.0;  // V
};

}  // namespace

plugin::CircuitDesign array_programming(const plugin::CircuitRequest& request,
                                        plugin::Context& context) {
  return ArrayProgramming(request, context).run();
}

}  // namespace neucasl::memristor_circuits
