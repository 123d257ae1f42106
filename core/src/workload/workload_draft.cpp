#include "workload_draft.hpp"

#include <utility>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::workload {

WorkloadDraft::WorkloadDraft(std::string name, const network::Shape& input) : input_(input) {
  workload_.name = std::move(name);
  workload_.input_elements = input.size();
  if (input.size() == 0) {
    throw base::Error("workload.shape", workload_.name + " has an empty input",
                      "give a height, a width and channels of at least 1");
  }
}

const network::Shape& WorkloadDraft::shape(OperationId operation) const {
  return operation == workload_input ? input_ : shapes_[operation];
}

void WorkloadDraft::append(Operation operation, const network::Shape& output) {
  operation.output_elements = output.size();
  workload_.operations.push_back(std::move(operation));
  shapes_.push_back(output);
  last_ = shapes_.size() - 1;
}

void WorkloadDraft::simple(const std::string& name, OperationKind kind,
                           const network::Shape& output, std::size_t parameters) {
  Operation operation;
  operation.name = name;
  operation.kind = kind;
  operation.inputs = {last_};
  operation.input_elements = shape().size();
  operation.other_parameters = parameters;
  append(std::move(operation), output);
}

network::Shape WorkloadDraft::windowed(const std::string& name, const Window& window) const {
  const network::Shape& in = shape();
  const std::size_t height = in.height + 2 * window.padding;
  const std::size_t width = in.width + 2 * window.padding;
  if (height < window.kernel || width < window.kernel) {
    throw base::Error("workload.shape",
                      "operation '" + name + "' of " + workload_.name + " has a window of " +
                          std::to_string(window.kernel) + " on a padded input of " +
                          std::to_string(height) + " x " + std::to_string(width),
                      "give a larger input image");
  }
  return {(height - window.kernel) / window.stride + 1, (width - window.kernel) / window.stride + 1,
          in.channels};
}

std::size_t WorkloadDraft::window_elements(const Window& window) const {
  return (shape().width * (window.kernel - 1) + window.kernel) * shape().channels;
}

void WorkloadDraft::convolution(const std::string& name, std::size_t outputs, const Window& window,
                                std::size_t groups, bool bias) {
  network::Shape output = windowed(name, window);
  output.channels = outputs;
  const std::size_t depth = window.kernel * window.kernel * (shape().channels / groups);
  Operation operation;
  operation.name = name;
  operation.kind = OperationKind::matrix;
  operation.inputs = {last_};
  operation.product = {groups, output.height * output.width, depth, outputs / groups, true};
  operation.input_elements = shape().size();
  operation.other_parameters = bias ? outputs : 0;
  operation.window_elements = window_elements(window);
  operation.window_width = window.kernel;
  operation.window_stride = window.stride;
  append(std::move(operation), output);
}

void WorkloadDraft::dense(const std::string& name, std::size_t outputs) {
  Operation operation;
  operation.name = name;
  operation.kind = OperationKind::matrix;
  operation.inputs = {last_};
  operation.product = {1, 1, shape().size(), outputs, true};
  operation.input_elements = shape().size();
  operation.other_parameters = outputs;
  append(std::move(operation), {1, 1, outputs});
}

void WorkloadDraft::projection(const std::string& name, std::size_t outputs, bool bias) {
  convolution(name, outputs, {}, 1, bias);
}

void WorkloadDraft::pool(const std::string& name, const Window& window) {
  const std::size_t kept = window_elements(window);
  simple(name, OperationKind::pooling, windowed(name, window), 0);
  workload_.operations.back().window_elements = kept;
}

void WorkloadDraft::global_pool(const std::string& name) {
  simple(name, OperationKind::pooling, {1, 1, shape().channels}, 0);
}

void WorkloadDraft::activation(const std::string& name, bool rectifies) {
  const network::Shape output = shape();
  simple(name, OperationKind::activation, output, 0);
  workload_.operations.back().not_negative = rectifies;
}

void WorkloadDraft::normalisation(const std::string& name, std::size_t parameters) {
  const network::Shape output = shape();
  simple(name, OperationKind::normalisation, output, parameters);
}

void WorkloadDraft::batch_normalisation(const std::string& name, bool folded) {
  const std::size_t channels = shape().channels;
  if (folded) {
    workload_.operations[last_].other_parameters = channels;
  } else {
    normalisation(name, 2 * channels);
  }
}

void WorkloadDraft::add(const std::string& name, const std::vector<OperationId>& inputs) {
  const network::Shape output = shape(inputs.front());
  Operation operation;
  operation.name = name;
  operation.kind = OperationKind::elementwise;
  operation.inputs = inputs;
  operation.input_elements = inputs.size() * output.size();
  append(std::move(operation), output);
}

Workload WorkloadDraft::finish() {
  workload_.check();
  return std::move(workload_);
}

}  // namespace neucasl::workload
