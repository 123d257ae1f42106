#include "models.hpp"

#include <iterator>

#include "comb_laser.hpp"
#include "directional_coupler.hpp"
#include "heater.hpp"
#include "laser.hpp"
#include "laser_diode.hpp"
#include "mach_zehnder_interferometer.hpp"
#include "mach_zehnder_modulator.hpp"
#include "microdisk.hpp"
#include "microdisk_modulator.hpp"
#include "microdisk_switch.hpp"
#include "mirror.hpp"
#include "phase_shifter.hpp"
#include "photodetector.hpp"
#include "ring_add_drop.hpp"
#include "ring_add_drop_thermal.hpp"
#include "ring_all_pass.hpp"
#include "semiconductor_optical_amplifier.hpp"
#include "splitter.hpp"
#include "termination.hpp"
#include "thermal_coupling.hpp"
#include "waveguide.hpp"
#include "waveguide_bend.hpp"

namespace neucasl::photonic {
namespace {

struct Entry {
  std::string_view name;
  model::DeviceModel* (*make)();
};

template <class Model>
model::DeviceModel* make() {
  return new Model();
}

constexpr Entry entries[] = {
    {"waveguide", &make<WaveguideModel>},
    {"waveguide_bend", &make<WaveguideBendModel>},
    {"directional_coupler", &make<DirectionalCouplerModel>},
    {"splitter", &make<SplitterModel>},
    {"mirror", &make<MirrorModel>},
    {"termination", &make<TerminationModel>},
    {"phase_shifter", &make<PhaseShifterModel>},
    {"mach_zehnder_interferometer", &make<MachZehnderInterferometerModel>},
    {"mach_zehnder_modulator", &make<MachZehnderModulatorModel>},
    {"ring_all_pass", &make<RingAllPassModel>},
    {"ring_add_drop", &make<RingAddDropModel>},
    {"ring_add_drop_thermal", &make<RingAddDropThermalModel>},
    {"microdisk", &make<MicrodiskModel>},
    {"microdisk_modulator", &make<MicrodiskModulatorModel>},
    {"microdisk_switch", &make<MicrodiskSwitchModel>},
    {"photodetector", &make<PhotodetectorModel>},
    {"laser", &make<LaserModel>},
    {"laser_diode", &make<LaserDiodeModel>},
    {"comb_laser", &make<CombLaserModel>},
    {"semiconductor_optical_amplifier", &make<SemiconductorOpticalAmplifierModel>},
    {"heater", &make<HeaterModel>},
    {"thermal_coupling", &make<ThermalCouplingModel>},
};

}  // namespace

model::DeviceModel* make_model(std::string_view name) {
  for (const Entry& entry : entries) {
    if (entry.name == name) return entry.make();
  }
  return nullptr;
}

std::vector<std::string_view> model_names() {
  std::vector<std::string_view> names;
  names.reserve(std::size(entries));
  for (const Entry& entry : entries) names.push_back(entry.name);
  return names;
}

}  // namespace neucasl::photonic
