// GCC 12's AVX-512 intrinsics, which Eigen inlines, warn about their own undefined operands.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include "direct_system.hpp"

#include <Eigen/SparseCholesky>
#include <algorithm>
#include <cmath>
#include <vector>

namespace neucasl::array_plugin {
namespace {

/// Of the square root of the number of cells, measured at 64 to 512 rows and columns.
constexpr double iterations_of_factors = 6.0;
constexpr int least_iterations = 200;
constexpr int no_node = -1;

/// Numbers the nodes of the wires and adds up their equations.
class NodalEquations {
 public:
  explicit NodalEquations(const System& system) : system_(system), grid_(system.grid) {
    const std::size_t cells = grid_.rows * grid_.columns;
    row_node.resize(cells);
    std::vector<int> column_node(cells);
    for (std::size_t i = 0; i < grid_.rows; ++i) {
      const Ends ends{system.left[i / lanes][i % lanes], system.right[i / lanes][i % lanes]};
      add_wire(ends, system.row_resistance, system.row_ideal, grid_.columns,
               [&](std::size_t j) -> int& { return row_node[i * grid_.columns + j]; });
    }
    for (std::size_t j = 0; j < grid_.columns; ++j) {
      const Ends ends{system.top[j / lanes][j % lanes], system.bottom[j / lanes][j % lanes]};
      add_wire(ends, system.column_resistance, system.column_ideal, grid_.rows,
               [&](std::size_t i) -> int& { return column_node[i * grid_.columns + j]; });
    }
    for (std::size_t k = 0; k < cells; ++k) {
      const std::size_t column = k % grid_.columns;
      const std::size_t at = column / lanes * grid_.stride + k / grid_.columns;
      join(row_node[k], column_node[k], system.cell[at][column % lanes]);
    }
  }

  [[nodiscard]] Eigen::SparseMatrix<double> matrix() const {
    Eigen::SparseMatrix<double> result(nodes, nodes);
    result.setFromTriplets(entries_.begin(), entries_.end());
    return result;
  }

  int nodes = 0;
  std::vector<int> row_node;  ///< rows x columns; `no_node` on an ideal source

 private:
  /// e = r / (r + R) of both ends; see line_system.hpp.
  struct Ends {
    double first = 0.0;
    double last = 0.0;
  };

  template <class NodeOf>
  void add_wire(const Ends& ends, double resistance, bool ideal, std::size_t count,
                const NodeOf& node_of) {
    const bool held = ideal && (ends.first == 1.0 || ends.last == 1.0);
    for (std::size_t k = 0; k < count; ++k) {
      node_of(k) = held ? no_node : ideal && k > 0 ? node_of(0) : nodes++;
    }
    if (held) return;
    join(node_of(0), no_node, ends.first / resistance);
    join(node_of(count - 1), no_node, ends.last / resistance);
    for (std::size_t k = 1; k < count && !ideal; ++k) {
      join(node_of(k - 1), node_of(k), 1.0 / resistance);
    }
  }

  /// The lower triangle is enough.
  void join(int a, int b, double conductance) {
    if (conductance == 0.0) return;
    if (a != no_node) entries_.emplace_back(a, a, conductance);
    if (b != no_node) entries_.emplace_back(b, b, conductance);
    if (a != no_node && b != no_node) {
      entries_.emplace_back(std::max(a, b), std::min(a, b), -conductance);
    }
  }

  const System& system_;
  const Grid& grid_;
  std::vector<Eigen::Triplet<double>> entries_;
};

}  // namespace

struct DirectSystem::Factors {
  explicit Factors(const System& system) : grid(system.grid) {
    NodalEquations equations(system);
    nodes = equations.nodes;
    row_node = std::move(equations.row_node);
    if (nodes == 0) return;
    cholesky.compute(equations.matrix());
    valid = cholesky.info() == Eigen::Success && cholesky.vectorD().minCoeff() > 0.0;
  }

  const Grid& grid;
  int nodes = 0;
  bool valid = true;
  std::vector<int> row_node;
  Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> cholesky;
};

int DirectSystem::worth_iterations(const Grid& grid) {
  const double cells = static_cast<double>(grid.rows * grid.columns);
  return std::max(least_iterations, static_cast<int>(iterations_of_factors * std::sqrt(cells)));
}

DirectSystem::DirectSystem(const System& system) : factors_(std::make_unique<Factors>(system)) {}
DirectSystem::~DirectSystem() = default;

bool DirectSystem::valid() const { return factors_->valid; }

double DirectSystem::solve(const Pack* residual, Pack* change) const {
  const Grid& grid = factors_->grid;
  std::fill(change, change + grid.panels * grid.stride, Pack{});
  if (factors_->nodes == 0) return 0.0;
  Eigen::VectorXd right = Eigen::VectorXd::Zero(factors_->nodes);
  const auto each = [&](const auto& body) {
    for (std::size_t k = 0; k < factors_->row_node.size(); ++k) {
      const std::size_t column = k % grid.columns;
      body(factors_->row_node[k], column / lanes * grid.stride + k / grid.columns, column % lanes);
    }
  };
  each([&](int node, std::size_t at, std::size_t lane) {
    if (node != no_node) right[node] += residual[at][lane];
  });
  const Eigen::VectorXd volt = factors_->cholesky.solve(right);
  double square = 0.0;
  each([&](int node, std::size_t at, std::size_t lane) {
    const double value = node == no_node ? 0.0 : volt[node];
    change[at][lane] = value;
    square += value * value;
  });
  return square;
}

}  // namespace neucasl::array_plugin
