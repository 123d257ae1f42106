#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <vector>

#include "matrix_file.hpp"
#include "neucasl/plugin/parameters.hpp"

/// \file
/// Numbers that a circuit takes from a file or, without one, at random.

namespace neucasl::photonic {

/// Uniform in (low, high), row by row from one stream.
struct RandomNumbers {
  double low = -1.0;
  double high = 1.0;
  std::uint64_t seed = 1;
  std::string purpose;  ///< Of the stream.
};
Eigen::MatrixXd random_matrix(Eigen::Index rows, Eigen::Index columns, const RandomNumbers& random);

/// The matrix of a file parameter, or a random one of rows x columns whose places are those of the
/// parameter.
MatrixFile given_matrix(const plugin::ParameterSet& parameters, const std::string& file_parameter,
                        Eigen::Index rows, Eigen::Index columns, const RandomNumbers& random);

/// \throws base::Error "photonic.matrix" when the matrix has another shape.
void require_shape(const MatrixFile& matrix, Eigen::Index rows, Eigen::Index columns,
                   const std::string& what);

/// A row or a column, or a matrix row by row.
std::vector<double> flat(const MatrixFile& matrix);

/// \throws base::Error `code` at the first number outside [low, high].
void require_range(const MatrixFile& matrix, double low, double high, const std::string& code,
                   const std::string& what);

}  // namespace neucasl::photonic
