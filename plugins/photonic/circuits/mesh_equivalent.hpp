#pragma once

#include <vector>

#include "mesh_factors.hpp"
#include "neucasl/ir/design.hpp"

/// \file
/// A mesh as a linear electrical circuit: forward waves only, for meshes too large for device
/// models, which solve for waves of both directions.
///
/// Each line has two nodes for the real and imaginary part of its amplitude. A cell joins two
/// lines by voltage-controlled current sources with the elements of its matrix as transconductances
/// (S); a conductance of 1 S at each output turns their sum into the outgoing amplitude. A mesh
/// passes light one way, so that the system of equations is triangular.

namespace neucasl::photonic {

/// Top module "bench". Sources "input_K" (V) are the inputs; buses "output_re" and "output_im" have
/// M x over `factors.scale`. `kept` is the amplitude behind an interferometer.
ir::Design equivalent_design(const MeshFactors& factors, const std::vector<double>& inputs,
                             double kept);

}  // namespace neucasl::photonic
