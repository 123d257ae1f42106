#include "front_end.hpp"

#include "circuits/circuits.hpp"
#include "described_parts.hpp"
#include "logic/stateful_logic.hpp"
#include "neucasl/ir/verifier.hpp"
#include "tile.hpp"

namespace neucasl::memristor_plugin {
namespace {

using base::Quantity;
using ir::Direction;
using ir::Discipline;
using ir::ModuleBuilder;
using ir::NetRef;

std::int64_t whole(std::size_t value) { return static_cast<std::int64_t>(value); }

void describe_layer(ModuleBuilder& module, const ChipParts& parts, const mapping::LayerPlan& plan,
                    const mapping::LayerCalibration& calibration) {
  const mapping::Architecture& architecture = parts.architecture;
  module.attribute("role", "layer");
  module.attribute("layer", plan.name);
  if (plan.encoding == architecture::Encoding::offset) module.attribute("encoding", "offset");
  if (!architecture.analog_subtraction) module.attribute("subtraction", "digital");
  module.parameter("weight_bits", std::int64_t{plan.weight_bits});
  module.parameter("activation_bits", std::int64_t{plan.activation_bits});
  module.parameter("bits_per_cell", std::int64_t{architecture.bits_per_cell});
  module.parameter("slices", std::int64_t{plan.slices});
  module.parameter("dac_bits", std::int64_t{architecture.dac_bits});
  module.parameter("adc_bits", std::int64_t{architecture.adc_bits});
  module.parameter("input_cycles", std::int64_t{plan.input_cycles});
  module.parameter("depth", whole(plan.depth));
  module.parameter("outputs", whole(plan.outputs));
  module.parameter("positions", whole(plan.positions));
  module.parameter("weight_scale", Quantity{plan.weight.scale, {}});
  module.parameter("input_scale", Quantity{calibration.input_scale, {}});
  module.parameter("read_voltage", Quantity{parts.levels.read_voltage, base::dimension::voltage});
  module.parameter("pulse_time", Quantity{architecture.pulse_time, base::dimension::time});
  module.parameter("conductance_min",
                   Quantity{parts.levels.conductance_min, base::dimension::conductance});
  module.parameter("conductance_max",
                   Quantity{parts.levels.conductance_max, base::dimension::conductance});
  const double level = parts.levels.conductance(1, architecture.bits_per_cell) -
                       parts.levels.conductance(0, architecture.bits_per_cell);
  const double code = parts.levels.read_voltage / ((1 << architecture.dac_bits) - 1);
  for (std::size_t k = 0; k < calibration.full_scale.size(); ++k) {
    module.parameter("full_scale_" + std::to_string(k),
                     Quantity{calibration.full_scale[k] * level * code, base::dimension::current});
  }
}

/// Partial sums of the row blocks added, and the activation. A described chip has its parts of them
/// for each array, and adds what is beyond the first block.
void add_sums(const ChipParts& parts, ModuleBuilder& module, const mapping::LayerPlan& plan,
              std::size_t row_blocks, NetRef partial, NetRef out) {
  const mapping::Architecture& architecture = parts.architecture;
  const bool described = costs_described(architecture);
  const auto results = static_cast<double>(plan.positions * plan.outputs);
  const auto arrays = static_cast<double>(plan.tiles.size());
  const auto share = [&](architecture::ComponentKind kind) {
    return described ? arrays * parts_of_array(architecture, kind) : 1.0;
  };
  struct Step {
    std::string name;
    ir::ModuleId master;
    double operations;
    architecture::ComponentKind kind;
  };
  std::vector<Step> steps;
  if (parts.periphery.accumulator.valid()) {
    const auto blocks = static_cast<double>(described ? row_blocks - 1 : row_blocks);
    steps.push_back({"accumulator", parts.periphery.accumulator, results * blocks,
                     architecture::ComponentKind::accumulator});
  }
  if (parts.periphery.activation_unit.valid()) {
    steps.push_back({"activation_unit", parts.periphery.activation_unit, results,
                     architecture::ComponentKind::activation_unit});
  }
  NetRef from = partial;
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const bool last = k + 1 == steps.size();
    const NetRef to = last ? out : module.net("sum", Discipline::digital);
    module.instance(steps[k].name, steps[k].master, {{"in", from}, {"out", to}},
                    work(architecture, steps[k].operations, share(steps[k].kind)));
    from = to;
  }
}

ir::ModuleId add_layer(const ChipParts& parts, const mapping::LayerPlan& plan,
                       const mapping::LayerCalibration& calibration) {
  std::vector<ir::ModuleId> tiles;
  for (std::size_t t = 0; t < plan.tiles.size(); ++t) {
    tiles.push_back(add_tile(parts, plan, t, calibration));
  }
  ModuleBuilder module(parts.design, "layer_" + plan.name, false, parts.architecture.where);
  describe_layer(module, parts, plan, calibration);
  const NetRef in = module.port("in", Discipline::digital, Direction::input);
  const NetRef out = module.port("out", Discipline::digital, Direction::output);
  const bool adds = parts.periphery.accumulator.valid() || parts.periphery.activation_unit.valid();
  const NetRef partial = adds ? module.net("partial", Discipline::digital) : out;
  std::size_t row_blocks = 0;
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    module.instance("tile_" + std::to_string(t), tiles[t], {{"in", in}, {"out", partial}});
    if (plan.tiles[t].output_first == 0) ++row_blocks;
  }
  add_sums(parts, module, plan, row_blocks, partial, out);
  return module.id();
}

/// Accesses of 256 bits, or of what a description says: each layer reads its inputs once and writes
/// its results once.
double buffer_accesses(const network::Network& network, const mapping::Architecture& architecture,
                       const std::vector<mapping::LayerPlan>& plans) {
  const std::vector<network::Shape> shapes = network.shapes();
  double bits = 0.0;
  for (const mapping::LayerPlan& plan : plans) {
    const std::size_t words =
        network.input_shape(plan.layer, shapes).size() + shapes[plan.layer].size();
    bits += static_cast<double>(words) * plan.activation_bits;
  }
  constexpr double access_width = 256.0;
  const bool described = costs_described(architecture);
  return bits /
         (described ? width_of(architecture, architecture::ComponentKind::buffer) : access_width);
}

void add_buffer(const ChipParts& parts, ModuleBuilder& chip, const plugin::ChipRequest& request,
                const std::vector<mapping::LayerPlan>& plans, NetRef in, NetRef out) {
  const mapping::Architecture& architecture = parts.architecture;
  double share = 1.0;
  if (costs_described(architecture)) {
    double arrays = 0.0;
    for (const mapping::LayerPlan& plan : plans) arrays += static_cast<double>(plan.tiles.size());
    share = arrays * parts_of_array(architecture, architecture::ComponentKind::buffer);
  }
  chip.instance("buffer", parts.periphery.buffer, {{"in", in}, {"out", out}},
                work(architecture, buffer_accesses(request.network, architecture, plans), share));
}

void add_chip(const ChipParts& parts, const plugin::ChipRequest& request,
              const std::vector<mapping::LayerPlan>& plans,
              const std::vector<mapping::LayerCalibration>& calibration) {
  std::vector<ir::ModuleId> layers;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    layers.push_back(add_layer(parts, plans[i], calibration[i]));
  }
  ModuleBuilder chip(parts.design, "chip", false, parts.architecture.where);
  chip.attribute("role", "chip");
  chip.attribute("network", request.network.name);
  chip.attribute("architecture", request.architecture.id);
  chip.attribute("device", request.device.id);
  chip.attribute("periphery", request.periphery.id);
  const NetRef in = chip.port("in", Discipline::digital, Direction::input);
  const NetRef out = chip.port("out", Discipline::digital, Direction::output);
  NetRef link = in;
  if (parts.periphery.buffer.valid()) {
    link = chip.net("buffered", Discipline::digital);
    add_buffer(parts, chip, request, plans, in, link);
  }
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const NetRef next =
        i + 1 == layers.size() ? out : chip.net("after_" + plans[i].name, Discipline::digital);
    chip.instance(plans[i].name, layers[i], {{"in", link}, {"out", next}});
    link = next;
  }
  parts.design.top = chip.id();
}

}  // namespace

plugin::ChipDesign MemristorFrontEnd::build_chip(const plugin::ChipRequest& request,
                                                 plugin::Context& context) {
  plugin::ChipDesign result;
  result.design.name = request.network.name + "_chip";
  const architecture::Architecture* described = request.architecture.description.get();
  if (described != nullptr && described->core().kind != architecture::LevelKind::array_group) {
    throw base::Error("memristor.description",
                      "'" + request.architecture.id + "' has no groups of arrays",
                      "give a chip of arrays, or the front end 'photonic' for photonic cores",
                      request.architecture.where);
  }
  if (request.device.family != "memristor") {
    throw base::Error(
        "memristor.device",
        "card '" + request.device.id + "' is of family '" + request.device.family + "'",
        "give a card of family 'memristor'", request.device.where);
  }
  const mapping::CellLevels levels = mapping::read_cell_levels(request.device, result.uses);
  const std::vector<mapping::LayerPlan> plans =
      mapping::plan_layers(request.network, request.precision, request.architecture);
  const std::vector<mapping::LayerCalibration> calibration = mapping::calibrate(
      request.network, plans, request.architecture, request.calibration_images,
      request.calibration_count, mapping::lowest_level(levels, request.architecture.bits_per_cell));
  context.cancel.throw_if_requested();
  const Periphery periphery =
      add_periphery(result.design, request.device.id, request.architecture, request.periphery.id);
  add_chip({result.design, request.architecture, levels, periphery}, request, plans, calibration);
  if (!ir::verify(result.design, *context.diagnostics)) context.diagnostics->throw_if_error();
  return result;
}

plugin::LogicDesign MemristorFrontEnd::map_logic(const plugin::LogicRequest& request,
                                                 plugin::Context& context) {
  plugin::LogicDesign result = memristor_logic::map_logic(request, context);
  if (!ir::verify(result.design, *context.diagnostics)) context.diagnostics->throw_if_error();
  return result;
}

plugin::LogicCheck MemristorFrontEnd::check_logic(const plugin::LogicRequest& request,
                                                  const plugin::LogicDesign& /*design*/,
                                                  std::span<const std::uint64_t> rows,
                                                  plugin::CircuitSimulator& simulator,
                                                  plugin::Context& context) {
  return memristor_logic::check_logic(request, rows, simulator, context);
}

plugin::CircuitDesign MemristorFrontEnd::build_circuit(const plugin::CircuitRequest& request,
                                                       plugin::Context& context) {
  plugin::CircuitDesign result = memristor_circuits::build(request, context);
  if (!ir::verify(result.design, *context.diagnostics)) context.diagnostics->throw_if_error();
  return result;
}

}  // namespace neucasl::memristor_plugin
