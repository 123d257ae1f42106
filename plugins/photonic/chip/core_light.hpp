#pragma once

#include "described_core.hpp"

/// \file
/// The link budget of a described core, split where its circuit begins.

namespace neucasl::photonic {

struct CoreLight {
  double line = 0.0;          ///< W of one channel where it enters a modulator of the core.
  double at_detector = 0.0;   ///< W of all channels that the whole budget leaves to a detector.
  double responsivity = 0.0;  ///< A/W
};

/// A laser's power, as it states it or as its budget (neucasl/link/budget.hpp) asks for, over its
/// lines, ways and the losses of its path; `line` is before the losses of the modulators and
/// resonators of the core, which its circuit has.
CoreLight read_light(const architecture::Architecture& chip, const DescribedCore& core,
                     device::UseList& uses);

}  // namespace neucasl::photonic
