#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstring>
#include <type_traits>

#include "neucasl/model/device_model.hpp"
#include "neucasl/model/functions.hpp"

/// \file
/// From equations, written once as a template, to a `DeviceModel`.
///
///   struct Memristor {
///     static constexpr int terminal_unknowns = 2;
///     static constexpr int internals = 1;
///     struct Derived { double on, off; };               // doubles only
///     static Specification specification();
///     static Derived derive(std::span<const double> parameters, const Environment&);
///     static std::array<double, internals> initial(const Derived&);
///     template <class S>
///     static void evaluate(const Derived& d, const std::array<S, 3>& x, Terms<S, 2, 1>& y) {
///       const S current = (d.off + (d.on - d.off) * x[2]) * (x[0] - x[1]);
///       y.current[0] += current;  y.current[1] -= current;
///       y.rate[0] = ...;                                  // ds/dt of internal 0
///     }
///   };
///   class MemristorModel : public EquationModel<Memristor> { ... characterize, costs ... };

namespace neucasl::model {

/// What equations give. All entries begin at zero.
template <class S, int Terminals, int Internals>
struct Terms {
  std::array<S, Terminals> current{};  ///< Into each terminal unknown.
  std::array<S, Terminals> charge{};
  std::array<S, Internals> rate{};      ///< ds/dt of states and memories.
  std::array<S, Internals> residual{};  ///< F of algebraic unknowns: zero at rest.
  /// Q of algebraic unknowns: the charge on an internal node, whose residual is a current.
  std::array<S, Internals> internal_charge{};
};

template <class Equations>
class EquationModel : public DeviceModel {
 public:
  static constexpr int terminals = Equations::terminal_unknowns;
  static constexpr int internals = Equations::internals;
  static constexpr int n = terminals + internals;
  using Derived = typename Equations::Derived;
  static_assert(std::is_trivially_copyable_v<Derived> && sizeof(Derived) % sizeof(double) == 0,
                "Derived holds doubles only");

  EquationModel() : specification_(Equations::specification()) {
    for (std::size_t i = 0; i < specification_.internals.size() && i < kind_.size(); ++i) {
      kind_[i] = specification_.internals[i].kind;
    }
  }

  [[nodiscard]] const Specification& specification() const override { return specification_; }
  [[nodiscard]] std::size_t derived_size() const override {
    return sizeof(Derived) / sizeof(double);
  }
  void derive(std::span<const double> parameters, const Environment& environment,
              std::span<double> derived) const override {
    const Derived value = Equations::derive(parameters, environment);
    std::memcpy(derived.data(), &value, sizeof(Derived));
  }
  void initial_internals(std::span<const double> derived, std::span<double> out) const override {
    const std::array<double, internals> initial = Equations::initial(derived_from(derived));
    std::copy(initial.begin(), initial.end(), out.begin());
  }

  void evaluate(std::span<const double> derived, std::span<const double> unknowns,
                const Evaluation& out) const override {
    const Derived d = derived_from(derived);
    if (out.flow_jacobian.empty()) {
      std::array<double, n> x;
      std::copy_n(unknowns.begin(), n, x.begin());
      Terms<double, terminals, internals> y;
      Equations::evaluate(d, x, y);
      for (std::size_t i = 0; i < n; ++i) {
        out.flow[i] = flow_of(y, i);
        out.storage[i] = storage_of(y, x, i);
      }
      return;
    }
    std::array<Dual<n>, n> x;
    for (std::size_t i = 0; i < n; ++i) {
      x[i] = Dual<n>::unknown(unknowns[i], static_cast<int>(i));
    }
    Terms<Dual<n>, terminals, internals> y;
    Equations::evaluate(d, x, y);
    for (std::size_t i = 0; i < n; ++i) {
      const Dual<n> flow = flow_of(y, i);
      const Dual<n> storage = storage_of(y, x, i);
      out.flow[i] = flow.value;
      out.storage[i] = storage.value;
      std::copy_n(flow.derivative.begin(), n, out.flow_jacobian.begin() + offset(i));
      std::copy_n(storage.derivative.begin(), n, out.storage_jacobian.begin() + offset(i));
    }
  }

  [[nodiscard]] SymbolicForm symbolic(std::span<const double> derived) const override {
    std::array<Symbol, n> x;
    for (std::size_t i = 0; i < n; ++i) x[i] = Symbol::unknown(static_cast<int>(i));
    Terms<Symbol, terminals, internals> y;
    Equations::evaluate(derived_from(derived), x, y);
    SymbolicForm form;
    for (std::size_t i = 0; i < n; ++i) {
      form.flow.push_back(flow_of(y, i));
      form.storage.push_back(storage_of(y, x, i));
    }
    return form;
  }

 protected:
  static Derived derived_from(std::span<const double> numbers) {
    Derived derived;
    std::memcpy(&derived, numbers.data(), sizeof(Derived));
    return derived;
  }

 private:
  static std::ptrdiff_t offset(std::size_t row) { return static_cast<std::ptrdiff_t>(row) * n; }

  template <class S>
  S flow_of(const Terms<S, terminals, internals>& y, std::size_t i) const {
    if (i < terminals) return y.current[i];
    const std::size_t k = i - terminals;
    return kind_[k] == InternalKind::algebraic ? y.residual[k] : S(-y.rate[k]);
  }
  template <class S>
  S storage_of(const Terms<S, terminals, internals>& y, const std::array<S, n>& x,
               std::size_t i) const {
    if (i < terminals) return y.charge[i];
    return kind_[i - terminals] == InternalKind::algebraic ? y.internal_charge[i - terminals]
                                                           : x[i];
  }

  Specification specification_;
  std::array<InternalKind, internals> kind_{};
};

}  // namespace neucasl::model
