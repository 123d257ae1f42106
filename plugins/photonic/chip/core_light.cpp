#include "core_light.hpp"

#include <cmath>

#include "neucasl/link/budget.hpp"

namespace neucasl::photonic {
namespace {

namespace dim = base::dimension;
using architecture::Architecture;
using architecture::Component;
using architecture::ComponentKind;

double number_or(const Component& component, const char* name, double absent,
                 device::UseList& uses) {
  return component.numbers.find(name) == nullptr ? absent
                                                 : component.numbers.si(name, dim::none, uses);
}

/// dB of the whole path, and of what the core's circuit has of it.
struct PathLoss {
  double whole = 0.0;
  double in_circuit = 0.0;
};

PathLoss path_loss(const Architecture& chip, const DescribedCore& core, device::UseList& uses) {
  PathLoss loss;
  const double others = static_cast<double>(core.channels) - 1.0;
  architecture::for_each_level(chip, [&](const architecture::Level& level, double /*copies*/) {
    for (const Component& component : level.components) {
      if (component.numbers.find("loss_db") == nullptr) continue;
      const double one =
          number_or(component, "loss_db", 0.0, uses) * number_or(component, "passes", 1.0, uses) +
          others * number_or(component, "through_loss_db", 0.0, uses);
      loss.whole += one;
      const bool modulator = component.kind == ComponentKind::modulator;
      if (modulator || component.kind == ComponentKind::weight_bank) loss.in_circuit += one;
    }
  });
  return loss;
}

}  // namespace

CoreLight read_light(const Architecture& chip, const DescribedCore& core, device::UseList& uses) {
  const Component& laser = *architecture::find_component(chip, ComponentKind::laser);
  const Component& detector = *architecture::find_component(chip, ComponentKind::photodetector);
  const Component& modulator = *architecture::find_component(chip, ComponentKind::modulator);
  const PathLoss loss = path_loss(chip, core, uses);
  const double lines = number_or(laser, "wavelengths", 1.0, uses);
  const double ways = laser.numbers.si("fan_out", dim::none, uses);
  link::Budget budget;
  budget.insertion_loss_db = loss.whole;
  budget.fan_out = ways * (architecture::counts_lines_together(laser) ? 1.0 : lines);
  budget.sensitivity = detector.numbers.si("sensitivity", dim::power, uses);
  budget.bits = number_or(laser, "level_bits", 0.0, uses);
  if (modulator.numbers.find("extinction_ratio_db") != nullptr) {
    budget.extinction_ratio_db = number_or(modulator, "extinction_ratio_db", 0.0, uses);
  }
  budget.wall_plug_efficiency = laser.numbers.si("wall_plug_efficiency", dim::none, uses);
  const double optical =
      laser.numbers.find("leakage") == nullptr
          ? budget.optical_power()
          : laser.numbers.si("leakage", dim::power, uses) * budget.wall_plug_efficiency;
  CoreLight light;
  const double emitted = optical / (ways * lines);
  light.line = emitted * std::pow(10.0, -(loss.whole - loss.in_circuit) / 10.0);
  light.at_detector =
      static_cast<double>(core.channels) * emitted * std::pow(10.0, -loss.whole / 10.0);
  light.responsivity = detector.numbers.si("responsivity", dim::current / dim::power, uses);
  return light;
}

}  // namespace neucasl::photonic
