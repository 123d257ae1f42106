#pragma once

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <complex>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models.hpp"
#include "neucasl/circuit/circuit.hpp"
#include "neucasl/model/card_parameters.hpp"
#include "neucasl/model/device_model.hpp"
#include "tests/photonic/reference_data.hpp"

namespace neucasl::photonic {

using Settings = std::map<std::string, double>;  ///< SI

inline std::vector<double> parameters_of(const model::DeviceModel& model,
                                         const Settings& settings) {
  std::vector<double> values = model::default_parameters(model.specification());
  for (const auto& [name, value] : settings) {
    values[model::parameter_index(model.specification(), name)] = value;
  }
  return values;
}

/// Newton's method for all nodes of a circuit of devices and linear passives at rest; the test's
/// own solver, dense.
inline Eigen::VectorXd operating_point(const circuit::Circuit& circuit,
                                       Eigen::VectorXd start = {}) {
  const auto n = static_cast<Eigen::Index>(circuit.nodes.size());
  Eigen::VectorXd v = start.size() == n ? start : Eigen::VectorXd(Eigen::VectorXd::Zero(n));
  for (Eigen::Index i = 0; i < n; ++i) {
    const circuit::Node& node = circuit.nodes[static_cast<std::size_t>(i)];
    if (node.kind == circuit::NodeKind::internal) v(i) = node.initial;
  }
  for (int step = 0; step < 60; ++step) {
    Eigen::MatrixXd a = Eigen::MatrixXd::Zero(n, n);
    Eigen::VectorXd f = Eigen::VectorXd::Zero(n);
    for (const circuit::Device& device : circuit.devices) {
      const model::DeviceModel& model = *circuit.models[device.model].model;
      const std::size_t m = device.nodes.size();
      std::vector<double> x(m), flow(m), storage(m), jf(m * m), js(m * m);
      for (std::size_t i = 0; i < m; ++i) x[i] = v(device.nodes[i]);
      model.evaluate(device.derived, x, {flow, storage, jf, js});
      for (std::size_t i = 0; i < m; ++i) {
        f(device.nodes[i]) += flow[i];
        for (std::size_t j = 0; j < m; ++j) a(device.nodes[i], device.nodes[j]) += jf[i * m + j];
      }
    }
    f(0) = v(0);
    a.row(0).setZero();
    a(0, 0) = 1.0;
    // Rows of rates and of waves differ by many orders.
    for (Eigen::Index i = 0; i < n; ++i) {
      const double scale = a.row(i).cwiseAbs().maxCoeff();
      EXPECT_GT(scale, 0.0) << circuit.nodes[static_cast<std::size_t>(i)].name;
      a.row(i) /= scale;
      f(i) /= scale;
    }
    const Eigen::VectorXd change = a.partialPivLu().solve(f);
    v -= change;
    if (change.cwiseAbs().maxCoeff() < 1e-14 * std::max(1.0, v.cwiseAbs().maxCoeff())) break;
  }
  return v;
}

/// A circuit built from photonic models by net names; "0" is the ground.
class Network {
 public:
  explicit Network(model::Environment environment = {}) : environment_(environment) {
    circuit_.nodes.push_back({"0", circuit::NodeKind::electrical, 1.0, {}, 0.0});
  }

  void add(const std::string& model_name, const std::vector<std::string>& nets,
           const Settings& settings = {}) {
    auto& model = models_[model_name];
    if (!model) model.reset(make_model(model_name));
    ASSERT_NE(model, nullptr) << model_name;
    const model::Specification& specification = model->specification();
    ASSERT_EQ(nets.size(), specification.terminals.size()) << model_name;
    circuit::Device device;
    device.model = static_cast<std::uint32_t>(circuit_.models.size());
    circuit_.models.push_back({model.get(), {}});
    device.parameters = parameters_of(*model, settings);
    device.environment = environment_;
    device.derived.resize(model->derived_size());
    model->derive(device.parameters, environment_, device.derived);
    for (std::size_t t = 0; t < nets.size(); ++t) {
      if (specification.terminals[t].discipline == ir::Discipline::optical) {
        device.nodes.push_back(node(nets[t] + ".re"));
        device.nodes.push_back(node(nets[t] + ".im"));
      } else {
        device.nodes.push_back(node(nets[t]));
      }
    }
    std::vector<double> initial(specification.internals.size());
    model->initial_internals(device.derived, initial);
    for (std::size_t i = 0; i < initial.size(); ++i) {
      device.nodes.push_back(static_cast<std::uint32_t>(circuit_.nodes.size()));
      circuit_.nodes.push_back({model_name + "." + std::to_string(circuit_.devices.size()) + "." +
                                    specification.internals[i].name,
                                circuit::NodeKind::internal, specification.internals[i].scale,
                                specification.internals[i].kind, initial[i]});
    }
    circuit_.devices.push_back(std::move(device));
  }

  void solve() { values_ = operating_point(circuit_); }
  [[nodiscard]] double at(const std::string& net) const { return values_(index_.at(net)); }
  /// V of an optical net.
  [[nodiscard]] std::complex<double> wave(const std::string& net) const {
    return {at(net + ".re"), at(net + ".im")};
  }

 private:
  std::uint32_t node(const std::string& name) {
    if (name == "0") return 0;
    const auto [found, made] =
        index_.emplace(name, static_cast<std::uint32_t>(circuit_.nodes.size()));
    if (made) circuit_.nodes.push_back({name, circuit::NodeKind::electrical, 1.0, {}, 0.0});
    return found->second;
  }

  model::Environment environment_;
  circuit::Circuit circuit_;
  std::map<std::string, std::unique_ptr<model::DeviceModel>> models_;
  std::map<std::string, std::uint32_t> index_;
  Eigen::VectorXd values_;
};

}  // namespace neucasl::photonic
