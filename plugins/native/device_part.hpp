#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "formula_tape.hpp"
#include "sparse_pattern.hpp"
#include "unknowns.hpp"

/// \file
/// Equations of devices and behavioural sources: what has to be evaluated anew at every point.

namespace neucasl::native_plugin {

/// Flow, storage and their Jacobians of a circuit, by unknown and by slot; one place more than
/// there are unknowns or entries, for the ground.
struct Equations {
  std::vector<double> flow, storage;
  std::vector<double> flow_jacobian, storage_jacobian;
};

class DevicePart {
 public:
  /// \param behavioural evaluate the symbolic form of the models instead of their code
  DevicePart(const circuit::Circuit& circuit, const Unknowns& unknowns, PatternBuilder& builder,
             bool behavioural);

  /// Takes parameters anew from the circuit.
  void reload(const circuit::Circuit& circuit);
  [[nodiscard]] bool empty() const { return devices_.empty() && sources_.empty(); }

  void add(std::span<const std::uint32_t> slots, std::span<const double> x, bool jacobian,
           Equations& equations);
  /// Diagnosis of the first device or source that gives a number that is not finite at x: its name,
  /// model and the values of its unknowns. Empty when all are finite.
  [[nodiscard]] std::string find_fault(const circuit::Circuit& circuit, const Unknowns& unknowns,
                                       std::span<const double> x);

  /// dF/dx of one device at x (row-major), for looking at its structure.
  void flow_jacobian(std::size_t device, std::span<const double> unknowns,
                     std::span<double> jacobian);
  [[nodiscard]] std::size_t unknowns_of(std::size_t device) const { return devices_[device].n; }
  /// Calls take(p, n, branch, entry) for each behavioural voltage source; `entry` is its first
  /// contribution: p-branch, n-branch, branch-p, branch-n.
  void for_each_branch(auto&& take) const {
    for (const Source& source : sources_) {
      if (source.is_voltage) take(source.p, source.n, source.branch, source.entry);
    }
  }
  [[nodiscard]] std::span<const std::uint32_t> places_of(std::size_t device) const {
    return {&place_[devices_[device].place], devices_[device].n};
  }

 private:
  struct Device {
    const model::DeviceModel* model;
    std::uint32_t n;
    std::uint32_t place;    // first of its unknowns in place_
    std::uint32_t entry;    // first of its n x n contributions
    std::uint32_t derived;  // first of its numbers in derived_
    std::uint32_t derived_size;
  };
  struct Source {
    bool is_voltage;
    std::uint32_t p, n, branch;
    std::uint32_t place;
    std::uint32_t inputs;
    std::uint32_t entry;  // of each input: p and n, or the branch; before them the incidence
    FormulaTape tape;
  };
  void add_devices(const circuit::Circuit& circuit, const Unknowns& unknowns,
                   PatternBuilder& builder);
  void add_sources(const circuit::Circuit& circuit, const Unknowns& unknowns,
                   PatternBuilder& builder);
  void evaluate(std::size_t device, std::span<const double> unknowns, bool jacobian);
  void evaluate_tape(std::size_t device, std::span<const double> unknowns, bool jacobian);
  void scatter(const Device& device, std::span<const std::uint32_t> slots, bool jacobian,
               Equations& equations) const;
  void add_source(const Source& source, std::span<const std::uint32_t> slots,
                  std::span<const double> x, bool jacobian, Equations& equations);

  bool behavioural_;
  std::vector<Device> devices_;
  std::vector<Source> sources_;
  std::vector<std::uint32_t> place_;  // unknowns of all devices and inputs of all sources
  std::vector<double> derived_;
  std::vector<FormulaTape> tapes_;  // of each device, flow then storage, when behavioural
  // Work space of one evaluation.
  std::vector<double> x_, flow_, storage_, flow_jacobian_, storage_jacobian_, values_, gradient_,
      tape_work_;
};

}  // namespace neucasl::native_plugin
