#include "clements.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <stdexcept>
#include <string>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/quantity.hpp"

namespace neucasl::photonic {
namespace {

using Number = std::complex<double>;

/// A 2 x 2 matrix, [[a, b], [c, d]].
struct Pair {
  Number a, b, c, d;
};

/// Of unit magnitude; 1 for zero.
Number direction(const Number& value) {
  const double size = std::abs(value);
  return size > 0.0 ? value / size : Number(1.0, 0.0);
}

/// Real and imaginary parts apart, columns a little longer than the matrix: so that loops over a
/// column are vectors, and neighbouring columns do not share their places in the cache.
class Planes {
 public:
  explicit Planes(const Eigen::MatrixXcd& m)
      : rows_(static_cast<std::size_t>(m.rows())),
        stride_(rows_ + 8),
        re_(stride_ * static_cast<std::size_t>(m.cols())),
        im_(re_.size()) {
    for (Eigen::Index k = 0; k < m.cols(); ++k) {
      for (Eigen::Index i = 0; i < m.rows(); ++i) {
        const std::size_t at = place(i, k);
        re_[at] = m(i, k).real();
        im_[at] = m(i, k).imag();
      }
    }
  }

  [[nodiscard]] Number operator()(int row, int column) const {
    const std::size_t at = place(row, column);
    return {re_[at], im_[at]};
  }
  void clear(int row, int column) { re_[place(row, column)] = im_[place(row, column)] = 0.0; }

  /// (x, y) -> (a x + b y, c x + d y) of columns x = `first` and y = `first + 1`, rows 0 to `last`.
  void combine_columns(int first, int last, const Pair& p) {
    double* const xr = re_.data() + place(0, first);
    double* const xi = im_.data() + place(0, first);
    rotate(xr, xi, xr + stride_, xi + stride_, static_cast<std::size_t>(last) + 1, p);
  }
  /// The same of rows `first` and `first + 1`, columns `from` to the end.
  void combine_rows(int first, int from, const Pair& p) {
    const std::size_t end = re_.size();
    for (std::size_t at = place(first, from); at < end; at += stride_) {
      const Number x(re_[at], im_[at]);
      const Number y(re_[at + 1], im_[at + 1]);
      re_[at] = real_of(p.a, x) + real_of(p.b, y);
      im_[at] = imaginary_of(p.a, x) + imaginary_of(p.b, y);
      re_[at + 1] = real_of(p.c, x) + real_of(p.d, y);
      im_[at + 1] = imaginary_of(p.c, x) + imaginary_of(p.d, y);
    }
  }

  static void rotate(double* __restrict xr, double* __restrict xi, double* __restrict yr,
                     double* __restrict yi, std::size_t count, const Pair& p) {
    const double ar = p.a.real(), ai = p.a.imag(), br = p.b.real(), bi = p.b.imag();
    const double cr = p.c.real(), ci = p.c.imag(), dr = p.d.real(), di = p.d.imag();
    for (std::size_t i = 0; i < count; ++i) {
      const double x_re = xr[i], x_im = xi[i], y_re = yr[i], y_im = yi[i];
      xr[i] = ar * x_re - ai * x_im + br * y_re - bi * y_im;
      xi[i] = ar * x_im + ai * x_re + br * y_im + bi * y_re;
      yr[i] = cr * x_re - ci * x_im + dr * y_re - di * y_im;
      yi[i] = cr * x_im + ci * x_re + dr * y_im + di * y_re;
    }
  }

 private:
  template <class Index>
  [[nodiscard]] std::size_t place(Index row, Index column) const {
    return static_cast<std::size_t>(column) * stride_ + static_cast<std::size_t>(row);
  }
  // std::complex would test each product for not-a-number.
  static double real_of(const Number& p, const Number& x) {
    return p.real() * x.real() - p.imag() * x.imag();
  }
  static double imaginary_of(const Number& p, const Number& x) {
    return p.real() * x.imag() + p.imag() * x.real();
  }

  std::size_t rows_;
  std::size_t stride_;
  std::vector<double> re_;
  std::vector<double> im_;
};

/// sin(theta / 2), cos(theta / 2) and e^{j phi} of one cell.
struct Angles {
  double s = 1.0;
  double c = 0.0;
  Number outer{1.0, 0.0};

  [[nodiscard]] Number half() const { return {c, s}; }  // e^{j theta / 2}
};

void require_unitary(const Eigen::MatrixXcd& u) {
  if (u.rows() != u.cols() || u.rows() == 0) {
    throw base::Error("photonic.unitary",
                      "a matrix of " + std::to_string(u.rows()) + " x " + std::to_string(u.cols()) +
                          " is no unitary matrix",
                      "give a square matrix");
  }
  const Eigen::MatrixXcd product = u.adjoint() * u;
  const double off =
      (product - Eigen::MatrixXcd::Identity(u.rows(), u.cols())).cwiseAbs().maxCoeff();
  if (off <= 1e-9) return;  // also false for not-a-number
  throw base::Error(
      "photonic.unitary",
      "the matrix is not unitary: U^H U differs from the identity by " + base::shortest(off),
      "decompose a general matrix by its singular values first");
}

/// Nulls W = U^T from its lower left corner, one diagonal after the other, from the right and from
/// the left in turn; the cells are those of the paper, with the outer phase in front.
class Nulling {
 public:
  explicit Nulling(const Eigen::MatrixXcd& w) : n_(static_cast<int>(w.rows())), w_(w) {
    for (int i = 0; i + 1 < n_; ++i) {
      for (int k = 0; k <= i; ++k) {
        if (i % 2 == 0) {
          null_from_right(n_ - 1 - k, i - k);
        } else {
          null_from_left(n_ - 1 - i + k, k);
        }
      }
    }
  }

  /// W = D T_1 T_2 ... with the phases of D moved through the cells of the left side.
  Mesh mesh() {
    std::vector<Number> phase;
    phase.reserve(static_cast<std::size_t>(n_));
    for (int i = 0; i < n_; ++i) phase.push_back(direction(w_(i, i)));
    Mesh result;
    for (auto step = left_.rbegin(); step != left_.rend(); ++step) {
      // L^-1 diag(p, q) = diag(x, y) T': x = -e^{-j theta} e^{-j phi} q, y = -e^{-j theta} q, and
      // the new outer phase is that of p / q.
      Number& p = phase[static_cast<std::size_t>(step->line)];
      Number& q = phase[static_cast<std::size_t>(step->line) + 1];
      const Number outer = p * std::conj(q);
      const Number half = step->angles.half();
      q = direction(-std::conj(half * half) * q);
      p = direction(std::conj(step->angles.outer) * q);
      step->angles.outer = outer;
    }
    for (const Step& step : left_) add(step, result);
    for (auto step = right_.rbegin(); step != right_.rend(); ++step) add(*step, result);
    for (const Number& one : phase) result.input_phases.push_back(std::arg(one));
    place(result);
    return result;
  }

 private:
  struct Step {
    int line = 0;
    Angles angles;
  };

  static void add(const Step& step, Mesh& mesh) {
    mesh.cells.push_back({step.line, 0, 2.0 * std::atan2(step.angles.s, step.angles.c),
                          std::arg(step.angles.outer)});
  }

  /// Each cell stands in the first column where both of its lines are free.
  static void place(Mesh& mesh) {
    std::vector<int> next(mesh.input_phases.size(), 0);
    for (MeshCell& cell : mesh.cells) {
      const auto line = static_cast<std::size_t>(cell.line);
      cell.column = std::max(next[line], next[line + 1]);
      next[line] = next[line + 1] = cell.column + 1;
    }
  }

  /// W <- W T^-1 so that element (row, column) is 0; the rows below are 0 already.
  void null_from_right(int row, int column) {
    const Number a = w_(row, column);
    const Number b = w_(row, column + 1);
    const double h = std::hypot(std::abs(a), std::abs(b));
    Angles angles;
    if (h > 0.0) {
      angles.s = std::abs(b) / h;
      angles.c = std::abs(a) / h;
      angles.outer = -direction(a) * std::conj(direction(b));
    }
    // [a, b] diag(e^{-j phi}, 1) M^H = -j e^{-j theta/2} [a e^{-j phi} s + b c, a e^{-j phi} c - b
    // s]
    const Number g = Number(0.0, -1.0) * std::conj(angles.half());
    const Number e = g * std::conj(angles.outer);
    w_.combine_columns(column, row, {e * angles.s, g * angles.c, e * angles.c, -g * angles.s});
    w_.clear(row, column);
    right_.push_back({column, angles});
  }

  /// W <- T W so that element (row, column) is 0; the columns before are 0 already.
  void null_from_left(int row, int column) {
    const Number a = w_(row - 1, column);
    const Number b = w_(row, column);
    const double h = std::hypot(std::abs(a), std::abs(b));
    Angles angles;
    if (h > 0.0) {
      angles.s = std::abs(a) / h;
      angles.c = std::abs(b) / h;
      angles.outer = direction(b) * std::conj(direction(a));
    }
    const Number g = Number(0.0, 1.0) * angles.half();
    const Number e = g * angles.outer;
    w_.combine_rows(row - 1, column, {e * angles.s, g * angles.c, e * angles.c, -g * angles.s});
    w_.clear(row, column);
    left_.push_back({row - 1, angles});
  }

  int n_;
  Planes w_;
  std::vector<Step> left_;
  std::vector<Step> right_;
};

}  // namespace

int Mesh::depth() const {
  int depth = 0;
  for (const MeshCell& cell : cells) depth = std::max(depth, cell.column + 1);
  return depth;
}

Mesh decompose(const Eigen::MatrixXcd& unitary) {
  require_unitary(unitary);
  return Nulling(unitary.transpose()).mesh();
}

void propagate(const Mesh& mesh, Eigen::MatrixXcd& amplitudes) {
  if (amplitudes.rows() != mesh.lines()) {
    throw std::invalid_argument("amplitudes do not fit the lines of the mesh");
  }
  for (Eigen::Index i = 0; i < amplitudes.rows(); ++i) {
    amplitudes.row(i) *= std::polar(1.0, mesh.input_phases[static_cast<std::size_t>(i)]);
  }
  // A line of the mesh is a column here, so that a cell works on whole vectors.
  Planes lines(amplitudes.transpose());
  const int last = static_cast<int>(amplitudes.cols()) - 1;
  for (const MeshCell& cell : mesh.cells) {
    const Number half = std::polar(1.0, 0.5 * cell.inner);
    const Number g = Number(0.0, 1.0) * half;
    const Number e = g * std::polar(1.0, cell.outer);
    lines.combine_columns(cell.line, last,
                          {e * half.imag(), e * half.real(), g * half.real(), -g * half.imag()});
  }
  for (int i = 0; i < mesh.lines(); ++i) {
    for (int k = 0; k <= last; ++k) amplitudes(i, k) = lines(k, i);
  }
}

Eigen::MatrixXcd reconstruct(const Mesh& mesh) {
  Eigen::MatrixXcd result = Eigen::MatrixXcd::Identity(mesh.lines(), mesh.lines());
  propagate(mesh, result);
  return result;
}

}  // namespace neucasl::photonic
