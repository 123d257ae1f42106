#pragma once

#include <string>
#include <vector>

#include "neucasl/workload/operator_graph.hpp"

/// \file
/// Operators with inputs at which their derivatives are compared with finite differences.

namespace neucasl::workload {

struct DerivativeCase {
  std::string type;
  std::vector<Tensor> inputs;  ///< float64 ones vary; integers and truths are stored.
  std::map<std::string, Attribute> attributes{};
  std::size_t outputs = 1;
  int opset = 17;
};

/// Numbers in (low, high), other ones for each `salt`.
Tensor random_doubles(const TensorShape& shape, unsigned salt, double low = -2.0,
                      double high = 2.0);
Tensor stored_integers(const std::vector<std::int64_t>& values);

std::vector<DerivativeCase> arithmetic_cases();
std::vector<DerivativeCase> matrix_cases();
std::vector<DerivativeCase> image_cases();
std::vector<DerivativeCase> movement_cases();
/// All of the above.
std::vector<DerivativeCase> derivative_cases();

}  // namespace neucasl::workload
