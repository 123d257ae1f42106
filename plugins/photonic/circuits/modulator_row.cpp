#include "modulator_row.hpp"

#include <complex>
#include <utility>

#include "bench_parts.hpp"

namespace neucasl::photonic {

double junction_voltage(const TunedDisk& disk, double applied) {
  return applied * disk.leakage_resistance() /
         (disk.leakage_resistance() + disk.series_resistance());
}

ModulatorRow::ModulatorRow(ChannelPlan plan, TunedDisk disk, double drive)
    : plan_(std::move(plan)), disk_(std::move(disk)), drive_(drive) {
  trim_.reserve(plan_.wavelengths.size());
  for (const double wavelength : plan_.wavelengths) trim_.push_back(disk_.trim(wavelength, 0.0));
}

double ModulatorRow::transmission(std::size_t modulator, double wavelength, double voltage) const {
  return std::norm(disk_
                       .response(wavelength, plan_.wavelengths[modulator], trim_[modulator],
                                 junction_voltage(disk_, voltage))
                       .bus_1);
}

std::vector<double> ModulatorRow::transmissions(const std::vector<double>& voltages) const {
  std::vector<double> result;
  result.reserve(plan_.wavelengths.size());
  for (const double wavelength : plan_.wavelengths) {
    double share = 1.0;
    for (std::size_t k = 0; k < voltages.size(); ++k) {
      share *= transmission(k, wavelength, voltages[k]);
    }
    result.push_back(share);
  }
  return result;
}

double ModulatorRow::transmission_alone(int channel, double voltage) const {
  const auto k = static_cast<std::size_t>(channel);
  return transmission(k, plan_.wavelengths[k], voltage);
}

TunedChannels ModulatorRow::channels() const {
  TunedChannels channels;
  channels.count = plan_.channels();
  channels.alone = [this](int channel, double voltage) {
    return transmission_alone(channel, voltage);
  };
  channels.together = [this](const std::vector<double>& voltages) {
    return transmissions(voltages);
  };
  channels.first = 0.0;
  channels.last = drive_;
  return channels;
}

std::vector<ir::ModuleBuilder::Parameters> ModulatorRow::parameters() const {
  std::vector<ir::ModuleBuilder::Parameters> result;
  for (std::size_t k = 0; k < trim_.size(); ++k) {
    result.push_back(TunedDisk::parameters(plan_.wavelengths[k], trim_[k]));
  }
  return result;
}

ir::ModuleId ModulatorRow::add_primitive(ir::Design& design) const {
  return add_device(design, {"modulator", disk_.model(), disk_.card(), TunedDisk::declared()});
}

}  // namespace neucasl::photonic
