#include "neucasl/model/equations.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "models.hpp"

namespace neucasl::model {
namespace {

using namespace functions;

/// Each function of `functions`, of one argument, for every scalar.
template <class S>
std::vector<S> all_functions(const S& x) {
  const S positive = x * x + S(0.5);
  return {exp(x),
          log(positive),
          sqrt(positive),
          sin(x),
          cos(x),
          atan(x),
          sinh(x),
          cosh(x),
          tanh(x),
          abs(x),
          pow(positive, 1.7),
          S(2.0) / positive,
          S(x / positive),
          S(-x),
          select(x, S(x * x), S(x * S(3.0))),
          maximum(x, S(0.3)),
          minimum(x, S(0.3)),
          clamp(x, -0.5, 0.5),
          limited_exp(x, 1.0),
          softplus(x),
          logistic(x),
          smooth_abs(x, 0.1),
          smooth_positive(x, 0.1),
          S(x + 1.0),
          S(1.0 - x),
          S(x * 3.0),
          S(2.0 * x - x / 7.0)};
}

TEST(Dual, DerivativesAgreeWithCentralDifferences) {
  for (const double at : {-2.3, -0.71, 0.123, 0.9, 3.1}) {
    const auto dual = all_functions(Dual<2>::unknown(at, 1));
    const double h = 1e-6;
    const auto above = all_functions(at + h);
    const auto below = all_functions(at - h);
    const auto value = all_functions(at);
    for (std::size_t i = 0; i < dual.size(); ++i) {
      EXPECT_DOUBLE_EQ(dual[i].value, value[i]) << i;
      EXPECT_EQ(dual[i].derivative[0], 0.0) << i;
      const double slope = (above[i] - below[i]) / (2.0 * h);
      EXPECT_NEAR(dual[i].derivative[1], slope, 1e-7 * (1.0 + std::abs(slope)))
          << i << " at " << at;
    }
  }
}

TEST(Functions, StayFiniteForHugeArguments) {
  for (const double at : {-1e6, -800.0, 800.0, 1e6}) {
    for (const auto& y : {softplus(Dual<1>::unknown(at, 0)), logistic(Dual<1>::unknown(at, 0)),
                          limited_exp(Dual<1>::unknown(at, 0))}) {
      EXPECT_TRUE(std::isfinite(y.value) && std::isfinite(y.derivative[0])) << at;
    }
  }
  EXPECT_DOUBLE_EQ(softplus(Dual<1>::unknown(0.0, 0)).derivative[0], 0.5);
  EXPECT_DOUBLE_EQ(logistic(Dual<1>::unknown(0.0, 0)).derivative[0], 0.25);
}

TEST(Symbol, ValueAndGradientAgreeWithDual) {
  for (const double at : {-2.3, -0.71, 0.123, 0.9, 3.1}) {
    const auto dual = all_functions(Dual<1>::unknown(at, 0));
    const auto symbol = all_functions(Symbol::unknown(0));
    for (std::size_t i = 0; i < dual.size(); ++i) {
      double gradient = 0.0;
      const double value = evaluate(symbol[i], {&at, 1}, {&gradient, 1});
      EXPECT_NEAR(value, dual[i].value, 1e-14 * (1.0 + std::abs(value))) << i;
      EXPECT_NEAR(gradient, dual[i].derivative[0], 1e-13 * (1.0 + std::abs(gradient))) << i;
    }
  }
}

TEST(Symbol, SharedPartsBecomeAssignments) {
  const Symbol x = Symbol::unknown(0);
  const Symbol shared = exp(x * x);
  const std::array<Symbol, 2> formulas{shared + Symbol(1.0), shared * shared};
  const std::array<std::string, 1> names{"v(in)"};
  const SymbolText text = to_text(formulas, names, "t");
  ASSERT_EQ(text.shared.size(), 1U);
  EXPECT_EQ(text.shared[0].name, "t0");
  EXPECT_EQ(text.shared[0].expression, "exp((v(in)*v(in)))");
  EXPECT_EQ(text.expressions[0], "(v(t0)+1)");
  EXPECT_EQ(text.expressions[1], "(v(t0)*v(t0))");
}

TEST(Symbol, ConstantsFoldAndZeroesVanish) {
  const Symbol x = Symbol::unknown(0);
  EXPECT_TRUE((Symbol(2.0) * Symbol(3.0)).is_constant());
  EXPECT_TRUE((x * Symbol(0.0)).is_zero());
  EXPECT_EQ((Symbol(0.0) + x).node(), x.node());
  EXPECT_EQ(select(Symbol(1.0), x, Symbol(7.0)).node(), x.node());
}

TEST(EquationModel, CompiledSymbolicAndDifferencesAgree) {
  const RelaxingConductorModel model;
  ASSERT_TRUE(faults(model.specification()).empty());
  const std::vector<double> parameters = default_parameters(model.specification());
  std::vector<double> derived(model.derived_size());
  model.derive(parameters, {}, derived);
  const SymbolicForm form = model.symbolic(derived);
  base::RandomStream random(1, "model/test");
  for (int trial = 0; trial < 50; ++trial) {
    std::array<double, 5> x{};
    for (double& value : x) value = 4.0 * random.uniform() - 2.0;
    std::array<double, 5> flow{}, storage{}, flow_b{}, storage_b{};
    std::array<double, 25> flow_jacobian{}, storage_jacobian{};
    model.evaluate(derived, x, {flow, storage, flow_jacobian, storage_jacobian});
    for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_NEAR(evaluate(form.flow[i], x), flow[i], 1e-12 * (1.0 + std::abs(flow[i])));
      EXPECT_NEAR(evaluate(form.storage[i], x), storage[i], 1e-12 * (1.0 + std::abs(storage[i])));
    }
    for (std::size_t j = 0; j < 5; ++j) {
      std::array<double, 5> moved = x;
      moved[j] += 1e-6;
      std::array<double, 5> flow_a{}, storage_a{};
      model.evaluate(derived, moved, {flow_a, storage_a, {}, {}});
      moved[j] -= 2e-6;
      model.evaluate(derived, moved, {flow_b, storage_b, {}, {}});
      for (std::size_t i = 0; i < 5; ++i) {
        const double slope = (flow_a[i] - flow_b[i]) / 2e-6;
        const double storage_slope = (storage_a[i] - storage_b[i]) / 2e-6;
        EXPECT_NEAR(flow_jacobian[i * 5 + j], slope, 1e-8 * (1.0 + std::abs(slope)));
        EXPECT_NEAR(storage_jacobian[i * 5 + j], storage_slope,
                    1e-8 * (1.0 + std::abs(storage_slope)));
      }
    }
  }
}

TEST(Specification, FaultsAreNamed) {
  Specification s = two_terminal("bad");
  s.terminals.push_back(s.terminals.front());
  s.parameters = {{"a", "V", 3.0, 0.0, 1.0, "outside"}, {"b", "furlong", 0.0, 0.0, 1.0, ""}};
  const std::vector<std::string> found = faults(s);
  const auto mentions = [&](const std::string& word) {
    return std::any_of(found.begin(), found.end(), [&](const std::string& text) {
      return text.find(word) != std::string::npos;
    });
  };
  EXPECT_TRUE(mentions("terminal 'p' stands twice"));
  EXPECT_TRUE(mentions("default of parameter 'a'"));
  EXPECT_TRUE(mentions("furlong"));
  EXPECT_TRUE(mentions("'b' has no meaning"));
}

}  // namespace
}  // namespace neucasl::model
