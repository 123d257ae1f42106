#include "resonator_bank.hpp"

#include <stdexcept>
#include <utility>

namespace neucasl::photonic {

ResonatorBank::ResonatorBank(ChannelPlan plan, ResonatorResponse response, GuideSection guide)
    : plan_(std::move(plan)), response_(std::move(response)), guide_(std::move(guide)) {}

BankOutputs ResonatorBank::outputs(double wavelength, const std::vector<double>& tunings) const {
  if (tunings.size() != plan_.wavelengths.size()) {
    throw std::invalid_argument("a bank takes one tuning for each resonator");
  }
  const std::complex<double> guide = guide_.transfer(wavelength);
  BankOutputs behind{1.0, 0.0};
  for (std::size_t k = tunings.size(); k-- > 0;) {
    if (k + 1 < tunings.size()) {
      behind.through *= guide;
      behind.drop *= guide * guide;
    }
    const AddDropResponse r = response_(wavelength, plan_.wavelengths[k], tunings[k]);
    const std::complex<double> forward = r.bus_1 / (1.0 - r.drop * behind.drop);
    behind = {behind.through * forward, r.drop + r.bus_2 * behind.drop * forward};
  }
  return behind;
}

std::vector<double> ResonatorBank::shares(const std::vector<double>& tunings) const {
  std::vector<double> result;
  result.reserve(plan_.wavelengths.size());
  for (const double wavelength : plan_.wavelengths) {
    result.push_back(outputs(wavelength, tunings).share());
  }
  return result;
}

double ResonatorBank::share_alone(int channel, double tuning) const {
  const double wavelength = plan_.wavelengths[static_cast<std::size_t>(channel)];
  const AddDropResponse r = response_(wavelength, wavelength, tuning);
  return std::norm(r.drop) - std::norm(r.bus_1);
}

}  // namespace neucasl::photonic
