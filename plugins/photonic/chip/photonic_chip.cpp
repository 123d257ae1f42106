#include "photonic_chip.hpp"

#include <algorithm>

#include "../circuits/bank_netlist.hpp"
#include "chip_levels.hpp"
#include "neucasl/base/text.hpp"
#include "neucasl/precision/precision_map.hpp"

namespace neucasl::photonic {
namespace {

using architecture::ComponentKind;
using ir::Direction;
using ir::Discipline;
using ir::ModuleBuilder;
using ir::NetRef;

std::int64_t integer(std::size_t value) { return static_cast<std::int64_t>(value); }

/// Bits that the converters of an operand have; throws when a layer asks for more.
void require_bits(const architecture::Architecture& chip, const precision::LayerPrecision& layer,
                  bool weights, device::UseList& uses) {
  const architecture::Component& dac =
      *architecture::find_component(chip, ComponentKind::dac, weights);
  const double there = dac.numbers.si("bits", base::dimension::none, uses);
  const int asked = weights ? layer.weight_bits : layer.activation_bits;
  if (asked <= there) return;
  throw base::Error(
      "photonic.precision",
      base::concatenate({"layer '", layer.layer, "' has ", weights ? "weights" : "inputs", " of ",
                         std::to_string(asked), " bits, '", dac.name, "' converts ",
                         base::shortest(there)}),
      "give the layer " + base::shortest(there) + " bits, or converters with more",
      dac.numbers.find("bits")->where);
}

class PhotonicChip {
 public:
  explicit PhotonicChip(const plugin::ChipRequest& request)
      : request_(request), chip_(described(request)) {}

  plugin::ChipDesign build() {
    ir::Design& design = result_.design;
    design.name = request_.network.name + "_chip";
    const DescribedCore core = read_core(chip_, result_.uses);
    const ChipPlan plan{design, chip_, core, result_.uses};
    const LevelModule inner = add_level(plan, chip_.core(), nullptr);
    const LevelModule tile = add_level(plan, chip_.tile(), &inner);
    const LevelModule chip = add_level(plan, chip_.chip, &tile);
    add_programs();
    add_system(chip);
    return std::move(result_);
  }

 private:
  static const architecture::Architecture& described(const plugin::ChipRequest& request) {
    const architecture::Architecture* chip = request.architecture.description.get();
    if (chip != nullptr && chip->core().kind == architecture::LevelKind::photonic_core) {
      return *chip;
    }
    throw base::Error("photonic.description",
                      "'" + request.architecture.id + "' has no photonic cores",
                      "give the description of a photonic chip, or the front end 'memristor'",
                      request.architecture.where);
  }

  void add_programs() {
    request_.precision.check(request_.network);
    const workload::Workload work = workload::from_network(request_.network);
    const architecture::PhotonicPlacement placement =
        architecture::place_photonic(chip_, work, result_.uses);
    for (const architecture::PhotonicOperation& placed : placement.operations) {
      add_program(work.operations[placed.operation], placed);
    }
  }

  void add_program(const workload::Operation& operation,
                   const architecture::PhotonicOperation& placed) {
    const network::Layer& layer = layer_of(operation.name);
    const precision::LayerPrecision& bits = request_.precision.at(layer.name);
    for (const bool weights : {false, true}) require_bits(chip_, bits, weights, result_.uses);
    const precision::QuantisedTensor quantised =
        precision::quantise_symmetric(layer.weight, bits.weight_bits);
    const double top = (1 << (bits.weight_bits - 1)) - 1;
    std::vector<double> values;
    values.reserve(quantised.value.size());
    for (const int value : quantised.value) values.push_back(value / top);
    ModuleBuilder program(result_.design, "program_" + layer.name);
    program.attribute("role", "program");
    program.attribute("layer", layer.name);
    program.parameter("weight_bits", std::int64_t{bits.weight_bits});
    program.parameter("activation_bits", std::int64_t{bits.activation_bits});
    program.parameter("weight_scale", base::Quantity{quantised.scale * top, {}});
    program.parameter("depth_blocks", integer(placed.depth_blocks));
    program.parameter("output_blocks", integer(placed.output_blocks));
    program.parameter("position_blocks", integer(placed.position_blocks));
    program.parameter("blocks", integer(placed.blocks));
    program.parameter("copies", integer(placed.copies));
    program.parameter("rounds", integer(placed.rounds));
    program.parameter("symbols", base::Quantity{placed.symbols, {}});
    program.table("weights", static_cast<std::uint32_t>(operation.product.depth),
                  static_cast<std::uint32_t>(operation.product.outputs), {}, std::move(values));
    program.port("out", Discipline::digital, Direction::output);
    programs_.push_back(program.id());
  }

  const network::Layer& layer_of(const std::string& name) const {
    for (const network::LayerId id : request_.network.matrix_layers()) {
      if (request_.network.layers[id].name == name) return request_.network.layers[id];
    }
    throw base::Error("photonic.description", "the network has no matrix layer '" + name + "'",
                      "map a network of layers with weights", request_.architecture.where);
  }

  void add_system(const LevelModule& chip) {
    ModuleBuilder top(result_.design, "system", false, request_.architecture.where);
    top.attribute("role", "chip");
    top.attribute("cores", "photonic");
    top.attribute("network", request_.network.name);
    top.attribute("architecture", chip_.id);
    const NetRef in = top.port("in", Discipline::digital, Direction::input);
    const NetRef out = top.port("out", Discipline::digital, Direction::output);
    const NetRef high = top.port("high", Discipline::electrical, Direction::inout);
    const NetRef low = top.port("low", Discipline::electrical, Direction::inout);
    for (const ir::ModuleId program : programs_) {
      top.instance(result_.design.module(program).name, program, {{"out", in}});
    }
    for (std::size_t c = 0; c < chip_.chip.count; ++c) {
      top.instance(numbered(chip_.chip.name, c), chip.id,
                   {{"in", in}, {"out", out}, {"high", high}, {"low", low}});
    }
    result_.design.top = top.id();
  }

  const plugin::ChipRequest& request_;
  const architecture::Architecture& chip_;
  std::vector<ir::ModuleId> programs_;
  plugin::ChipDesign result_;
};

}  // namespace

plugin::ChipDesign build_photonic_chip(const plugin::ChipRequest& request) {
  return PhotonicChip(request).build();
}

}  // namespace neucasl::photonic
