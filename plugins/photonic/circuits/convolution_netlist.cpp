#include "convolution_netlist.hpp"

#include "bank_netlist.hpp"
#include "bench_parts.hpp"
#include "neucasl/base/quantity.hpp"
#include "neucasl/base/text.hpp"

namespace neucasl::photonic {
namespace {

using ir::Direction;
using ir::Discipline;
using ir::ModuleBuilder;
using ir::NetRef;

/// Drive voltage of a modulator over the number of the symbol, in steps.
std::string step_formula(const std::vector<std::vector<double>>& drives, std::size_t modulator) {
  const auto value = [&](std::size_t symbol) {
    return '(' + base::shortest(drives[symbol][modulator]) + ')';
  };
  std::string text = value(drives.size() - 1) + " + 0 * v(symbol)";
  for (std::size_t s = drives.size() - 1; s-- > 0;) {
    text = base::concatenate(
        {"(v(symbol) < ", std::to_string(s), ".5 ? ", value(s), " : ", text, ")"});
  }
  return text;
}

ir::ModuleId add_driver(ir::Design& design, const std::string& name, const std::string& formula) {
  ModuleBuilder builder(design, name, true);
  builder.attribute("element", "behavioural_voltage_source");
  builder.attribute("formula", formula);
  for (const char* pin : {"p", "n", "symbol"}) {
    builder.port(pin, Discipline::electrical, Direction::inout);
  }
  return builder.id();
}

}  // namespace

ir::Design convolution_design(const ConvolutionBench& bench, const ModulatorRow& modulators,
                              const WeightMemory& memory, const ConvolutionSetting& setting) {
  ir::Design design;
  design.name = "convolution_unit";
  const auto count = static_cast<std::uint32_t>(bench.plan.channels());
  const ir::ModuleId comb = add_comb(design);
  const ir::ModuleId row = add_modulators(
      design, {"modulators", modulators.add_primitive(design), modulators.parameters()});
  const ir::ModuleId disk = add_device(
      design, {"weight_disk", memory.disk().model(), memory.disk().card(), TunedDisk::declared()});
  const ir::ModuleId bank = add_bank(
      design, {"weights", disk, memory.disk_parameters(setting.errors), bench.guide, true});
  const ir::ModuleId cells = memory.add_cells(design, setting.conductances);
  const ir::ModuleId source = add_voltage_source(design);
  const ir::ModuleId receiver =
      add_balanced_receiver(design, bench.detector_card, bench.detector_bias);
  const ir::ModuleId rectifier =
      bench.activation ? bench.activation->add_to(design) : ir::ModuleId();
  std::vector<ir::ModuleId> drivers;
  for (std::size_t k = 0; k < count; ++k) {
    drivers.push_back(add_driver(design, numbered("driver", k), step_formula(setting.drives, k)));
  }
  ModuleBuilder top(design, "bench");
  design.top = top.id();
  const NetRef ground = top.net("ground", Discipline::electrical, 1, true);
  const NetRef ambient = top.net("ambient", Discipline::thermal, 1, true);
  const NetRef symbol = top.net("symbol_voltage", Discipline::electrical);
  const NetRef drive = top.net("drive", Discipline::electrical, count);
  const NetRef bias = top.net("bias", Discipline::electrical, count);
  const NetRef light = top.net("light", Discipline::optical);
  const NetRef modulated = top.net("modulated", Discipline::optical);
  const NetRef drop = top.net("drop", Discipline::optical);
  const NetRef through = top.net("through", Discipline::optical);
  const NetRef result = top.net("result", Discipline::electrical);
  top.instance("symbol", source, {{"p", symbol}, {"n", ground}}, {{"voltage", volts(0.0)}});
  for (std::size_t k = 0; k < count; ++k) {
    top.instance(numbered("drive_source", k), drivers[k],
                 {{"p", bit_of(drive, k)}, {"n", ground}, {"symbol", symbol}});
  }
  top.instance("comb", comb, {{"output", light}}, comb_parameters(bench.plan, bench.power));
  top.instance("modulators", row,
               {{"input", light},
                {"output", modulated},
                {"drive", drive},
                {"ground", ground},
                {"ambient", ambient}});
  top.instance("weights", bank,
               {{"input", modulated},
                {"drop", drop},
                {"through", through},
                {"bias", bias},
                {"ground", ground},
                {"ambient", ambient}});
  top.instance("memory", cells, {{"bias", bias}, {"ground", ground}});
  top.instance("receiver", receiver,
               {{"plus", drop}, {"minus", through}, {"output", result}, {"ground", ground}},
               {{"transresistance", ohms(bench.transresistance)}});
  if (bench.activation) {
    const NetRef activated = top.net("activated", Discipline::electrical);
    top.instance("activation", rectifier,
                 {{"input", result}, {"output", activated}, {"ground", ground}});
  }
  return design;
}

}  // namespace neucasl::photonic
