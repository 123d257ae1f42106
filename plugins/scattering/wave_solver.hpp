#pragma once

#include <span>
#include <vector>

#include "device_scattering.hpp"
#include "wave_structure.hpp"

/// \file
/// Solves (1 - S C) b = s, four problems in the lanes of one vector.

namespace neucasl::scattering {

inline constexpr std::size_t lanes = 4;
using Lanes = double __attribute__((vector_size(lanes * sizeof(double))));

struct WaveLanes {
  Lanes re;
  Lanes im;

  void set(std::size_t lane, Wave wave) {
    re[lane] = wave.real();
    im[lane] = wave.imag();
  }
  [[nodiscard]] Wave at(std::size_t lane) const { return {re[lane], im[lane]}; }
};

/// Working memory for one thread. Two ways to use it: lanes are points with matrices of their own
/// (`load` of lanes), or right sides that share one (`load` of waves).
class WaveSolver {
 public:
  /// `structure` must outlive this object.
  explicit WaveSolver(const WaveStructure& structure);

  /// Matrices as `MatrixLayout` places them; the caller keeps them until the last solve.
  /// \throws base::Error "scattering.resonance" when a pivot vanishes.
  void load(std::span<const WaveLanes> matrices);
  void load(std::span<const Wave> matrices);

  /// `waves`, by port: s, then b. Waves that the structure leaves out become zero.
  /// \throws base::Error "scattering.residual" when the solution breaks the equations.
  void solve(std::span<WaveLanes> waves);
  /// The same for the transposed matrix.
  void solve_transposed(std::span<WaveLanes> waves);

 private:
  template <class M>
  void load_any(std::span<const M> matrices);
  template <class M>
  void solve_any(std::span<const M> matrices, std::span<WaveLanes> waves);
  template <class M>
  void solve_transposed_any(std::span<const M> matrices, std::span<WaveLanes> waves);
  template <class Substitute, class Residual>
  void refine(const Substitute& substitute_in, const Residual& residual);
  void substitute(std::vector<WaveLanes>& x) const;
  void substitute_transposed(std::vector<WaveLanes>& x) const;

  const WaveStructure& structure_;
  std::span<const WaveLanes> own_;
  std::span<const Wave> shared_;
  std::vector<WaveLanes> lower_, upper_, inverse_, work_, right_, change_;
};

}  // namespace neucasl::scattering
