#include "cell.hpp"

#include <algorithm>
#include <cmath>

#include "neucasl/model/card_parameters.hpp"

namespace neucasl::memristor_circuits {
namespace {

constexpr int most_bisections = 200;

CellKind cell_kind_of(const std::string& name) {
  if (name == "1T1R") return CellKind::transistor;
  return name == "1S1R" ? CellKind::selector : CellKind::memory;
}

}  // namespace

CellRequest cell_request(const plugin::ParameterSet& parameters) {
  CellRequest request;
  request.kind = cell_kind_of(parameters.text("cell"));
  request.device = parameters.text("device");
  request.device_where = parameters.where("device");
  if (request.kind != CellKind::memory) {
    const char* access = request.kind == CellKind::transistor ? "transistor" : "selector";
    request.access = parameters.text(access);
    request.access_where = parameters.where(access);
  }
  if (request.kind == CellKind::transistor) {
    request.fins = static_cast<double>(parameters.integer("fins"));
    request.gate_voltage = parameters.si("gate_voltage");
  }
  request.read_voltage = parameters.si("read_voltage");
  return request;
}

Cell::Cell(const CellRequest& request, plugin::Context& context, device::UseList& uses)
    : request_(request) {
  take_memory(context, uses);
  whole_ = memory_;
  if (request_.kind != CellKind::memory) take_access(context, uses);
  find_range();
}

void Cell::take_memory(plugin::Context& context, device::UseList& uses) {
  const device::Card card = context.devices->load(request_.device, request_.device_where);
  const bool has_model =
      std::any_of(card.choices.begin(), card.choices.end(),
                  [](const device::Choice& choice) { return choice.name == "model"; });
  if (request_.read_voltage == 0.0 && request_.kind != CellKind::selector) {
    request_.read_voltage = card.si("read_voltage", base::dimension::voltage, uses);
  }
  if (!has_model) {
    state_low_ = card.si("conductance_min", base::dimension::conductance, uses);
    state_high_ = card.si("conductance_max", base::dimension::conductance, uses);
    state_parameter_ = "conductance";
    ohmic_ = std::make_unique<LinearConductance>();
    memory_ = ohmic_.get();
    memory_numbers_ = {state_high_};
    return;
  }
  state_parameter_ = "initial_state";
  memory_ = context.models->find(card.choice("model").value, card.where).model;
  const model::Specification& specification = memory_->specification();
  const auto& known = specification.parameters;
  const bool has_state = std::any_of(
      known.begin(), known.end(),
      [&](const model::Parameter& parameter) { return parameter.name == state_parameter_; });
  if (!has_state || specification.terminal_unknowns() != 2) {
    throw base::Error("memristor.cell",
                      "card '" + card.id + "' of model '" + specification.name + "' is no memory",
                      "take a card of linear_ion_drift, vteam, stanford_pku_reram or "
                      "phase_change_memory, or one with conductance_min and conductance_max",
                      request_.device_where);
  }
  memory_numbers_ = model::parameters_from(specification, card, uses);
  state_index_ = model::parameter_index(specification, state_parameter_);
}

void Cell::take_access(plugin::Context& context, device::UseList& uses) {
  const device::Card card = context.devices->load(request_.access, request_.access_where);
  access_ = context.models->find(card.choice("model").value, card.where).model;
  const model::Specification& specification = access_->specification();
  const std::size_t wanted = request_.kind == CellKind::transistor ? 4 : 2;
  if (specification.terminals.size() != wanted) {
    throw base::Error("memristor.cell",
                      "card '" + card.id + "' of model '" + specification.name + "' is no " +
                          (wanted == 4 ? "transistor with drain, gate, source and bulk"
                                       : "selector with two terminals"),
                      wanted == 4 ? "take a card of a transistor, such as asap7_n or mosfet_500nm_n"
                                  : "take nbo2_selector or vo2_selector",
                      request_.access_where);
  }
  access_numbers_ = model::parameters_from(specification, card, uses);
  const auto& known = specification.parameters;
  has_fins_ = std::any_of(known.begin(), known.end(), [](const model::Parameter& parameter) {
    return parameter.name == "fins";
  });
  if (request_.kind == CellKind::transistor && has_fins_) {
    const std::size_t fins = model::parameter_index(specification, "fins");
    model::check_parameter(specification, fins, request_.fins, card.id, request_.access_where);
    access_numbers_[fins] = request_.fins;
  }
  if (request_.kind == CellKind::selector && request_.read_voltage == 0.0) {
    request_.read_voltage = access_numbers_[model::parameter_index(specification, "pulse_voltage")];
  }
  series_ = std::make_unique<SeriesModel>(*memory_, memory_numbers_.size(), *access_);
  whole_ = series_.get();
}

std::vector<std::pair<std::string, base::Quantity>> Cell::transistor_size() const {
  if (!has_fins_) return {};
  return {{"fins", plain(request_.fins)}};
}

std::size_t Cell::state_internal() const {
  const auto& internals = memory_->specification().internals;
  for (std::size_t k = 0; k < internals.size(); ++k) {
    if (internals[k].kind == model::InternalKind::memory) return k + (series_ ? 1 : 0);
  }
  throw base::Error("memristor.cell", "card '" + request_.device + "' has no state that can change",
                    "take a card of a device model, such as hfox_stanford_pku",
                    request_.device_where);
}

base::Dimension Cell::state_dimension() const {
  return ohmic_ ? base::dimension::conductance : base::Dimension{};
}

model::DrivenDevice Cell::driven(double state) const {
  std::vector<double> numbers = memory_numbers_;
  numbers[state_index_] = state;
  numbers.insert(numbers.end(), access_numbers_.begin(), access_numbers_.end());
  return {*whole_, numbers};
}

std::vector<double> Cell::terminals(double row_voltage, double column_voltage) const {
  if (request_.kind != CellKind::transistor) return {row_voltage, column_voltage};
  return {row_voltage, column_voltage, request_.gate_voltage, 0.0};
}

double Cell::current(double state, double row_voltage, double column_voltage) const {
  model::DrivenDevice device = driven(state);
  const double drop = std::abs(row_voltage - column_voltage);
  if (binary() && !rest_low_.empty() && drop > 0.5 * std::abs(request_.read_voltage)) {
    const bool high = std::abs(state - state_high_) < std::abs(state - state_low_);
    device.set_internals(high ? rest_high_ : rest_low_);
  }
  return device.rest(terminals(row_voltage, column_voltage))[0];
}

double Cell::conductance(double state) const {
  return current(state, request_.read_voltage, 0.0) / request_.read_voltage;
}

std::vector<double> Cell::settled_internals(double state) const {
  const auto& names = access_->specification();
  const double longest = std::max(access_numbers_[model::parameter_index(names, "on_time")],
                                  access_numbers_[model::parameter_index(names, "off_time")]);
  model::DrivenDevice device = driven(state);
  const std::vector<double> held = terminals(request_.read_voltage, 0.0);
  const auto drive = [&](double /*time*/, std::span<double> out) {
    std::copy(held.begin(), held.end(), out.begin());
  };
  device.transient(0.0, 100.0 * longest, longest, drive);
  const auto points = device.transient(0.0, 10.0 * longest, 0.1 * longest, drive);
  const std::size_t selector = points.back().internals.size() - 1;
  const auto [least, most] = std::minmax_element(
      points.begin(), points.end(),
      [&](const auto& a, const auto& b) { return a.internals[selector] < b.internals[selector]; });
  if (most->internals[selector] - least->internals[selector] > 1e-3) {
    throw base::Error(
        "memristor.selector",
        "the selector of the cell swings between on and off at " +
            base::to_engineering(volts(request_.read_voltage)) + " with a memory of " +
            base::to_engineering(siemens(memory_conductance(state))),
        "take a memory whose conductance is far above the selector's when on and far below it "
        "when off, or another read voltage",
        request_.access_where);
  }
  std::vector<double> internals = points.back().internals;
  if (!ohmic_) internals[state_internal()] = state;
  return internals;
}

double Cell::memory_conductance(double state) const {
  std::vector<double> numbers = memory_numbers_;
  numbers[state_index_] = state;
  model::DrivenDevice device(*memory_, numbers);
  constexpr double small = 0.01;  // V
  return device.rest(std::vector<double>{small, 0.0})[0] / small;
}

void Cell::find_range() {
  if (!ohmic_) {
    state_low_ = 0.0;
    state_high_ = 1.0;
  }
  if (memory_conductance(state_low_) > memory_conductance(state_high_)) {
    std::swap(state_low_, state_high_);
  }
  if (binary()) {
    rest_low_ = settled_internals(state_low_);
    rest_high_ = settled_internals(state_high_);
    if (rest_low_.back() > 0.5 || rest_high_.back() < 0.5) {
      throw base::Error(
          "memristor.selector",
          std::string("at ") + base::to_engineering(volts(request_.read_voltage)) +
              " the selector '" + request_.access + "' is " +
              (rest_low_.back() > 0.5 ? "on" : "off") + " at both ends of the memory '" +
              request_.device + "', " +
              base::to_engineering(siemens(memory_conductance(state_low_))) + " and " +
              base::to_engineering(siemens(memory_conductance(state_high_))),
          "take another read voltage, or a memory of which one end conducts far more and the other "
          "far less than the selector",
          request_.access_where);
    }
  }
  lowest_ = conductance(state_low_);
  highest_ = conductance(state_high_);
  const double half = current(state_high_, 0.5 * request_.read_voltage, 0.0);
  linear_ = std::abs(2.0 * half / request_.read_voltage - highest_) < 1e-9 * highest_;
}

double Cell::state_of(double wanted) const {
  if (ohmic_ && !series_) return wanted;
  if (wanted <= lowest_) return state_low_;
  if (wanted >= highest_) return state_high_;
  // Conductance spans decades, so that the false position is taken of its logarithm (Illinois).
  double low = state_low_;
  double high = state_high_;
  double low_error = std::log(lowest_ / wanted);
  double high_error = std::log(highest_ / wanted);
  for (int k = 0; k < most_bisections; ++k) {
    const double state = low - low_error * (high - low) / (high_error - low_error);
    const double error = std::log(conductance(state) / wanted);
    if (std::abs(error) < 1e-13 || std::abs(high - low) < 1e-15 * std::abs(high + low)) {
      return state;
    }
    if ((error < 0.0) == (low_error < 0.0)) {
      low = state;
      low_error = error;
      high_error *= 0.5;
    } else {
      high = low;
      high_error = low_error;
      low = state;
      low_error = error;
    }
  }
  return low;
}

ir::ModuleId Cell::add(ir::Design& design, Elements& elements, bool row_segment,
                       bool column_segment) const {
  const base::Quantity state{memory_numbers_[state_index_], state_dimension()};
  const auto& pins = memory_->specification().terminals;
  const ir::ModuleId memory =
      ohmic_ ? elements.conductance()
             : elements.card_device("memory_" + request_.device, request_.device,
                                    {pins[0].name, pins[1].name}, {{state_parameter_, state}});
  const ir::ModuleId segment = elements.resistor();
  ir::ModuleId access;
  if (request_.kind == CellKind::transistor) {
    access = elements.card_device("transistor_" + request_.access, request_.access,
                                  {"drain", "gate", "source", "bulk"}, transistor_size());
  } else if (request_.kind == CellKind::selector) {
    access = elements.card_device("selector_" + request_.access, request_.access, {"p", "n"}, {});
  }

  ir::ModuleBuilder cell(design, "cell");
  cell.attribute("role", "cell");
  cell.parameter("state", state);
  const auto port = [&](const char* name) {
    return cell.port(name, ir::Discipline::electrical, ir::Direction::inout);
  };
  const ir::NetRef row = port("row");
  const ir::NetRef column = port("column");
  const ir::NetRef inner = access.valid() ? cell.net("middle", ir::Discipline::electrical) : column;
  cell.instance("memory", memory, {{pins[0].name, row}, {pins[1].name, inner}},
                {{state_parameter_, ir::Expression{"state"}}});
  if (request_.kind == CellKind::transistor) {
    const ir::NetRef ground = cell.net("ground", ir::Discipline::electrical, 1, true);
    cell.instance("access", access,
                  {{"drain", inner}, {"gate", port("gate")}, {"source", column}, {"bulk", ground}});
  } else if (access.valid()) {
    cell.instance("access", access, {{"p", inner}, {"n", column}});
  }
  if (row_segment) {
    cell.parameter("row_segment_resistance", ohms(1.0));
    cell.instance("row_segment", segment, {{"p", port("row_in")}, {"n", row}},
                  {{"resistance", ir::Expression{"row_segment_resistance"}}});
  }
  if (column_segment) {
    cell.parameter("column_segment_resistance", ohms(1.0));
    cell.instance("column_segment", segment, {{"p", column}, {"n", port("column_out")}},
                  {{"resistance", ir::Expression{"column_segment_resistance"}}});
  }
  return cell.id();
}

}  // namespace neucasl::memristor_circuits
