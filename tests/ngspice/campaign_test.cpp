/// \file
/// Many circuits on many workers, some of which misbehave.

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <map>

#include "bench.hpp"
#include "neucasl/plugin/host.hpp"
#include "plugins/ngspice/simulator.hpp"
#include "worker_options.hpp"

namespace neucasl::ngspice_plugin {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using circuit::OperatingPointAnalysis;
using circuit::TraceKind;
using plugin::SimulationOutcome;

class Campaign : public testing::Test {
 protected:
  Campaign() : host_({fs::path(NEUCASL_TEST_PLUGINS)}) { context_.diagnostics = &diagnostics_; }

  double load_of(std::size_t k) const { return 100.0 * static_cast<double>(k + 1); }
  circuit::Circuit make(std::size_t k) {
    Bench bench(&host_.models());
    const auto input = bench.node("input");
    const auto anode = bench.node("anode");
    bench.voltage("supply", input, 0, 3.0);
    bench.resistor("load", input, anode, load_of(k));
    bench.device("diode", "junction", {anode, 0}, {});
    return std::move(bench.circuit);
  }
  double expected(std::size_t k) const {
    const double thermal = 8.617333262e-5 * 300.0;
    double v = 0.6;
    for (int i = 0; i < 50; ++i) v = thermal * std::log1p((3.0 - v) / load_of(k) / 1e-12);
    return v;
  }
  std::vector<SimulationOutcome> run(NgspiceSimulator& simulator, std::size_t count, int threads) {
    context_.threads = threads;
    std::vector<SimulationOutcome> outcomes;
    simulator.simulate_batch(
        count, [this](std::size_t k) { return make(k); }, OperatingPointAnalysis{}, {},
        [&](std::size_t k, SimulationOutcome outcome) {
          EXPECT_EQ(k, outcomes.size());
          outcomes.push_back(std::move(outcome));
        },
        context_);
    return outcomes;
  }

  base::DiagnosticSink diagnostics_;
  plugin::Context context_;
  plugin::Host host_;
};

TEST_F(Campaign, ResultsDoNotDependOnTheThreads) {
  std::vector<std::vector<double>> all;
  for (const int threads : {1, 2, 3}) {
    NgspiceSimulator simulator(test_worker());
    std::vector<double> values;
    for (const SimulationOutcome& outcome : run(simulator, 60, threads)) {
      ASSERT_TRUE(outcome.result) << outcome.failure->message;
      for (const circuit::Trace& trace : outcome.result->traces) values.push_back(trace.real[0]);
    }
    all.push_back(std::move(values));
  }
  EXPECT_EQ(all[0], all[1]);
  EXPECT_EQ(all[0], all[2]);
  EXPECT_TRUE(diagnostics_.all().empty());
}

TEST_F(Campaign, ACircuitThatFailsDoesNotStopTheOthers) {
  NgspiceSimulator simulator(test_worker());
  context_.threads = 2;
  std::size_t failures = 0;
  std::size_t results = 0;
  simulator.simulate_batch(
      30,
      [this](std::size_t k) {
        circuit::Circuit circuit = make(k);
        if (k % 3 == 0)
          circuit.nodes.push_back({"loose", circuit::NodeKind::electrical, 1.0, {}, 0.0});
        return circuit;
      },
      OperatingPointAnalysis{}, {},
      [&](std::size_t k, const SimulationOutcome& outcome) {
        (outcome.result ? results : failures) += 1;
        EXPECT_EQ(outcome.failure.has_value(), k % 3 == 0);
        EXPECT_EQ(outcome.failure ? outcome.failure->code : "ngspice.floating-node",
                  "ngspice.floating-node");
      },
      context_);
  EXPECT_EQ(failures, 10u);
  EXPECT_EQ(results, 20u);
}

TEST_F(Campaign, WhatTheCallerThrowsEndsIt) {
  NgspiceSimulator simulator(test_worker());
  context_.threads = 2;
  const auto run_with = [&](std::size_t fault) {
    simulator.simulate_batch(
        100, [this](std::size_t k) { return make(k); }, OperatingPointAnalysis{}, {},
        [&](std::size_t k, const SimulationOutcome&) {
          if (k == fault) throw std::runtime_error("enough");
        },
        context_);
  };
  EXPECT_THROW(run_with(7), std::runtime_error);
  EXPECT_NO_THROW(run_with(1000));
  context_.cancel.request();
  EXPECT_THROW(run_with(1000), base::Cancelled);
}

TEST_F(Campaign, AThousandFaultsLeaveNoWrongResult) {
  WorkerOptions faulty = test_worker();
  faulty.executable = NEUCASL_TEST_FAULTY_WORKER;
  faulty.code_model = NEUCASL_TEST_CODE_MODEL;
  faulty.time_limit = 300ms;
  NgspiceSimulator simulator(faulty);
  constexpr std::size_t count = 1600;
  const auto outcomes = run(simulator, count, 2);
  ASSERT_EQ(outcomes.size(), count);
  std::map<std::string, std::size_t> codes;
  std::size_t lost = 0;
  for (std::size_t k = 0; k < count; ++k) {
    if (outcomes[k].failure) {
      ++lost;
      ++codes[outcomes[k].failure->code];
      continue;
    }
    const circuit::Trace* trace = outcomes[k].result->find("anode", TraceKind::node);
    ASSERT_NE(trace, nullptr);
    EXPECT_NEAR(trace->real[0], expected(k), 1e-6) << k;
  }
  const auto all = diagnostics_.all();
  for (const base::Diagnostic& one : all) EXPECT_EQ(one.code, "ngspice.worker");
  // A first fault is a warning, a second one of the same circuit its failure.
  EXPECT_GE(all.size() + lost, 1000u);
  EXPECT_LT(lost, count / 2);
  for (const auto& [code, number] : codes) {
    EXPECT_TRUE(code == "ngspice.worker" || code == "ngspice.residual") << code;
  }
  std::printf("%zu faults, %zu of %zu circuits lost\n", all.size() + lost, lost, count);
}

}  // namespace
}  // namespace neucasl::ngspice_plugin
