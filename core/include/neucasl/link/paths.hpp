#pragma once

#include <cstddef>
#include <vector>

#include "neucasl/link/budget.hpp"

/// \file
/// The longest path and the fan-out of the usual photonic cores.

namespace neucasl::link {

/// Insertion losses of elements, in dB of one; of a waveguide in dB for each metre.
struct ElementLosses {
  double source = 0.0;        ///< Coupler or comb behind the laser.
  double splitter = 0.0;      ///< Excess loss of a division by two.
  double ring_through = 0.0;  ///< Of a channel that the ring does not serve.
  double ring_drop = 0.0;     ///<
  double ring_modulation = 0.0;
  double modulator = 0.0;    ///< Mach-Zehnder
  double multiplexer = 0.0;  ///< One pass; a number is multiplexed and demultiplexed.
  double interferometer = 0.0;
  double phase_shifter = 0.0;
  double coupler = 0.0;
  double waveguide = 0.0;  ///< dB/m
};

struct CorePath {
  std::vector<Loss> elements;
  double fan_out = 1.0;

  /// dB, without the fan-out.
  [[nodiscard]] double loss_db() const { return insertion_loss_db(elements); }
};

/// All `rings` of one guide, one behind the other: the light of a channel is modulated by its own
/// ring and passes the others. \throws base::Error "link.core" when there is no ring.
NEUCASL_EXPORT CorePath serial_rings(const ElementLosses& losses, std::size_t rings, double length);

/// Broadcast and weight (A. N. Tait et al., J. Lightwave Technol. 32:4029, 2014): `channels` ring
/// modulators on one bus, a tree of splitters to `outputs` banks, and in each a ring for each
/// channel. \throws base::Error "link.core" for no channel or output.
NEUCASL_EXPORT CorePath broadcast_and_weight(const ElementLosses& losses, std::size_t channels,
                                             std::size_t outputs, double length);

enum class Mesh {
  rectangular,  ///< W. R. Clements et al., Optica 3:1460, 2016: n interferometers deep.
  triangular    ///< M. Reck et al., Phys. Rev. Lett. 73:58, 1994: 2 n - 3 deep.
};

/// One laser divided over `inputs` modulators and a mesh for a unitary matrix; `any_matrix` makes
/// it two meshes with a column of attenuating interferometers between (singular values). \throws
/// base::Error "link.core" for less than two inputs.
NEUCASL_EXPORT CorePath interferometer_mesh(const ElementLosses& losses, std::size_t inputs,
                                            Mesh arrangement, bool any_matrix);

/// Crossbar of dot products of two modulated operands (H. Zhu et al., Lightening-Transformer, HPCA
/// 2024): source, modulator between multiplexers, a tree of splitters over max(rows, columns), and
/// at the crossing a splitter, a phase shifter and a coupler; the laser feeds rows x columns
/// crossings. \throws base::Error "link.core" for no row or column.
NEUCASL_EXPORT CorePath dot_product_crossbar(const ElementLosses& losses, std::size_t rows,
                                             std::size_t columns);

/// ceil(log2 n): splitters one behind the other in a tree with n ends.
NEUCASL_EXPORT std::size_t splitter_levels(std::size_t ends);

}  // namespace neucasl::link
