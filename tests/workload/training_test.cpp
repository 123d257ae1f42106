#include "neucasl/workload/training.hpp"

#include <gtest/gtest.h>

#include <map>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/workload/topologies.hpp"

namespace neucasl::workload {
namespace {

/// Multiply-accumulates by phase.
std::map<TrainingPhase, double> products_of(const Training& training) {
  std::map<TrainingPhase, double> sums;
  for (OperationId id = 0; id < training.steps.size(); ++id) {
    sums[training.steps[id].phase] +=
        training.workload.operations[id].product.multiply_accumulates();
  }
  return sums;
}

const Operation& operation_named(const Training& training, const std::string& name) {
  for (const Operation& operation : training.workload.operations) {
    if (operation.name == name) return operation;
  }
  throw std::logic_error("no operation " + name);
}

TEST(Training, EachWayHasTheProductsOfTheNetwork) {
  for (const char* name : {"lenet5", "vgg8", "alexnet_grouped", "resnet18", "mobilenet_v2"}) {
    const Workload network = named(name);
    const auto sums = products_of(training_of(network, true));
    const double forward = network.multiply_accumulates();
    EXPECT_EQ(sums.at(TrainingPhase::forward), forward) << name;
    EXPECT_EQ(sums.at(TrainingPhase::weight_gradient), forward) << name;
    // The first layer hands on no errors.
    const double first = network.operations[0].product.multiply_accumulates();
    EXPECT_EQ(sums.at(TrainingPhase::error_propagation), forward - first) << name;
    EXPECT_EQ(sums.at(TrainingPhase::weight_update), 0.0) << name;
  }
}

TEST(Training, ComputedProductsHaveErrorsOfBothMatrices) {
  const Workload network = named("bert_base");
  double dynamic = 0.0;
  double trained = 0.0;
  for (const Operation& operation : network.operations) {
    (operation.product.stationary ? trained : dynamic) += operation.product.multiply_accumulates();
  }
  const auto sums = products_of(training_of(network, true));
  EXPECT_GT(dynamic, 0.0);
  EXPECT_EQ(sums.at(TrainingPhase::weight_gradient), trained);
  // The embedding before the first layer is trained too.
  EXPECT_EQ(sums.at(TrainingPhase::error_propagation), trained + 2.0 * dynamic);
}

TEST(Training, UpdatesChangeEveryParameterOnce) {
  for (const char* name : {"lenet5", "resnet18", "bert_base"}) {
    const Workload network = named(name);
    std::size_t parameters = 0;
    for (const TrainingStep& step : training_of(network, false).steps) {
      parameters += step.parameters;
    }
    EXPECT_EQ(parameters, network.parameters()) << name;
  }
}

TEST(Training, ShapesAreThoseOfTheMatrices) {
  const Training training = training_of(named("lenet5"), true);
  const MatrixProduct forward = operation_named(training, "conv2").product;
  const MatrixProduct errors = operation_named(training, "conv2 (errors)").product;
  const MatrixProduct gradient = operation_named(training, "conv2 (gradient)").product;
  EXPECT_EQ(errors.positions, forward.positions);
  EXPECT_EQ(errors.depth, forward.outputs);
  EXPECT_EQ(errors.outputs, forward.depth);
  EXPECT_EQ(gradient.positions, forward.outputs);
  EXPECT_EQ(gradient.depth, forward.positions);
  EXPECT_EQ(gradient.outputs, forward.depth);
  EXPECT_EQ(training.layers, 5U);
}

TEST(Training, OverlappingWindowsAddTheirErrors) {
  const Workload network = named("lenet5");
  const Training training = training_of(network, true);
  for (OperationId id = 0; id < training.steps.size(); ++id) {
    if (training.workload.operations[id].name != "conv2 (errors)") continue;
    const Operation& conv = network.operations[training.steps[id].origin];
    EXPECT_EQ(training.steps[id].additions,
              conv.product.positions * conv.product.depth - conv.input_elements);
    EXPECT_GT(training.steps[id].additions, 0U);
    return;
  }
  FAIL();
}

TEST(Training, ErrorsOfSeveralReadersAreAdded) {
  const Training training = training_of(named("resnet18"), true);
  std::size_t sums = 0;
  for (const Operation& operation : training.workload.operations) {
    if (operation.name.ends_with("(error sum)")) {
      ++sums;
      EXPECT_EQ(operation.input_elements, operation.inputs.size() * operation.output_elements);
    }
  }
  // The input of each of eight blocks has two readers.
  EXPECT_EQ(sums, 8U);
}

TEST(Training, WithoutWeightsThereIsNothingToTrain) {
  Operation pool;
  pool.name = "pool";
  pool.kind = OperationKind::pooling;
  pool.inputs = {workload_input};
  pool.input_elements = 4;
  pool.output_elements = 1;
  try {
    static_cast<void>(training_of({"net", 4, {pool}}, true));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "workload.training");
  }
}

TEST(Workload, WindowsSpanRowsOfTheInput) {
  const Workload network = named("vgg16");
  // (224 (3 - 1) + 3) 64 inputs of the second convolution (A. Shafiee et al., ISCA 2016, section
  // 4).
  std::size_t seen = 0;
  for (const Operation& operation : network.operations) {
    if (operation.name != "conv1_2") continue;
    ++seen;
    EXPECT_EQ(operation.window_elements, (224U * 2 + 3) * 64);
  }
  EXPECT_EQ(seen, 1U);
}

}  // namespace
}  // namespace neucasl::workload
