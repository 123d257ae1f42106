#include "choice_rules.hpp"

#include <string>

namespace neucasl::architecture {
namespace {

/// Operations take digital cores in turn, and photonic cores whose sums stay.
void check_sharing(const Architecture& architecture) {
  const bool digital = architecture.core().kind == LevelKind::digital_core;
  const bool sums_stay = architecture.core().kind == LevelKind::photonic_core &&
                         architecture.dataflow == Dataflow::output_stationary;
  if (!architecture.pipelined || (!digital && !sums_stay)) return;
  throw base::Error("architecture.choice",
                    "layers that take " + std::string(digital ? "digital" : "photonic") +
                        " cores in turn cannot work on samples at the same time",
                    "choose pipelining 'none'", architecture.numbers.choice("pipelining").where);
}

/// Gradients are computed by what the chip has.
void check_gradient(const Architecture& architecture) {
  const bool photonic = architecture.core().kind == LevelKind::photonic_core;
  const bool fits = architecture.gradient == Gradient::photonic_cores ? photonic
                    : architecture.gradient == Gradient::arrays       ? !photonic
                                                                      : true;
  if (fits) return;
  const device::Choice& chosen = architecture.numbers.choice("weight_gradient");
  throw base::Error(
      "architecture.choice",
      "weight_gradient '" + chosen.value + "' is not for a <" +
          std::string(to_string(architecture.core().kind)) + ">",
      std::string("choose '") + (photonic ? "photonic-cores" : "arrays") + "' or 'digital-unit'",
      chosen.where);
}

}  // namespace

void check_choices(const Architecture& architecture) {
  check_sharing(architecture);
  check_gradient(architecture);
}

}  // namespace neucasl::architecture
