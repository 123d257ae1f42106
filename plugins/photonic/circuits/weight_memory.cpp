#include "weight_memory.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "bank_netlist.hpp"
#include "bench_parts.hpp"
#include "modulator_row.hpp"

namespace neucasl::photonic {

using ir::Direction;
using ir::Discipline;
using ir::NetRef;

WeightMemory::WeightMemory(ChannelPlan plan, TunedDisk disk, ConductanceMemory memory,
                           double largest_bias)
    : plan_(std::move(plan)),
      disk_(std::move(disk)),
      memory_(std::move(memory)),
      largest_bias_(largest_bias) {
  const double least = junction_voltage(disk_, bias(memory_.lowest()));
  trim_.reserve(plan_.wavelengths.size());
  for (const double wavelength : plan_.wavelengths) {
    trim_.push_back(disk_.trim(wavelength, least));
  }
}

ResonatorResponse WeightMemory::response(std::vector<double> errors) const {
  errors.resize(trim_.size(), 0.0);
  return [this, errors = std::move(errors)](double wavelength, double channel, double conductance) {
    const auto near = std::lower_bound(plan_.wavelengths.begin(), plan_.wavelengths.end(),
                                       channel - 0.5 * plan_.spacing);
    const auto k = static_cast<std::size_t>(near - plan_.wavelengths.begin());
    const DiskResponse r = disk_.response(wavelength, channel, trim_.at(k) + errors[k],
                                          junction_voltage(disk_, bias(conductance)));
    return AddDropResponse{r.bus_1, r.bus_2, r.drop};
  };
}

std::vector<ir::ModuleBuilder::Parameters> WeightMemory::disk_parameters(
    const std::vector<double>& errors) const {
  std::vector<ir::ModuleBuilder::Parameters> result;
  result.reserve(trim_.size());
  for (std::size_t k = 0; k < trim_.size(); ++k) {
    const double error = errors.empty() ? 0.0 : errors[k];
    result.push_back(TunedDisk::parameters(plan_.wavelengths[k], trim_[k] + error));
  }
  return result;
}

ir::ModuleId WeightMemory::add_cells(ir::Design& design,
                                     const std::vector<double>& conductances) const {
  const ir::ModuleId device = memory_.add_to(design);
  const ir::ModuleId source = add_voltage_source(design);
  const ir::ModuleId stage = add_transimpedance(design);
  ir::ModuleBuilder builder(design, "weight_memory");
  const auto count = static_cast<std::uint32_t>(conductances.size());
  const NetRef bias = builder.port("bias", Discipline::electrical, Direction::inout, count);
  const NetRef ground = builder.port("ground", Discipline::electrical, Direction::inout);
  const NetRef read = builder.net("read", Discipline::electrical);
  const NetRef column = builder.net("column", Discipline::electrical, count);
  builder.instance("read_source", source, {{"p", read}, {"n", ground}},
                   {{"voltage", volts(memory_.read_voltage())}});
  for (std::size_t k = 0; k < conductances.size(); ++k) {
    builder.instance(numbered("cell", k), device,
                     {{memory_.pins()[0], read}, {memory_.pins()[1], bit_of(column, k)}},
                     memory_.parameters(conductances[k]));
    builder.instance(numbered("stage", k), stage,
                     {{"p", ground},
                      {"n", bit_of(bias, k)},
                      {"control_p", bit_of(column, k)},
                      {"control_n", ground}},
                     {{"transresistance", ohms(transresistance())}});
  }
  return builder.id();
}

}  // namespace neucasl::photonic
