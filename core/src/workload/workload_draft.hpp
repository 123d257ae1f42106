#pragma once

#include <string>
#include <vector>

#include "neucasl/workload/workload.hpp"

/// \file
/// A workload that grows operation by operation, each reading the last one unless told otherwise.

namespace neucasl::workload {

/// Square window of a convolution or pooling.
struct Window {
  std::size_t kernel = 1;
  std::size_t stride = 1;
  std::size_t padding = 0;
};

class WorkloadDraft {
 public:
  WorkloadDraft(std::string name, const network::Shape& input);

  [[nodiscard]] OperationId last() const { return last_; }
  /// The operation that the next one reads.
  void continue_from(OperationId operation) { last_ = operation; }
  /// Output of an operation, or the input.
  [[nodiscard]] const network::Shape& shape(OperationId operation) const;
  [[nodiscard]] const network::Shape& shape() const { return shape(last_); }

  void convolution(const std::string& name, std::size_t outputs, const Window& window,
                   std::size_t groups, bool bias);
  /// Reads the whole output before it as one vector.
  void dense(const std::string& name, std::size_t outputs);
  /// One dense layer at each position.
  void projection(const std::string& name, std::size_t outputs, bool bias);
  void pool(const std::string& name, const Window& window);
  /// One output for each channel.
  void global_pool(const std::string& name);
  /// `rectifies`: no output is below zero.
  void activation(const std::string& name, bool rectifies = true);
  void normalisation(const std::string& name, std::size_t parameters);
  /// Scale and shift of each channel; `folded`: into the convolution just added.
  void batch_normalisation(const std::string& name, bool folded);
  /// Sum of outputs of the same shape.
  void add(const std::string& name, const std::vector<OperationId>& inputs);
  /// Any other operation.
  void append(Operation operation, const network::Shape& output);

  /// \throws base::Error as Workload::check.
  [[nodiscard]] Workload finish();

 private:
  void simple(const std::string& name, OperationKind kind, const network::Shape& output,
              std::size_t parameters);
  /// \throws base::Error "workload.shape" when the window is larger than the padded input.
  [[nodiscard]] network::Shape windowed(const std::string& name, const Window& window) const;
  [[nodiscard]] std::size_t window_elements(const Window& window) const;

  Workload workload_;
  network::Shape input_;
  std::vector<network::Shape> shapes_;
  OperationId last_ = workload_input;
};

}  // namespace neucasl::workload
