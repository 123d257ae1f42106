#pragma once

#include <Eigen/Core>
#include <vector>

/// \file
/// Unitary matrices as rectangular meshes of Mach-Zehnder interferometers.
///
/// W. R. Clements et al., Optimal design for universal multiport interferometers, Optica
/// 3(12):1460-1465, 2016, here for interferometers whose outer phase stands behind their second
/// coupler at the upper output, as in the model `mach_zehnder_interferometer`:
///
///   T(theta, phi) = diag(e^{j phi}, 1) B diag(e^{j theta}, 1) B
///                 = j e^{j theta / 2} [[e^{j phi} s, e^{j phi} c], [c, -s]],
///   s = sin(theta / 2), c = cos(theta / 2), B = [[1, j], [j, 1]] / sqrt(2).
///
/// U = T_K ... T_2 T_1 D, D a diagonal of phases at the inputs. (With the outer phase in front of
/// the first coupler, as in the paper, D is at the outputs; this is the transposed arrangement.)

namespace neucasl::photonic {

/// One interferometer between lines `line` and `line + 1`.
struct MeshCell {
  int line = 0;
  int column = 0;      ///< Position along the mesh; cells of one column act side by side.
  double inner = 0.0;  ///< theta, rad, 0 to pi.
  double outer = 0.0;  ///< phi, rad, -pi to pi.
};

struct Mesh {
  std::vector<double> input_phases;  ///< rad; one for each line.
  std::vector<MeshCell> cells;       ///< In the order in which light passes them.

  [[nodiscard]] int lines() const { return static_cast<int>(input_phases.size()); }
  /// Number of columns.
  [[nodiscard]] int depth() const;
};

/// n (n - 1) / 2 cells in n columns; the rotations are applied in place, 4 n^3 / 3 complex
/// multiplications in all.
/// \throws base::Error "photonic.unitary" for a matrix that is not square, or whose U^H U differs
/// from the identity by more than 1e-9.
Mesh decompose(const Eigen::MatrixXcd& unitary);

/// The matrix of ideal cells, by the closed form above.
Eigen::MatrixXcd reconstruct(const Mesh& mesh);

/// Sends columns of amplitudes through the mesh.
/// \throws std::invalid_argument when they are not as long as the mesh has lines.
void propagate(const Mesh& mesh, Eigen::MatrixXcd& amplitudes);

}  // namespace neucasl::photonic
