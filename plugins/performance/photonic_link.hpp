#pragma once

#include <optional>

#include "neucasl/architecture/photonic_plan.hpp"
#include "neucasl/link/budget.hpp"

/// \file
/// The optical link of a photonic core: loss, laser power, and the bits that are left, by cause.
///
/// The *path* is what a wavelength channel passes from its laser to its detector: each component
/// with a `loss_db`, `passes` times (once when absent), and with a `through_loss_db`, the other
/// channels - 1 of its kind on the guide. A laser of w wavelengths whose light is divided into F
/// ways needs w F S 10^(loss / 10) 2^b / (1 - 10^(-ER / 10)) of optical power (neucasl/link), S the
/// detector's sensitivity, b the `level_bits` of the laser (0 when absent), ER the modulator's
/// extinction ratio. Where a source counts the lines of a comb together (`sensitivity_of` "comb"),
/// w is left out of this. A laser that states its `leakage` draws that, and must suffice; another
/// one draws what it needs over its wall-plug efficiency.
///
/// One line reaches a detector with P / (w F 10^(loss / 10)), and the full scale of a sum is the
/// photocurrent of `channels` such lines on one detector, whoever emits them. Bits: crosstalk and
/// resonance error of the weight banks, exact series bank; shot, thermal and intensity noise of the
/// full scale in the bandwidth 1 / symbol time; the bits of each converter. Together
/// 4^-b = sum 4^-b_i.
///
/// Where operations have bits of their own, a laser whose power follows from the link is made for
/// the widest inputs: `level_bits` grows or shrinks by as many bits as these have more or less than
/// the architecture's. Lasers are not dimmed from operation to operation.

namespace neucasl::performance_plugin {

struct BitsOfCause {
  std::string cause;
  double bits = 0.0;
  std::string equation;
};

/// The most that any operation has.
struct OperandBits {
  int weight = 0;
  int input = 0;
};

struct PhotonicLink {
  std::vector<link::Loss> path;
  double loss_db = 0.0;
  double fan_out = 1.0;
  double electrical_power = 0.0;  ///< W of one laser, from the supply.
  double optical_power = 0.0;     ///< W of one laser.
  double margin_db = 0.0;         ///< Above what the link needs.
  double detector_power = 0.0;    ///< W, of all channels on one detector, at full scale.
  double level_bits = 0.0;        ///< That the laser pays for, 0 when it is not stated.
  link::Budget needed;            ///< For these levels.
  std::vector<BitsOfCause> bits;  ///< Causes without effect are left out.
  double analog_bits = 0.0;       ///< All but those of converters; infinite when none has effect.
  double effective_bits = 0.0;
  double weight_bits = 0.0;                ///< Asked for.
  double activation_bits = 0.0;            ///< Asked for.
  std::optional<double> weight_bank_bits;  ///< What crosstalk and resonance error leave a weight.

  /// W of one laser from the supply that inputs of so many bits need, where the laser pays for
  /// levels.
  [[nodiscard]] double power_for(double input_bits) const;
};

/// \throws base::Error "performance.resolution" when a cause leaves no bit; "performance.link" when
/// the laser does not suffice, with what would do; "link.*" for values without meaning, with the
/// place of the laser. `widest` is null for the bits of the architecture.
PhotonicLink photonic_link(const architecture::Architecture& architecture,
                           const architecture::PhotonicPlan& plan, device::UseList& uses,
                           const OperandBits* widest = nullptr);

}  // namespace neucasl::performance_plugin
