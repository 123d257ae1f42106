#include "guide_section.hpp"

#include "../waveguide.hpp"
#include "bench_parts.hpp"
#include "card_values.hpp"

namespace neucasl::photonic {

GuideSection::GuideSection(const device::Library& cards, const std::string& card_id, double length,
                           device::UseList& uses, const base::Location& where)
    : card_(card_id), length_(length) {
  if (!exists()) return;
  const CardValues card(cards, card_id, "waveguide", uses, where);
  values_ = card.values();
  values_[card.index("length")] = length;
}

std::complex<double> GuideSection::transfer(double wavelength) const {
  if (!exists()) return 1.0;
  model::Environment environment;
  environment.wavelength = wavelength;
  const auto s = Waveguide::matrix(values_, environment);
  return {s[1][0].re, s[1][0].im};
}

ir::ModuleId GuideSection::add_to(ir::Design& design) const {
  if (const ir::ModuleId known = design.find_module("guide"); known.valid()) return known;
  return add_device(design, {"guide", "waveguide", card_, {"length"}});
}

ir::ModuleBuilder::Parameters GuideSection::parameters() const {
  return {{"length", metres(length_)}};
}

}  // namespace neucasl::photonic
