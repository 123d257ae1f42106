#include "plugins/ngspice/simulator.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <Eigen/Dense>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <future>
#include <thread>

#include "circuit.hpp"
#include "worker_options.hpp"

namespace neucasl::ngspice_plugin {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

double value(const std::vector<std::pair<std::string, double>>& values, const std::string& name) {
  for (const auto& [known, number] : values) {
    if (known == name) return number;
  }
  ADD_FAILURE() << "no " << name;
  return 0.0;
}

class NgspiceTest : public testing::Test {
 protected:
  NgspiceTest() { context.diagnostics = &diagnostics; }
  plugin::OperatingPoint simulate(const Circuit& circuit) {
    return simulator.operating_point(circuit.design(), circuit.top(), context);
  }
  std::string error_code(const Circuit& circuit) {
    try {
      (void)simulate(circuit);
    } catch (const base::Error& error) {
      return error.diagnostic().code;
    }
    return "none";
  }
  void expect_divider(double voltage = 3.0) {
    const auto point = simulate(divider(voltage));
    EXPECT_NEAR(value(point.node_voltage, "middle"), voltage / 3.0, 1e-12);
  }
  void expect_retries(std::size_t count) {
    const auto all = diagnostics.all();
    ASSERT_EQ(all.size(), count);
    for (const auto& diagnostic : all) {
      EXPECT_EQ(diagnostic.code, "ngspice.worker");
      EXPECT_EQ(diagnostic.severity, base::Severity::warning);
    }
  }
  void signal_worker(int number) { ASSERT_EQ(::kill(simulator.worker().process_id(), number), 0); }

  base::DiagnosticSink diagnostics;
  plugin::Context context;
  NgspiceSimulator simulator{test_worker()};
};

TEST_F(NgspiceTest, DividesAVoltage) {
  const auto point = simulate(divider());
  ASSERT_EQ(point.node_voltage.size(), 2u);
  EXPECT_NEAR(value(point.node_voltage, "input"), 3.0, 1e-15);
  EXPECT_NEAR(value(point.node_voltage, "middle"), 1.0, 1e-12);
  // The source delivers, so the current from its p pin through it is negative.
  EXPECT_NEAR(value(point.source_current, "supply"), -1e-3, 1e-15);
  EXPECT_TRUE(point.method.starts_with("ngspice ")) << point.method;
}

TEST_F(NgspiceTest, CurrentSourceFlowsFromPThroughItselfToN) {
  Circuit circuit;
  const auto node = circuit.net("node");
  circuit.current("source", circuit.ground(), node, 2e-3);
  circuit.resistor("load", node, circuit.ground(), 500.0);
  EXPECT_NEAR(value(simulate(circuit).node_voltage, "node"), 1.0, 1e-12);
}

TEST_F(NgspiceTest, CapacitorIsOpenAndInductorIsAShort) {
  Circuit circuit;
  const auto a = circuit.net("a");
  const auto b = circuit.net("b");
  circuit.voltage("source", a, circuit.ground(), 1.0);
  circuit.inductor("coil", a, b, 1e-6);
  circuit.capacitor("plates", b, circuit.ground(), 1e-12);
  circuit.resistor("load", b, circuit.ground(), 1000.0);
  const auto point = simulate(circuit);
  EXPECT_NEAR(value(point.node_voltage, "b"), 1.0, 1e-12);
  EXPECT_NEAR(value(point.source_current, "source"), -1e-3, 1e-15);
  EXPECT_EQ(point.source_current.size(), 1u);
}

/// Node voltages of rows, then columns, from a dense solve of the nodal equations.
Eigen::VectorXd nodal_solution(const Crossbar& array) {
  const int n = static_cast<int>(array.size);
  const auto row = [n](int i, int j) { return i * n + j; };
  const auto column = [n](int i, int j) { return n * n + i * n + j; };
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(2 * n * n, 2 * n * n);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(2 * n * n);
  const auto join = [&](int a, int b, double g) {
    matrix(a, a) += g;
    matrix(b, b) += g;
    matrix(a, b) -= g;
    matrix(b, a) -= g;
  };
  for (int i = 0; i < n; ++i) {
    matrix(row(i, 0), row(i, 0)) += 1.0 / array.wire;
    right(row(i, 0)) += array.input(static_cast<std::uint32_t>(i)) / array.wire;
    for (int j = 0; j < n; ++j) {
      join(row(i, j), column(i, j),
           array.cell(static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j)));
      if (j + 1 < n) join(row(i, j), row(i, j + 1), 1.0 / array.wire);
      if (i + 1 < n) join(column(i, j), column(i + 1, j), 1.0 / array.wire);
    }
  }
  for (int j = 0; j < n; ++j) {
    matrix.row(column(n - 1, j)).setZero();
    matrix(column(n - 1, j), column(n - 1, j)) = 1.0;
    right(column(n - 1, j)) = 0.0;
  }
  return matrix.fullPivLu().solve(right);
}

TEST_F(NgspiceTest, CrossbarAgreesWithANodalSolution) {
  const Crossbar array;
  const auto point = simulate(array.circuit());
  const Eigen::VectorXd expected = nodal_solution(array);
  const int cells = static_cast<int>(array.size * array.size);
  for (int k = 0; k < cells; ++k) {
    const double row = value(point.node_voltage, "row[" + std::to_string(k) + "]");
    const double column = value(point.node_voltage, "column[" + std::to_string(k) + "]");
    EXPECT_NEAR(row, expected(k), 1e-9 * std::abs(expected(k)));
    EXPECT_NEAR(column, expected(cells + k), 1e-9 * std::abs(expected(cells + k)) + 1e-18);
  }
  for (std::uint32_t j = 0; j < array.size; ++j) {
    double sum = 0.0;
    for (std::uint32_t i = 0; i < array.size; ++i) {
      const int k = static_cast<int>(i * array.size + j);
      sum += array.cell(i, j) * (expected(k) - expected(cells + k));
    }
    EXPECT_NEAR(value(point.source_current, "sense" + std::to_string(j)), sum, 1e-9 * sum);
  }
}

TEST_F(NgspiceTest, AFloatingNodeIsAnError) {
  Circuit circuit = divider();
  const auto a = circuit.net("a");
  const auto b = circuit.net("b");
  const auto c = circuit.net("c");
  // With these values ngspice itself sees no singular matrix and returns 0 V.
  circuit.resistor("ab", a, b, 3.1);
  circuit.resistor("bc", b, c, 7.7);
  circuit.resistor("ca", c, a, 1.3);
  circuit.capacitor("hold", a, circuit.ground(), 1e-12);
  circuit.conductance("open", a, circuit.ground(), 0.0);
  EXPECT_EQ(error_code(circuit), "ngspice.floating-node");
  expect_divider();
}

TEST_F(NgspiceTest, AnUnsolvableCircuitDoesNotPoisonTheNext) {
  expect_divider(3.0);
  Circuit loop = divider(6.0);
  loop.voltage("other", ir::NetRef{loop.design().module(loop.top()).find_net("input"), 0},
               loop.ground(), 9.0);
  for (int k = 0; k < 3; ++k) {
    EXPECT_EQ(error_code(loop), "ngspice.message");
    expect_divider(12.0 + k);
  }
  EXPECT_TRUE(diagnostics.all().empty());
}

TEST_F(NgspiceTest, ACircuitWithoutNodesIsAnError) {
  EXPECT_EQ(error_code(Circuit{}), "ngspice.empty-circuit");
}

/// kB
long resident_memory(int process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/status");
  std::string word;
  while (file >> word) {
    long result = 0;
    if (word == "VmRSS:" && file >> result) return result;
  }
  return -1;
}

TEST_F(NgspiceTest, ManyCircuitsDoNotGrowTheWorker) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the address sanitizer keeps freed memory";
#endif
  const Circuit circuit = Crossbar{}.circuit();
  for (int k = 0; k < 10; ++k) (void)simulate(circuit);
  const int process = simulator.worker().process_id();
  const long before = resident_memory(process);
  ASSERT_GT(before, 0);
  for (int k = 0; k < 200; ++k) (void)simulate(circuit);
  EXPECT_EQ(simulator.worker().process_id(), process);
  EXPECT_LT(resident_memory(process) - before, 4096);
}

TEST_F(NgspiceTest, AWorkerIsReplacedAfterItsShare) {
  WorkerOptions few = test_worker();
  few.most_circuits = 2;
  NgspiceSimulator short_lived(few);
  const Circuit circuit = divider();
  (void)short_lived.operating_point(circuit.design(), circuit.top(), context);
  EXPECT_GT(short_lived.worker().process_id(), 0);
  (void)short_lived.operating_point(circuit.design(), circuit.top(), context);
  EXPECT_EQ(short_lived.worker().process_id(), -1);
  (void)short_lived.operating_point(circuit.design(), circuit.top(), context);
  EXPECT_GT(short_lived.worker().process_id(), 0);
  EXPECT_TRUE(diagnostics.all().empty());
}

TEST_F(NgspiceTest, AWorkerKilledBetweenRunsCostsARetry) {
  expect_divider();
  signal_worker(SIGKILL);
  expect_divider(6.0);
  expect_retries(1);
}

TEST_F(NgspiceTest, AWorkerKilledDuringARunCostsARetry) {
  expect_divider();
  const int process = simulator.worker().process_id();
  signal_worker(SIGSTOP);
  std::thread killer([process] {
    std::this_thread::sleep_for(200ms);
    ::kill(process, SIGKILL);
  });
  expect_divider(6.0);
  killer.join();
  expect_retries(1);
}

TEST_F(NgspiceTest, AHungWorkerMeetsTheTimeLimit) {
  WorkerOptions brief = test_worker();
  brief.time_limit = 500ms;
  NgspiceSimulator impatient(brief);
  const Circuit circuit = divider();
  (void)impatient.operating_point(circuit.design(), circuit.top(), context);
  ASSERT_EQ(::kill(impatient.worker().process_id(), SIGSTOP), 0);
  const auto point = impatient.operating_point(circuit.design(), circuit.top(), context);
  EXPECT_NEAR(value(point.node_voltage, "middle"), 1.0, 1e-12);
  expect_retries(1);
}

TEST_F(NgspiceTest, ARunThatIsTooLongTwiceIsAnError) {
  WorkerOptions hasty = test_worker();
  hasty.time_limit = 1ms;
  NgspiceSimulator impatient(hasty);
  const Circuit circuit = Crossbar{32}.circuit();
  try {
    (void)impatient.operating_point(circuit.design(), circuit.top(), context);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "ngspice.worker");
    EXPECT_NE(error.diagnostic().message.find("time limit of 1 ms"), std::string::npos);
  }
  expect_retries(1);
}

TEST_F(NgspiceTest, CancelStopsARunSoon) {
  expect_divider();
  signal_worker(SIGSTOP);
  base::CancelFlag cancel = context.cancel;
  std::thread user([cancel]() mutable {
    std::this_thread::sleep_for(100ms);
    cancel.request();
  });
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THROW((void)simulate(divider()), base::Cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 600ms);  // 150 ms on an idle machine
  user.join();
  EXPECT_EQ(simulator.worker().process_id(), -1);
}

TEST_F(NgspiceTest, LeavesNoProcessBehind) {
  {
    NgspiceSimulator other(test_worker());
    const Circuit circuit = divider();
    (void)other.operating_point(circuit.design(), circuit.top(), context);
    EXPECT_FALSE(other.worker().working_folder().empty());
  }
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

/// A folder with a `.spiceinit` that leaves a mark, as home and current folder.
class TrapFolder {
 public:
  TrapFolder() : before_(fs::current_path()) {
    std::string name = (fs::temp_directory_path() / "neucasl-trap-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    std::ofstream(folder_ / ".spiceinit") << "shell touch " << mark().string() << "\n";
    if (const char* home = std::getenv("HOME"); home != nullptr) home_ = home;
    ::setenv("HOME", folder_.c_str(), 1);
    fs::current_path(folder_);
  }
  ~TrapFolder() {
    fs::current_path(before_);
    ::setenv("HOME", home_.c_str(), 1);
    fs::remove_all(folder_);
  }
  [[nodiscard]] fs::path mark() const { return folder_ / "mark"; }

 private:
  fs::path before_;
  fs::path folder_;
  std::string home_;
};

TEST_F(NgspiceTest, NoStartFileRunsAndNothingIsWritten) {
  const fs::path executable = find_worker(test_worker().executable);
  const TrapFolder trap;
  WorkerOptions absolute = test_worker();
  absolute.executable = executable;
  NgspiceSimulator clean(absolute);
  const Circuit circuit = divider();
  (void)clean.operating_point(circuit.design(), circuit.top(), context);
  EXPECT_FALSE(fs::exists(trap.mark()));
  const fs::path folder = clean.worker().working_folder();
  ASSERT_TRUE(fs::is_directory(folder));
  EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(NgspiceTest, AMissingWorkerIsNamed) {
  WorkerOptions wrong;
  wrong.executable = "/nonexistent/worker";
  NgspiceSimulator lost(wrong);
  const Circuit circuit = divider();
  try {
    (void)lost.operating_point(circuit.design(), circuit.top(), context);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "ngspice.worker");
    EXPECT_NE(error.diagnostic().message.find("/nonexistent/worker"), std::string::npos);
    EXPECT_FALSE(error.diagnostic().remedy.empty());
  }
}

TEST_F(NgspiceTest, AProgramThatIsNoWorkerIsAnError) {
  WorkerOptions wrong;
  wrong.executable = "/bin/true";
  NgspiceSimulator lost(wrong);
  const Circuit circuit = divider();
  EXPECT_THROW((void)lost.operating_point(circuit.design(), circuit.top(), context), base::Error);
  expect_retries(1);
}

}  // namespace
}  // namespace neucasl::ngspice_plugin
