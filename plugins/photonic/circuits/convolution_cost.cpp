#include "convolution_cost.hpp"

#include <cmath>
#include <memory>
#include <numbers>

#include "../models.hpp"
#include "card_values.hpp"

namespace neucasl::photonic {
namespace {

/// Energy of a random bit of a modulator, J.
double bit_energy(const TunedDisk& disk, const device::Library& cards) {
  device::UseList counted_elsewhere;
  const CardValues values(cards, disk.card(), disk.model(), counted_elsewhere);
  const std::unique_ptr<model::DeviceModel> device(make_model(disk.model()));
  for (const model::OperationCost& cost : device->costs(values.values(), {})) {
    if (cost.operation == "bit") return cost.energy;
  }
  throw base::Error("photonic.card",
                    "card '" + disk.card() + "' has no drive voltage: a bit has no cost",
                    "give it a 'drive_voltage' other than 0");
}

}  // namespace

results::Table CostShares::table() const {
  results::Table table;
  table.name = "energy_by_part";
  table.title = "Energy of a result";
  table.add("part", std::vector<std::string>{"comb", "modulators", "memory", "receiver"});
  table.add("energy", std::vector<double>{comb, modulators, memory, receiver},
            base::dimension::energy);
  return table;
}

CostShares ConvolutionCost::of(const ModulatorRow& modulators, const TunedDisk& weight_disk,
                               const device::Library& cards) const {
  const TunedDisk& disk = modulators.disk();
  const double lags = disk.series_resistance() * disk.capacitance() + disk.lifetime() +
                      weight_disk.lifetime() + detector_time;
  CostShares shares;
  shares.time = std::numbers::ln2 * (bits + 1) * lags + receiver_time;
  shares.comb = channels * line_power / wall_plug_efficiency * shares.time;
  shares.modulators = channels * bit_energy(disk, cards);
  shares.memory = memory_power * shares.time;
  shares.receiver = receiver_power * shares.time;
  return shares;
}

std::string cost_method(const ConvolutionCost& cost) {
  return "Lags of modulator, disks and detector settled to half a step of " +
         std::to_string(cost.bits) + " bits, and the receiver's delay";
}

}  // namespace neucasl::photonic
