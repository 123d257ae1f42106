#include "row_netlist.hpp"

#include <algorithm>

#include "../circuits/elements.hpp"

namespace neucasl::memristor_logic {
namespace {

using ir::Direction;
using ir::Discipline;
using ir::ModuleBuilder;
using ir::NetRef;
using memristor_circuits::bit_of;
using memristor_circuits::Elements;
using memristor_circuits::plain;
using memristor_circuits::width_of;

/// A voltage at rest 0 V with trapezoids.
class PulseTrain {
 public:
  void add(double begin, double edge, double width, double voltage) {
    if (voltage == 0.0) return;
    if (points_.empty() && begin > 0.0) points_.emplace_back(0.0, 0.0);
    // A pulse that begins where the one before ended shares its point.
    if (points_.empty() || begin > points_.back().first) points_.emplace_back(begin, 0.0);
    points_.emplace_back(begin + edge, voltage);
    points_.emplace_back(begin + edge + width, voltage);
    points_.emplace_back(begin + edge + width + edge, 0.0);
  }
  [[nodiscard]] const std::vector<std::pair<double, double>>& points() const { return points_; }

 private:
  std::vector<std::pair<double, double>> points_;
};

/// What the controller does on each of its outputs.
struct Stimuli {
  std::vector<PulseTrain> drive, control;  // by cell
  PulseTrain row_drive, row_control, load_control;
};

Stimuli stimuli_of(const Schedule& schedule, const RowDrive& drive) {
  constexpr double closed = 1.0;  // V
  Stimuli stimuli;
  stimuli.drive.resize(schedule.cells);
  stimuli.control.resize(schedule.cells);
  for (std::size_t k = 0; k < schedule.cycles(); ++k) {
    const Operation& operation = schedule.operations[k];
    const RowPulse pulse = pulse_of(operation, drive);
    const double begin = static_cast<double>(k) * drive.cycle_time();
    const auto add = [&](PulseTrain& train, double voltage) {
      train.add(begin, drive.edge_time, pulse.width, voltage);
    };
    for (const ColumnDrive& column : pulse.columns) {
      add(stimuli.drive[column.cell], column.voltage);
      add(stimuli.control[column.cell], closed);
    }
    if (operation.kind == Operation::Kind::prepare) {
      add(stimuli.row_drive, pulse.row_voltage);
      add(stimuli.row_control, closed);
    } else if (operation.kind == Operation::Kind::imply) {
      add(stimuli.load_control, closed);
    }
  }
  return stimuli;
}

ir::ModuleId add_switch(ir::Design& design, const RowDrive& drive) {
  const double open = 1.0 / drive.open_resistance;
  const double change = 1.0 / drive.switch_resistance - open;
  ModuleBuilder primitive(design, "row_switch", true);
  primitive.attribute("element", "behavioural_current_source");
  primitive.attribute(
      "formula", "v(p,n)*(" + base::shortest(open) + "+" + base::shortest(change) + "*v(control))");
  for (const char* pin : {"p", "n", "control"}) {
    primitive.port(pin, Discipline::electrical, Direction::inout);
  }
  return primitive.id();
}

ir::ModuleId add_row(ir::Design& design, Elements& elements, const Schedule& schedule,
                     const RowDrive& drive, const std::string& device) {
  const ir::ModuleId memristor = elements.card_device("memristor_" + device, device, {"p", "n"},
                                                      {{"initial_state", plain(1)}});
  const ir::ModuleId gate = add_switch(design, drive);
  const ir::ModuleId resistor = elements.resistor();
  ModuleBuilder module(design, "row");
  module.attribute("role", "array");
  const auto cells = width_of(schedule.cells);
  const auto port = [&](const char* name, std::uint32_t width) {
    return module.port(name, Discipline::electrical, Direction::inout, width);
  };
  const NetRef column_drive = port("drive", cells);
  const NetRef control = port("control", cells);
  const NetRef row_drive = port("row_drive", 1);
  const NetRef row_control = port("row_control", 1);
  const NetRef wire = module.net("wire", Discipline::electrical);
  const NetRef column = module.net("column", Discipline::electrical, cells);
  module.array("cells", memristor, 1, cells, {{"p", wire, 0, 0}, {"n", column, 0, 1}},
               {{"initial_state", plain(1)}});
  module.array("column_switches", gate, 1, cells,
               {{"p", column_drive, 0, 1}, {"n", column, 0, 1}, {"control", control, 0, 1}});
  module.instance("row_switch", gate, {{"p", row_drive}, {"n", wire}, {"control", row_control}});
  if (schedule.family == Family::imply) {
    const NetRef load_control = port("load_control", 1);
    const NetRef load = module.net("load", Discipline::electrical);
    const NetRef ground = module.net("ground", Discipline::electrical, 1, true);
    module.instance("load_switch", gate, {{"p", wire}, {"n", load}, {"control", load_control}});
    module.instance("load_resistor", resistor, {{"p", load}, {"n", ground}},
                    {{"resistance", memristor_circuits::ohms(drive.load_resistance)}});
  }
  return module.id();
}

/// Sources of the controller, one for each of its outputs.
class Controller {
 public:
  Controller(ir::Design& design, Elements& elements) : design_(design), elements_(elements) {}

  /// The source primitive of one output, made before the module that holds its instance.
  void prepare(const std::string& name, const PulseTrain& train) {
    if (train.points().empty()) return;
    made_.emplace_back(name, elements_.waveform_source(name + "_source", train.points(), 0.0));
  }
  ir::ModuleId add(const Stimuli& stimuli, bool load) {
    const std::size_t cells = stimuli.drive.size();
    for (std::size_t k = 0; k < cells; ++k) {
      prepare("drive_" + std::to_string(k), stimuli.drive[k]);
      prepare("control_" + std::to_string(k), stimuli.control[k]);
    }
    prepare("row_drive", stimuli.row_drive);
    prepare("row_control", stimuli.row_control);
    if (load) prepare("load_control", stimuli.load_control);
    rest_ = elements_.voltage_source();
    ModuleBuilder module(design_, "controller");
    module.attribute("role", "controller");
    const NetRef ground = module.net("ground", Discipline::electrical, 1, true);
    const auto bus = [&](const char* name, std::size_t width) {
      return module.port(name, Discipline::electrical, Direction::inout, width_of(width));
    };
    const NetRef drive = bus("drive", cells);
    const NetRef control = bus("control", cells);
    for (std::size_t k = 0; k < cells; ++k) {
      place(module, "drive_" + std::to_string(k), bit_of(drive, k), ground);
      place(module, "control_" + std::to_string(k), bit_of(control, k), ground);
    }
    place(module, "row_drive", bus("row_drive", 1), ground);
    place(module, "row_control", bus("row_control", 1), ground);
    if (load) place(module, "load_control", bus("load_control", 1), ground);
    return module.id();
  }

 private:
  void place(ModuleBuilder& module, const std::string& name, NetRef net, NetRef ground) {
    const auto found = std::find_if(made_.begin(), made_.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    module.instance(name, found == made_.end() ? rest_ : found->second,
                    {{"p", net}, {"n", ground}});
  }

  ir::Design& design_;
  Elements& elements_;
  std::vector<std::pair<std::string, ir::ModuleId>> made_;
  ir::ModuleId rest_;
};

/// An identifier that no other module has.
std::string top_name(const ir::Design& design, const std::string& name) {
  std::string result;
  for (const char c : name) {
    const bool plain_character = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    result += plain_character ? c : '_';
  }
  if (result.empty() || std::isdigit(static_cast<unsigned char>(result.front())) != 0) {
    result.insert(0, "function_");
  }
  while (design.find_module(result).valid()) result += "_top";
  return result;
}

}  // namespace

ir::Design row_design(const Schedule& schedule, const RowDrive& drive, const std::string& device,
                      const std::string& name) {
  ir::Design design;
  design.name = name;
  Elements elements(design);
  const bool load = schedule.family == Family::imply;
  const ir::ModuleId row = add_row(design, elements, schedule, drive, device);
  const ir::ModuleId controller =
      Controller(design, elements).add(stimuli_of(schedule, drive), load);
  ModuleBuilder top(design, top_name(design, name));
  top.attribute("family", load ? "imply" : "magic");
  ModuleBuilder::Connections pins;
  const auto net = [&](const char* net_name, std::size_t width) {
    pins.emplace_back(net_name, top.net(net_name, Discipline::electrical, width_of(width)));
  };
  net("drive", schedule.cells);
  net("control", schedule.cells);
  net("row_drive", 1);
  net("row_control", 1);
  if (load) net("load_control", 1);
  top.instance("row", row, pins);
  top.instance("controller", controller, pins);
  design.top = top.id();
  return design;
}

std::string cell_element(Cell cell) { return "row.cells[0][" + std::to_string(cell) + "]"; }
std::string state_node(Cell cell) { return cell_element(cell) + ".state"; }

double schedule_time(const Schedule& schedule, const RowDrive& drive) {
  return static_cast<double>(std::max<std::size_t>(schedule.cycles(), 1)) * drive.cycle_time();
}

}  // namespace neucasl::memristor_logic
