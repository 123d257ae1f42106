/// \file
/// The code model "neucasl_bridge": a shared library that ngspice loads. Every instance of it,
/// named a<number>, is the device of that number in the table of the program that holds ngspice.
///
/// It uses XSPICE to read its line of the deck and to reserve its entries of the matrix, and for
/// nothing else: it fills the matrix itself, keeps its charges where ngspice keeps those of its own
/// devices, and so takes part in ngspice's integration formula and step control as they do.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <vector>

#include "bridge_devices.hpp"
#include "xspice_layout.hpp"

namespace neucasl::ngspice_plugin {
namespace {

using namespace xspice;

constexpr int ok = 0;
constexpr int error_no_answer = 103;  // the iteration fails; ngspice tries something else
constexpr int error_bad_instance = 3;

const Core* core = nullptr;
BridgeDevices* devices = nullptr;

struct Cell {
  std::uint32_t number = 0;
  std::uint32_t unknowns = 0;
  std::uint32_t terminals = 0;
  std::size_t first = 0;         // in Cells::node and so on, one for each unknown
  std::size_t first_square = 0;  // in Cells::entry and so on, one for each pair of unknowns
  int charge = 0;                // index in Circuit::states: q and dq/dt of each unknown in turn
};

/// The instances of the present circuit.
struct Cells {
  std::vector<Cell> cell;
  std::vector<int> node;
  std::vector<int> old_input;
  std::vector<double*> entry;
  std::vector<double> x, f, q, f_x, q_x;
  int sweep_node = 0;

  void clear() { *this = Cells{}; }
};

Cells cells;

bool read_number(const char* name, std::uint32_t& number) {
  if (name == nullptr || name[0] != 'a') return false;
  const char* end = name + std::strlen(name);
  const auto [stop, error] = std::from_chars(name + 1, end, number);
  return error == std::errc{} && stop == end && number < devices->instances();
}

bool add_cell(const Instance& instance, int& states) {
  Cell cell;
  if (!read_number(instance.head.name, cell.number)) return false;
  const Connection& connection = *instance.connection[0];
  cell.unknowns = devices->unknowns(cell.number);
  cell.terminals = devices->terminals(cell.number);
  if (connection.size != static_cast<int>(cell.unknowns)) return false;
  cell.first = cells.node.size();
  cell.first_square = cells.entry.size();
  cell.charge = states;
  states += 2 * connection.size;
  for (int row = 0; row < connection.size; ++row) {
    const Port& port = *connection.port[row];
    cells.node.push_back(port.entries.pos_node);
    cells.old_input.push_back(port.old_input);
    for (int column = 0; column < connection.size; ++column) {
      cells.entry.push_back(port.entries.input[0].port[column].pos_pos);
    }
  }
  if (devices->is_sweep_point(cell.number)) cells.sweep_node = cells.node.back();
  cells.cell.push_back(cell);
  return true;
}

int setup(void* matrix, ModelHead* models, Circuit* circuit, int* states) {
  if (core == nullptr || devices == nullptr) return error_bad_instance;
  if (const int error = core->setup(matrix, models, circuit, states); error != ok) return error;
  cells.clear();
  for (const ModelHead* model = models; model != nullptr; model = model->next) {
    for (const InstanceHead* head = model->instances; head != nullptr; head = head->next) {
      if (!add_cell(*reinterpret_cast<const Instance*>(head), *states)) return error_bad_instance;
    }
  }
  for (auto* values : {&cells.x, &cells.f, &cells.q}) values->resize(cells.node.size());
  for (auto* values : {&cells.f_x, &cells.q_x}) values->resize(cells.entry.size());
  return ok;
}

int unsetup(ModelHead* models, Circuit* circuit) {
  cells.clear();
  return core->unsetup(models, circuit);
}

/// Puts the point at which to evaluate into cells.x.
void read_unknowns(const Circuit& circuit, const Cell& cell) {
  const int* node = &cells.node[cell.first];
  const int* old_input = &cells.old_input[cell.first];
  double* x = &cells.x[cell.first];
  const bool given =
      (circuit.mode & mode_transient_op) != 0 && (circuit.mode & mode_initial_conditions) != 0;
  const double* guess = (circuit.mode & mode_first_guess) != 0 && !given
                            ? devices->first_guess(cell.number)
                            : nullptr;
  const bool from_before = (circuit.mode & (mode_transient_start | mode_prediction)) != 0;
  for (std::uint32_t k = 0; k < cell.unknowns; ++k) {
    if (guess != nullptr) {
      x[k] = node[k] == 0 ? 0.0 : guess[k];
    } else {
      x[k] = from_before ? circuit.states[1][old_input[k]] : circuit.rhs_old[node[k]];
    }
    circuit.states[0][old_input[k]] = x[k];
  }
}

/// dq/dt by the formula that ngspice uses at this step; see its NIintegrate.
void integrate(const Circuit& circuit, int charge) {
  double* const* states = circuit.states;
  double& rate = states[0][charge + 1];
  if (circuit.method == method_trapezoidal && circuit.order > 1) {
    rate = circuit.ag[0] * (states[0][charge] - states[1][charge]) -
           circuit.ag[1] * states[1][charge + 1];
    return;
  }
  rate = 0.0;
  for (int k = 0; k <= circuit.order; ++k) rate += circuit.ag[k] * states[k][charge];
}

/// Keeps the charges and, in a transient, adds their currents and derivatives to f and f_x.
void add_charges(const Circuit& circuit, const Cell& cell, double* f, double* jacobian) {
  const bool transient = (circuit.mode & mode_transient) != 0;
  const std::uint32_t n = cell.unknowns;
  const double* q = &cells.q[cell.first];
  const double* q_x = &cells.q_x[cell.first_square];
  for (std::uint32_t k = 0; k < n; ++k) {
    const int charge = cell.charge + 2 * static_cast<int>(k);
    circuit.states[0][charge] = q[k];
    if (!transient) {
      circuit.states[0][charge + 1] = 0.0;
      continue;
    }
    const bool start = (circuit.mode & mode_transient_start) != 0;
    if (start) circuit.states[1][charge] = q[k];
    integrate(circuit, charge);
    if (start) circuit.states[1][charge + 1] = circuit.states[0][charge + 1];
    f[k] += circuit.states[0][charge + 1];
    for (std::uint32_t j = 0; j < n; ++j) jacobian[k * n + j] += circuit.ag[0] * q_x[k * n + j];
  }
}

std::vector<double> work_f;
std::vector<double> work_jacobian;

void stamp(const Circuit& circuit, const Cell& cell) {
  const std::uint32_t n = cell.unknowns;
  const double* x = &cells.x[cell.first];
  work_f.assign(&cells.f[cell.first], &cells.f[cell.first] + n);
  work_jacobian.assign(&cells.f_x[cell.first_square],
                       &cells.f_x[cell.first_square] + std::size_t{n} * n);
  add_charges(circuit, cell, work_f.data(), work_jacobian.data());
  double* const* entry = &cells.entry[cell.first_square];
  const int* node = &cells.node[cell.first];
  for (std::uint32_t k = 0; k < n; ++k) {
    double current = -work_f[k];
    for (std::uint32_t j = 0; j < n; ++j) {
      const double derivative = work_jacobian[k * n + j];
      *entry[k * n + j] += derivative;
      current += derivative * x[j];
    }
    circuit.rhs[node[k]] += current;
  }
}

void show(const Circuit& circuit, BridgeView& view) {
  view = {circuit.reltol,
          circuit.abstol,
          circuit.voltage_tolerance,
          circuit.chgtol,
          circuit.trtol,
          circuit.gmin,
          circuit.temperature,
          circuit.final_time,
          circuit.max_step,
          circuit.time,
          circuit.time - circuit.delta,
          static_cast<double>(circuit.method)};
}

int load(ModelHead*, Circuit* circuit) {
  const BridgeMode mode =
      (circuit->mode & mode_transient) != 0 ? BridgeMode::transient : BridgeMode::rest;
  if (BridgeView* view = devices->view(); view != nullptr) show(*circuit, *view);
  if (cells.sweep_node != 0) devices->select(circuit->rhs_old[cells.sweep_node]);
  for (const Cell& cell : cells.cell) {
    read_unknowns(*circuit, cell);
    const BridgeEvaluation result{&cells.f[cell.first], &cells.q[cell.first],
                                  &cells.f_x[cell.first_square], &cells.q_x[cell.first_square]};
    if (!devices->evaluate(cell.number, mode, &cells.x[cell.first], result)) {
      return error_no_answer;
    }
    stamp(*circuit, cell);
  }
  return ok;
}

/// The derivatives are those of the last `load`, which ngspice makes at the operating point.
int ac_load(ModelHead*, Circuit* circuit) {
  for (std::size_t i = 0; i < cells.entry.size(); ++i) {
    cells.entry[i][0] += cells.f_x[i];
    cells.entry[i][1] += circuit->omega * cells.q_x[i];
  }
  return ok;
}

bool is_empty(const Circuit& circuit, int charge) {
  return circuit.states[0][charge] == 0.0 && circuit.states[1][charge] == 0.0 &&
         circuit.states[2][charge] == 0.0;
}

/// The longest step for which the error of one charge stays tolerable. As ngspice's CKTterr, but
/// for its floor under the error, by which a step never exceeds a few seconds.
double longest_step(const Circuit& circuit, int charge, double least_current) {
  static constexpr double trapezoidal[] = {0.5, 1.0 / 12.0};
  static constexpr double gear[] = {0.5,          2.0 / 9.0,    3.0 / 22.0,
                                    12.0 / 125.0, 10.0 / 137.0, 20.0 / 343.0};
  const double* now = circuit.states[0] + charge;
  const double* before = circuit.states[1] + charge;
  const double current = std::max(std::abs(now[1]), std::abs(before[1]));
  const double amount = std::max({std::abs(now[0]), std::abs(before[0]), circuit.chgtol});
  const double tolerance =
      std::max(least_current + circuit.reltol * current, circuit.reltol * amount / circuit.delta);
  double difference[8];
  double interval[8];
  for (int i = 0; i <= circuit.order + 1; ++i) difference[i] = circuit.states[i][charge];
  for (int i = 0; i <= circuit.order; ++i) interval[i] = circuit.delta_old[i];
  for (int level = circuit.order; level >= 0; --level) {
    for (int i = 0; i <= level; ++i) {
      difference[i] = (difference[i] - difference[i + 1]) / interval[i];
    }
    for (int i = 0; i < level; ++i) interval[i] = interval[i + 1] + circuit.delta_old[i];
  }
  const double factor = (circuit.method == method_gear ? gear : trapezoidal)[circuit.order - 1];
  constexpr double least_error = 1e-200;
  const double step =
      circuit.trtol * tolerance / std::max(least_error, factor * std::abs(difference[0]));
  if (circuit.order == 1) return step;
  return circuit.order == 2 ? std::sqrt(step) : std::pow(step, 1.0 / circuit.order);
}

int truncate(ModelHead*, Circuit* circuit, double* step) {
  for (const Cell& cell : cells.cell) {
    for (std::uint32_t k = 0; k < cell.unknowns; ++k) {
      const int charge = cell.charge + 2 * static_cast<int>(k);
      if (is_empty(*circuit, charge)) continue;
      // The rates of slow states are small currents, and no less important.
      const double least_current = k < cell.terminals ? circuit->abstol : 0.0;
      *step = std::min(*step, longest_step(*circuit, charge, least_current));
    }
  }
  return ok;
}

int delete_instance(InstanceHead* head) { return core->delete_instance(head); }
int delete_model(ModelHead* head) { return core->delete_model(head); }

void never_called(void*) {}

constexpr int allowed_types[] = {type_conductance};
constexpr const char* allowed_names[] = {"g"};
constexpr ConnectionInfo connection{"unknowns",
                                    "the unknowns of the device",
                                    direction_in_and_out,
                                    type_conductance,
                                    "g",
                                    1,
                                    allowed_types,
                                    allowed_names,
                                    1,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0};
int none = 0;

Device make_device() {
  Device result{};
  result.name = "neucasl_bridge";
  result.description = "a device of the table";
  for (int** count : {&result.terminals, &result.name_count, &result.instance_parameter_count,
                      &result.model_parameter_count}) {
    *count = &none;
  }
  result.code_model = never_called;
  result.connection_count = 1;
  result.connection = &connection;
  result.load = load;
  result.setup = setup;
  result.unsetup = unsetup;
  result.truncate = truncate;
  result.ac_load = ac_load;
  result.delete_model = delete_model;
  result.delete_instance = delete_instance;
  return result;
}

Device device = make_device();
Device* device_list[] = {&device, nullptr};
int device_count = 1;
void* no_node_types[] = {nullptr};
int node_type_count = 0;

}  // namespace
}  // namespace neucasl::ngspice_plugin

#define NEUCASL_EXPORT extern "C" __attribute__((visibility("default")))

NEUCASL_EXPORT void* CMdevs();
NEUCASL_EXPORT void* CMdevNum();
NEUCASL_EXPORT void* CMudns();
NEUCASL_EXPORT void* CMudnNum();
NEUCASL_EXPORT void* CMgetCoreItfPtr();
NEUCASL_EXPORT bool neucasl_bridge_connect(neucasl::ngspice_plugin::BridgeDevices* devices);

void* CMdevs() { return neucasl::ngspice_plugin::device_list; }
void* CMdevNum() { return &neucasl::ngspice_plugin::device_count; }
void* CMudns() { return neucasl::ngspice_plugin::no_node_types; }
void* CMudnNum() { return &neucasl::ngspice_plugin::node_type_count; }
void* CMgetCoreItfPtr() { return &neucasl::ngspice_plugin::core; }

/// Names the table. False before ngspice has loaded the code model.
bool neucasl_bridge_connect(neucasl::ngspice_plugin::BridgeDevices* devices) {
  neucasl::ngspice_plugin::devices = devices;
  return neucasl::ngspice_plugin::core != nullptr;
}
