#pragma once

#include "neucasl/model/functions.hpp"
#include "optics.hpp"
#include "scattering.hpp"

/// \file
/// The ring between two buses, exact.

namespace neucasl::photonic {

struct RingCouplers {
  double through_1;   ///< t1, amplitude that stays on bus 1.
  double through_2;   ///< t2
  double cross;       ///< k1 k2
  double round_trip;  ///< a, amplitude after one round.
};

/// \throws base::Error "model.parameters" for a ring that light never leaves.
RingCouplers make_couplers(double power_coupling_1, double power_coupling_2, double round_trip);

template <class S>
struct RingResponse {
  Complex<S> bus_1;  ///< input to through
  Complex<S> bus_2;  ///< add to drop
  Complex<S> drop;   ///< input to drop, add to through
};

/// T1 = (t1 - t2 a e^(jp)) / (1 - t1 t2 a e^(jp)), T2 with 1 and 2 exchanged,
/// D = -k1 k2 sqrt(a) e^(jp/2) / (1 - t1 t2 a e^(jp)), p the phase of one round.
/// A. Yariv, Electronics Letters 36(4):321, 2000, and W. Bogaerts et al., Laser and Photonics
/// Reviews 6(1):47, 2012.
template <class S>
RingResponse<S> ring_response(const RingCouplers& r, const S& phase) {
  using namespace model::functions;
  const Complex<S> round{r.round_trip * cos(phase), r.round_trip * sin(phase)};
  const S half = 0.5 * phase;
  const double root = std::sqrt(r.round_trip);
  const Complex<S> crossing{-r.cross * root * cos(half), -r.cross * root * sin(half)};
  const double loop = r.through_1 * r.through_2;
  const Complex<S> denominator{1.0 - loop * round.re, S(-loop * round.im)};
  const Complex<S> one{S(r.through_1) - r.through_2 * round.re, S(-r.through_2 * round.im)};
  const Complex<S> two{S(r.through_2) - r.through_1 * round.re, S(-r.through_1 * round.im)};
  return {one / denominator, two / denominator, crossing / denominator};
}

/// Ports input, through, drop, add.
template <class S>
ScatteringMatrix<S, 4> add_drop_matrix(const RingResponse<S>& r) {
  ScatteringMatrix<S, 4> s;
  s[1][0] = s[0][1] = r.bus_1;
  s[2][3] = s[3][2] = r.bus_2;
  s[2][0] = s[0][2] = s[1][3] = s[3][1] = r.drop;
  return s;
}

/// "radius", the indices, "round_trip_loss_db", "resonance_shift".
void add_ring_parameters(std::vector<model::Parameter>& parameters);

struct RingGeometry {
  Dispersion dispersion;
  double circumference = 0.0;  ///< m
  double round_trip = 0.0;     ///< Amplitude.
  double shift = 0.0;          ///< m, of the resonances.

  /// Of one round, rad, without the shift.
  [[nodiscard]] double phase_at(double wavelength) const;
  /// Change of the phase that moves the resonances to longer wavelengths, rad/m: 2 pi n_g L / l^2.
  [[nodiscard]] double phase_per_shift(double wavelength) const;
};
RingGeometry read_ring(ParameterReader& reader);

/// FSR = l^2 / (n_g L), and the width and quality of the closed form of W. Bogaerts et al. 2012.
double ring_free_spectral_range(const RingGeometry& ring, double wavelength);
double ring_width(const RingGeometry& ring, const RingCouplers& couplers, double wavelength);

/// Spectrum around the carrier, resonances, extinction and through loss, for a ring with ports
/// input and through, and drop when it has one.
void characterize_ring(model::Characterization& result, const model::DeviceModel& model,
                       std::span<const double> parameters, const model::Environment& environment,
                       std::span<const model::PublishedFigure> published, double range);

}  // namespace neucasl::photonic
