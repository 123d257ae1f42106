#pragma once

#include "demand.hpp"
#include "neucasl/architecture/photonic_plan.hpp"

/// \file
/// What one operation asks of photonic cores, for one inference.
///
/// c products of P positions, depth K and N outputs, in R, C and Q blocks of depth, outputs and
/// positions of a unit, take U = c R C Q s symbols summed over units, s for a block, and twice as
/// many where inputs of either sign pass apart (p = 2, otherwise 1). Of a symbol of a unit are in
/// use the shares
///   inputs   p c P K C e / (U encoded inputs)  e the share of a block's inputs that differ
///   weights  c K N Q s / (U depth outputs)     output-stationary; s symbols of a block
///   sums     p c P N R / (U rows outputs)
/// and each modulator, its converter and each detector has one event a symbol in which it is in
/// use, or one every symbol that any unit works where `unused_parts` are on. Sums are converted
/// after the symbols that are added before (a, 1 where weights stay): p c P N ceil(R / a)
/// conversions, c P N (p ceil(R / a) - 1) additions or subtractions. Weight-stationary, c K N
/// weights a copy are set when they change. Inputs are read once for both passes.
///   buffer bits  c P K C inputs, c P N outputs; of computed second operands what is encoded or set
///   weights      from the weight memory where there is one that holds them, from off-chip memory
///                otherwise: what is set, or each once, into the buffer, when output-stationary

namespace neucasl::performance_plugin {

struct PhotonicDemand {
  Demand common;  ///< Of what arrays and cores have alike.
  bool on_cores = false;
  double unit_symbols = 0.0;
  double input_share = 1.0;
  double weight_share = 1.0;
  double sum_share = 1.0;
  double conversions = 0.0;  ///< Of each converter together.
  double weight_bits = 0.0;  ///< Read from the weight memory.
  double units = 1.0;        ///< At work.
};

/// Events of a unit of cost that a demand causes.
double photonic_events(const Unit& unit, const PhotonicDemand& demand,
                       const architecture::Architecture& architecture,
                       const architecture::PhotonicPlan& plan);

/// Where weights lie that change or move.
enum class WeightPlace {
  banks,  ///< They stay in resonators.
  weight_memory,
  off_chip_memory
};

/// \throws base::Error "architecture.capacity" for weights that change, in a sample or because they
/// are `trained`, and that neither memory holds.
WeightPlace weight_place(const architecture::Architecture& architecture,
                         const architecture::PhotonicPlacement& placement,
                         const workload::Workload& workload,
                         const std::vector<architecture::OperationBits>& bits,
                         const std::vector<Unit>& units, bool trained);

struct PhotonicSetting {
  const architecture::Architecture& architecture;
  const architecture::PhotonicPlacement& placement;
  const workload::Workload& workload;
  const std::vector<architecture::OperationBits>& bits;  ///< Of each operation.
  const std::vector<Unit>& units;
  WeightPlace weights = WeightPlace::banks;
};

/// The demand of each operation.
/// \throws base::Error "performance.unsupported" for an operation that no component can do;
/// "architecture.hierarchy".
std::vector<PhotonicDemand> photonic_demands(const PhotonicSetting& setting);

/// Of each operation what arrays and cores have alike, for what works on that alone; and back.
std::vector<Demand> common_demands(const std::vector<PhotonicDemand>& demands);
void take_common_demands(const std::vector<Demand>& common, std::vector<PhotonicDemand>& demands);

}  // namespace neucasl::performance_plugin
