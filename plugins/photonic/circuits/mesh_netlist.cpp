#include "mesh_netlist.hpp"

#include <cmath>
#include <numbers>
#include <utility>

#include "bank_netlist.hpp"
#include "bench_parts.hpp"

namespace neucasl::photonic {
namespace {

using ir::Direction;
using ir::Discipline;
using ir::ModuleBuilder;
using ir::NetRef;

/// A module with buses "input" and "output" and one instance for each cell. Between two cells a
/// line is one bit of the bus "segment".
ir::ModuleId add_mesh(ir::Design& design, const std::string& name, const Mesh& mesh,
                      ir::ModuleId interferometer) {
  const auto lines = static_cast<std::uint32_t>(mesh.lines());
  ModuleBuilder builder(design, name);
  const NetRef input = builder.port("input", Discipline::optical, Direction::inout, lines);
  const NetRef output = builder.port("output", Discipline::optical, Direction::inout, lines);
  std::vector<std::size_t> last(lines, 0);  // cell, counted from 1, that ends the line
  for (std::size_t k = 0; k < mesh.cells.size(); ++k) {
    const auto line = static_cast<std::size_t>(mesh.cells[k].line);
    last[line] = last[line + 1] = k + 1;
  }
  const std::size_t segments = 2 * mesh.cells.size() - lines;
  NetRef segment;
  if (segments > 0) {
    segment = builder.net("segment", Discipline::optical, static_cast<std::uint32_t>(segments));
  }
  std::vector<NetRef> at;  // net on which each line has arrived
  for (std::size_t i = 0; i < lines; ++i) at.push_back(bit_of(input, i));
  std::size_t used = 0;
  for (std::size_t k = 0; k < mesh.cells.size(); ++k) {
    const MeshCell& cell = mesh.cells[k];
    const auto line = static_cast<std::size_t>(cell.line);
    const auto next = [&](std::size_t which) {
      return last[which] == k + 1 ? bit_of(output, which) : bit_of(segment, used++);
    };
    const NetRef upper = next(line);
    const NetRef lower = next(line + 1);
    builder.instance(numbered("cell", k), interferometer,
                     {{"input_1", at[line]},
                      {"input_2", at[line + 1]},
                      {"output_1", upper},
                      {"output_2", lower}},
                     {{"inner_phase", pure(cell.inner)}, {"outer_phase", pure(cell.outer)}});
    at[line] = upper;
    at[line + 1] = lower;
  }
  return builder.id();
}

/// Mixes a signal with its local oscillator; the voltage of "output" is transresistance x 2
/// responsivity Re(signal conj(oscillator)).
ir::ModuleId add_homodyne_receiver(ir::Design& design, const MeshBench& bench, ir::ModuleId laser) {
  const ir::ModuleId coupler = add_device(design, {"coupler", "directional_coupler", "", {}});
  const ir::ModuleId pair = add_balanced_receiver(design, bench.detector_card, bench.bias);
  ModuleBuilder builder(design, "homodyne_receiver");
  builder.parameter("transresistance", ohms(1e3));
  const NetRef signal = builder.port("signal", Discipline::optical, Direction::inout);
  const NetRef output = builder.port("output", Discipline::electrical, Direction::inout);
  const NetRef ground = builder.port("ground", Discipline::electrical, Direction::inout);
  const NetRef oscillator = builder.net("oscillator", Discipline::optical);
  const NetRef sum = builder.net("sum", Discipline::optical);
  const NetRef difference = builder.net("difference", Discipline::optical);
  builder.instance(
      "oscillator_laser", laser, {{"output", oscillator}},
      {{"power", watts(bench.oscillator_power)}, {"phase", pure(-0.5 * std::numbers::pi)}});
  builder.instance(
      "mixer", coupler,
      {{"input_1", signal}, {"input_2", oscillator}, {"output_1", sum}, {"output_2", difference}});
  builder.instance("pair", pair,
                   {{"plus", sum}, {"minus", difference}, {"output", output}, {"ground", ground}},
                   {{"transresistance", ir::Expression{"transresistance"}}});
  return builder.id();
}

/// Writes the bench from the lasers to the receivers.
class BenchWriter {
 public:
  BenchWriter(const MeshFactors& factors, const MeshBench& bench)
      : factors_(factors), bench_(bench), design_(first_design()) {}

  ir::Design write() {
    laser_ = add_device(design_, {"laser", "laser", "", {"power", "phase"}});
    termination_ = add_device(design_, {"termination", "termination", "", {}});
    shifter_ =
        add_device(design_, {"input_phase", "phase_shifter", "", {"phase", "insertion_loss_db"}});
    interferometer_ = add_device(design_, {"interferometer",
                                           "mach_zehnder_interferometer",
                                           bench_.interferometer_card,
                                           {"inner_phase", "outer_phase"}});
    const ir::ModuleId right = mesh("mesh_right", factors_.right);
    const ir::ModuleId left = mesh("mesh_left", factors_.left);
    const ir::ModuleId receiver = bench_.detector_card.empty()
                                      ? ir::ModuleId()
                                      : add_homodyne_receiver(design_, bench_, laser_);
    ModuleBuilder top(design_, "bench");
    design_.top = top.id();
    ground_ = top.net("ground", Discipline::electrical, 1, true);
    const auto inputs = static_cast<std::uint32_t>(factors_.inputs());
    const auto outputs = static_cast<std::uint32_t>(factors_.outputs());
    const NetRef encoded = add_inputs(top, inputs);
    const NetRef middle = add_stage(top, "right", right, encoded, "middle", inputs);
    const NetRef scaled = outputs == 1 ? top.net("output", Discipline::optical)
                                       : top.net("scaled", Discipline::optical, outputs);
    add_attenuators(top, middle, scaled);
    const NetRef output =
        outputs == 1 ? scaled : add_stage(top, "left", left, scaled, "output", outputs);
    add_receivers(top, receiver, output, outputs);
    return std::move(design_);
  }

 private:
  static ir::Design first_design() {
    ir::Design design;
    design.name = "mzi_mesh";
    return design;
  }

  ir::ModuleId mesh(const std::string& name, const Mesh& mesh) {
    return mesh.lines() < 2 ? ir::ModuleId() : add_mesh(design_, name, mesh, interferometer_);
  }

  NetRef add_inputs(ModuleBuilder& top, std::uint32_t inputs) {
    const NetRef source = top.net("source", Discipline::optical, inputs);
    const NetRef encoded = top.net("encoded", Discipline::optical, inputs);
    for (std::size_t k = 0; k < inputs; ++k) {
      const double x = bench_.inputs[k];
      top.instance(numbered("laser", k), laser_, {{"output", bit_of(source, k)}},
                   {{"power", watts(bench_.power * x * x)},
                    {"phase", pure(x < 0.0 ? std::numbers::pi : 0.0)}});
      top.instance(
          numbered("input_phase", k), shifter_,
          {{"port_1", bit_of(source, k)},
           {"port_2", bit_of(encoded, k)},
           {"positive", ground_},
           {"negative", ground_}},
          {{"phase", pure(factors_.right.input_phases[k])}, {"insertion_loss_db", pure(0.0)}});
    }
    return encoded;
  }

  /// A mesh behind `from`; one line alone needs none.
  NetRef add_stage(ModuleBuilder& top, const std::string& name, ir::ModuleId mesh, NetRef from,
                   const std::string& to, std::uint32_t lines) {
    if (!mesh.valid()) return from;
    const NetRef behind = top.net(to, Discipline::optical, lines);
    top.instance(name, mesh, {{"input", from}, {"output", behind}});
    return behind;
  }

  void terminate(ModuleBuilder& top, const std::string& name, NetRef net) {
    top.instance(name, termination_, {{"port", net}});
  }

  void add_attenuators(ModuleBuilder& top, NetRef middle, NetRef scaled) {
    const std::size_t count = factors_.attenuators.size();
    const NetRef dark = top.net("dark", Discipline::optical, static_cast<std::uint32_t>(count));
    const NetRef dump = top.net("dump", Discipline::optical, static_cast<std::uint32_t>(count));
    for (std::size_t k = 0; k < count; ++k) {
      const Attenuator& one = factors_.attenuators[k];
      terminate(top, numbered("dark_input", k), bit_of(dark, k));
      terminate(top, numbered("dump", k), bit_of(dump, k));
      top.instance(numbered("attenuator", k), interferometer_,
                   {{"input_1", bit_of(middle, k)},
                    {"input_2", bit_of(dark, k)},
                    {"output_1", bit_of(scaled, k)},
                    {"output_2", bit_of(dump, k)}},
                   {{"inner_phase", pure(one.inner)}, {"outer_phase", pure(one.outer)}});
    }
    for (auto k = count; k < static_cast<std::size_t>(factors_.inputs()); ++k) {
      terminate(top, numbered("surplus_input", k), bit_of(middle, k));
    }
    for (auto k = count; k < static_cast<std::size_t>(factors_.outputs()); ++k) {
      terminate(top, numbered("surplus_output", k), bit_of(scaled, k));
    }
  }

  void add_receivers(ModuleBuilder& top, ir::ModuleId receiver, NetRef output,
                     std::uint32_t outputs) {
    if (!receiver.valid()) {
      for (std::size_t k = 0; k < outputs; ++k) {
        terminate(top, numbered("absorber", k), bit_of(output, k));
      }
      return;
    }
    const double gain = factors_.scale / (2.0 * bench_.responsivity *
                                          std::sqrt(bench_.oscillator_power * bench_.power));
    const NetRef result = top.net("result", Discipline::electrical, outputs);
    for (std::size_t k = 0; k < outputs; ++k) {
      top.instance(
          numbered("receiver", k), receiver,
          {{"signal", bit_of(output, k)}, {"output", bit_of(result, k)}, {"ground", ground_}},
          {{"transresistance", ohms(gain)}});
    }
  }

  const MeshFactors& factors_;
  const MeshBench& bench_;
  ir::Design design_;
  ir::ModuleId laser_, termination_, shifter_, interferometer_;
  NetRef ground_;
};

}  // namespace

ir::Design mesh_design(const MeshFactors& factors, const MeshBench& bench) {
  return BenchWriter(factors, bench).write();
}

}  // namespace neucasl::photonic
