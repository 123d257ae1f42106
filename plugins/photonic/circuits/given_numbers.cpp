#include "given_numbers.hpp"

#include "neucasl/base/quantity.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::photonic {

Eigen::MatrixXd random_matrix(Eigen::Index rows, Eigen::Index columns,
                              const RandomNumbers& random) {
  Eigen::MatrixXd matrix(rows, columns);
  base::RandomStream stream(random.seed, random.purpose);
  for (Eigen::Index i = 0; i < rows; ++i) {
    for (Eigen::Index k = 0; k < columns; ++k) {
      matrix(i, k) = random.low + (random.high - random.low) * stream.uniform();
    }
  }
  return matrix;
}

MatrixFile given_matrix(const plugin::ParameterSet& parameters, const std::string& file_parameter,
                        Eigen::Index rows, Eigen::Index columns, const RandomNumbers& random) {
  const base::Location where = parameters.where(file_parameter);
  if (const std::string& file = parameters.text(file_parameter); !file.empty()) {
    return read_matrix(file, where);
  }
  MatrixFile result;
  result.file = where.file;
  result.values = random_matrix(rows, columns, random);
  result.places.assign(static_cast<std::size_t>(result.values.size()), where);
  return result;
}

void require_shape(const MatrixFile& matrix, Eigen::Index rows, Eigen::Index columns,
                   const std::string& what) {
  if (matrix.values.rows() == rows && matrix.values.cols() == columns) return;
  const auto text = [](Eigen::Index r, Eigen::Index c) {
    return std::to_string(r) + " x " + std::to_string(c);
  };
  throw base::Error("photonic.matrix",
                    what + " of " + text(matrix.values.rows(), matrix.values.cols()) + " numbers",
                    "give " + text(rows, columns) + ", one row a line", matrix.places.front());
}

std::vector<double> flat(const MatrixFile& matrix) {
  std::vector<double> result;
  result.reserve(static_cast<std::size_t>(matrix.values.size()));
  for (Eigen::Index i = 0; i < matrix.values.rows(); ++i) {
    for (Eigen::Index k = 0; k < matrix.values.cols(); ++k) result.push_back(matrix.values(i, k));
  }
  return result;
}

void require_range(const MatrixFile& matrix, double low, double high, const std::string& code,
                   const std::string& what) {
  for (Eigen::Index i = 0; i < matrix.values.rows(); ++i) {
    for (Eigen::Index k = 0; k < matrix.values.cols(); ++k) {
      const double value = matrix.values(i, k);
      if (value >= low && value <= high) continue;
      throw base::Error(code, what + ' ' + base::shortest(value) + " is out of range",
                        "give " + base::shortest(low) + " to " + base::shortest(high),
                        matrix.place(i, k));
    }
  }
}

}  // namespace neucasl::photonic
