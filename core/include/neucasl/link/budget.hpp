#pragma once

#include <optional>
#include <string>
#include <vector>

#include "neucasl/base/export.hpp"

/// \file
/// Link budget: the laser power that a photonic core needs.
///
/// A *link* is what a number crosses from the converter that encodes it to the one that reads it:
/// modulator, path, detector. Its *path* is a list of elements with their insertion losses in dB;
/// its *fan-out* is the number of ways that the light of one laser is divided into evenly, which no
/// element's loss contains. With S the detector's sensitivity, b bits and the extinction ratio ER
/// of the modulator, a laser of wall-plug efficiency e draws
///
///   P = S 10^((loss + 10 log10(fan-out)) / 10) 2^b / ((1 - 10^(-ER / 10)) e)
///
/// (F. Sunny et al., CrossLight, DAC 2021, laser power equation; 2^b of H. Zhu et al.,
/// Lightening-Transformer, HPCA 2024, and the extinction ratio of Z. Yin et al., SimPhony, 2024, as
/// in their published simulators).

namespace neucasl::link {

struct Loss {
  std::string element;
  double loss_db = 0.0;  ///< Of one.
  double count = 1.0;
};

/// dB of all elements.
/// \throws base::Error "link.loss" for a loss or count that is negative or not finite.
NEUCASL_EXPORT double insertion_loss_db(const std::vector<Loss>& path);

struct Budget {
  double insertion_loss_db = 0.0;
  double fan_out = 1.0;
  double sensitivity = 0.0;  ///< W, at the detector.
  double bits = 0.0;         ///< 0: no factor for levels.
  std::optional<double> extinction_ratio_db;
  double wall_plug_efficiency = 1.0;

  /// W, optical, at the laser.
  /// \throws base::Error "link.budget" for a loss or bits below 0, a fan-out below 1, a sensitivity
  /// or an extinction ratio not above 0, an efficiency outside (0, 1].
  [[nodiscard]] NEUCASL_EXPORT double optical_power() const;
  /// W, drawn from the supply; throws as above.
  [[nodiscard]] NEUCASL_EXPORT double electrical_power() const;
};

/// By how many dB a laser of this optical power (W) exceeds what the link needs; below 0 the link
/// does not close. Throws as Budget::optical_power.
NEUCASL_EXPORT double margin_db(const Budget& budget, double optical_power);

/// W of a level in dBm, and back.
NEUCASL_EXPORT double watts_of_dbm(double dbm);
NEUCASL_EXPORT double dbm_of_watts(double watts);

}  // namespace neucasl::link
