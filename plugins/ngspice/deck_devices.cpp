#include <filesystem>
#include <map>
#include <mutex>

#include "deck_parts.hpp"
#include "model_names.hpp"
#include "neucasl/base/hash.hpp"
#include "neucasl/circuit/spice_export.hpp"
#include "worker.pb.h"
#include "worker_protocol.hpp"

namespace neucasl::ngspice_plugin {
namespace {

/// ngspice keeps the words of one element in a table of 512 and does not check its end.
constexpr std::size_t most_unknowns = 400;

/// SHA-256 of a library of models, read once: the host never loads another file of that name.
const std::string& hash_of(const std::filesystem::path& library) {
  static std::mutex mutex;
  static std::map<std::filesystem::path, std::string> known;
  const std::lock_guard lock(mutex);
  std::string& hash = known[library];
  if (hash.empty()) hash = base::sha256_file(library);
  return hash;
}

std::vector<double> swept_values(const DeckTask& task, const circuit::SweepAnalysis& sweep) {
  std::vector<double> values;
  values.reserve(task.last_point - task.first_point);
  for (std::size_t k = task.first_point; k < task.last_point; ++k) {
    values.push_back(sweep.values[k]);
  }
  return values;
}

}  // namespace

/// Numbers of a device at some points of a sweep.
struct DeckDevices::Table {
  std::vector<double> derived;
  std::vector<double> initial;

  void append(const Table& row) {
    derived.insert(derived.end(), row.derived.begin(), row.derived.end());
    initial.insert(initial.end(), row.initial.begin(), row.initial.end());
  }
};

void DeckDevices::write() {
  if (content_.task.form == DeviceForm::behavioural) {
    write_behavioural();
    return;
  }
  const circuit::Circuit& circuit = content_.circuit;
  for (const circuit::ModelUse& use : circuit.models) add_model(use);
  for (const circuit::Device& one : circuit.devices) {
    if (one.nodes.size() > most_unknowns) {
      throw base::Error("ngspice.device-size",
                        "device '" + one.name + "' has " + std::to_string(one.nodes.size()) +
                            " unknowns, more than " + std::to_string(most_unknowns),
                        "simulate it with the simulator native", one.where);
    }
    deck_.bridge(model_of_.size(), one.nodes);
    model_of_.push_back(one.model);
    derived_.insert(derived_.end(), one.derived.begin(), one.derived.end());
    for (const std::uint32_t index : internals_of(one)) {
      initial_.push_back(circuit.nodes[index].initial);
      scale_.push_back(circuit.nodes[index].scale);
    }
  }
}

void DeckDevices::write_behavioural() {
  const circuit::Circuit& circuit = content_.circuit;
  for (std::size_t i = 0; i < circuit.devices.size(); ++i) {
    circuit::append_behavioural(circuit, i, 'd' + std::to_string(i),
                                names_of(circuit.devices[i].nodes), content_.transient(),
                                deck_.string());
  }
}

std::vector<std::string> DeckDevices::names_of(std::span<const std::uint32_t> nodes) const {
  std::vector<std::string> names;
  names.reserve(nodes.size());
  for (const std::uint32_t one : nodes) names.push_back(node_name(one));
  return names;
}

std::span<const std::uint32_t> DeckDevices::internals_of(const circuit::Device& one) const {
  const std::size_t terminals =
      content_.circuit.models[one.model].model->specification().terminal_unknowns();
  return std::span(one.nodes).subspan(terminals);
}

void DeckDevices::add_model(const circuit::ModelUse& use) {
  ngspice::worker::Model& added = *request_.mutable_devices()->add_model();
  const model::Specification& specification = use.model->specification();
  added.set_library(use.origin.library.string());
  added.set_sha256(hash_of(use.origin.library));
  added.set_name(specification.name);
  added.set_unknowns(static_cast<std::uint32_t>(specification.unknowns()));
  added.set_derived(static_cast<std::uint32_t>(use.model->derived_size()));
}

std::uint32_t DeckDevices::add_own_model(const char* name, std::uint32_t unknowns,
                                         std::uint32_t derived) {
  ngspice::worker::Model& added = *request_.mutable_devices()->add_model();
  added.set_name(name);
  added.set_unknowns(unknowns);
  added.set_derived(derived);
  return static_cast<std::uint32_t>(request_.devices().model_size()) - 1;
}

void DeckDevices::write_sweep(const circuit::SweepAnalysis& sweep) {
  if (content_.swept.source != no_element) {
    sweep_source(sweep);
  } else if (content_.swept.passive != no_element) {
    sweep_passive(sweep);
  } else {
    sweep_devices(sweep);
  }
  const std::size_t points = content_.task.last_point - content_.task.first_point;
  deck_ += "vpoint npoint 0 dc 0\n";
  deck_ += 'a';
  deck_.integer(model_of_.size());
  deck_ += " [ npoint ] bridge\n";
  model_of_.push_back(add_own_model(sweep_point, 1, 0));
  request_.set_points(static_cast<std::uint32_t>(points));
  request_.set_last(static_cast<double>(points - 1));
}

void DeckDevices::sweep_source(const circuit::SweepAnalysis& sweep) {
  const circuit::Source& one = content_.circuit.sources[content_.swept.source];
  std::vector<std::uint32_t> nodes{one.p, one.n};
  if (one.is_voltage) nodes.push_back(content_.current_node());
  sweep_element(one.is_voltage ? swept_voltage : swept_current, nodes,
                swept_values(content_.task, sweep));
}

void DeckDevices::sweep_passive(const circuit::SweepAnalysis& sweep) {
  const circuit::Passive& one = content_.circuit.passives[content_.swept.passive];
  std::vector<double> values = swept_values(content_.task, sweep);
  if (one.kind == circuit::PassiveKind::resistor) {
    for (double& value : values) value = 1.0 / value;
  }
  sweep_element(swept_conductance, std::vector<std::uint32_t>{one.p, one.n}, values);
}

/// The element as a device of the table.
void DeckDevices::sweep_element(const char* name, std::span<const std::uint32_t> nodes,
                                const std::vector<double>& values) {
  deck_.bridge(model_of_.size(), nodes);
  ngspice::worker::SweptDevice& swept = *request_.add_swept();
  swept.set_device(static_cast<std::uint32_t>(model_of_.size()));
  swept.set_derived(pack<double>(values));
  model_of_.push_back(add_own_model(name, static_cast<std::uint32_t>(nodes.size()), 1));
  derived_.push_back(values.front());
  if (nodes.size() < 3) return;
  initial_.push_back(0.0);
  scale_.push_back(1.0);
  swept.set_initial(pack<double>(std::vector<double>(values.size(), 0.0)));
}

DeckDevices::Table DeckDevices::numbers_of(const circuit::Circuit& from, std::size_t device) const {
  Table row{from.devices[device].derived, {}};
  for (const std::uint32_t index : internals_of(from.devices[device])) {
    row.initial.push_back(from.nodes[index].initial);
  }
  return row;
}

void DeckDevices::sweep_devices(const circuit::SweepAnalysis& sweep) {
  const DeckTask& task = content_.task;
  circuit::Circuit changed = content_.circuit;
  std::map<std::size_t, Table> tables;
  for (std::size_t k = task.first_point; k < task.last_point; ++k) {
    changed.set(sweep.target, sweep.values[k]);
    for (std::size_t i = 0; i < changed.devices.size(); ++i) {
      const Table row = numbers_of(changed, i);
      auto place = tables.find(i);
      if (place == tables.end()) {
        const Table base = numbers_of(content_.circuit, i);
        if (row.derived == base.derived && row.initial == base.initial) continue;
        place = tables.emplace(i, Table{}).first;
        for (std::size_t before = task.first_point; before < k; ++before) {
          place->second.append(base);
        }
      }
      place->second.append(row);
    }
  }
  for (const auto& [device, table] : tables) {
    ngspice::worker::SweptDevice& swept = *request_.add_swept();
    swept.set_device(static_cast<std::uint32_t>(device));
    swept.set_derived(pack<double>(table.derived));
    swept.set_initial(pack<double>(table.initial));
  }
}

void DeckDevices::finish() {
  if (model_of_.empty()) return;
  deck_ += ".model bridge neucasl_bridge\n";
  ngspice::worker::Devices& devices = *request_.mutable_devices();
  devices.set_model_of(pack<std::uint32_t>(model_of_));
  devices.set_derived(pack<double>(derived_));
  devices.set_initial(pack<double>(initial_));
  devices.set_scale(pack<double>(scale_));
}

}  // namespace neucasl::ngspice_plugin
