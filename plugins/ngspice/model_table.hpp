#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bridge_devices.hpp"
#include "neucasl/model/device_model.hpp"

namespace neucasl::ngspice::worker {
class Devices;
class Model;
class Request;
}  // namespace neucasl::ngspice::worker

/// \file
/// The device models of a circuit, evaluated for the code model.

namespace neucasl::ngspice_plugin {

/// A library of device models is not what the host named.
class BadLibrary : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Models found by library and name; each library is checked and loaded once and stays.
class ModelLoader {
 public:
  ModelLoader();
  ~ModelLoader();
  ModelLoader(const ModelLoader&) = delete;
  ModelLoader& operator=(const ModelLoader&) = delete;

  /// \throws BadLibrary
  const model::DeviceModel& find(const ngspice::worker::Model& wanted);

 private:
  struct Known;
  std::vector<std::unique_ptr<Known>> known_;
};

/// Node values are unknowns over their scale; equations of states are scaled to currents.
class ModelTable : public BridgeDevices {
 public:
  /// \throws BadLibrary, BadMessage
  void load(const ngspice::worker::Request& request);

  /// Where the code model shows what it reads of ngspice, or null.
  void show_in(BridgeView* view) { view_ = view; }

  [[nodiscard]] BridgeView* view() const noexcept override { return view_; }
  [[nodiscard]] std::uint32_t instances() const noexcept override;
  [[nodiscard]] std::uint32_t unknowns(std::uint32_t instance) const noexcept override;
  [[nodiscard]] std::uint32_t terminals(std::uint32_t instance) const noexcept override;
  [[nodiscard]] bool is_sweep_point(std::uint32_t instance) const noexcept override;
  void select(double point) noexcept override;
  [[nodiscard]] const double* first_guess(std::uint32_t instance) const noexcept override;
  bool evaluate(std::uint32_t instance, BridgeMode mode, const double* values,
                const BridgeEvaluation& result) noexcept override;

  /// The first device whose model gave no finite answer, and why, when it said so.
  [[nodiscard]] const std::optional<std::uint32_t>& failed() const { return failed_; }
  [[nodiscard]] const std::string& failure() const { return failure_; }
  [[nodiscard]] std::uint64_t evaluations() const { return evaluations_; }

 private:
  struct Kind {
    const model::DeviceModel* model = nullptr;
    std::uint32_t unknowns = 0;
    std::uint32_t terminals = 0;
    std::uint32_t derived = 0;
    std::vector<model::InternalKind> internals;
  };
  struct Item {
    std::uint32_t kind = 0;
    std::size_t first = 0;    // in guess_, scale_, row_
    std::size_t derived = 0;  // in derived_
  };
  struct Swept {
    std::uint32_t instance = 0;
    std::vector<double> derived;
    std::vector<double> initial;
  };

  void load_kinds(const ngspice::worker::Devices& devices);
  void load_items(const ngspice::worker::Devices& devices);
  void load_sweep(const ngspice::worker::Request& request);
  void set_internals(const Item& item, const double* initial);
  void hold_memories(const Item& item, const double* values, const BridgeEvaluation& result) const;
  void to_node_units(const Item& item, const BridgeEvaluation& result) const;
  bool fail(std::uint32_t instance, const char* why) noexcept;

  ModelLoader loader_;
  BridgeView* view_ = nullptr;
  std::vector<Kind> kinds_;
  std::vector<Item> items_;
  std::vector<double> guess_;
  std::vector<double> scale_;
  std::vector<double> row_;
  std::vector<double> derived_;
  std::vector<Swept> swept_;
  std::size_t points_ = 0;
  std::size_t point_ = 0;
  std::vector<double> work_;
  std::optional<std::uint32_t> failed_;
  std::string failure_;
  std::uint64_t evaluations_ = 0;
};

}  // namespace neucasl::ngspice_plugin
