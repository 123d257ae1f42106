#include <algorithm>

#include "directed_logic.hpp"

namespace neucasl::photonic {
namespace {

const DirectedOutput& slowest_output(const DirectedLogic& plan) {
  return *std::max_element(plan.outputs.begin(), plan.outputs.end(),
                           [](const DirectedOutput& a, const DirectedOutput& b) {
                             return a.slowest.delay < b.slowest.delay;
                           });
}

results::Figure logic_figure(std::string key, std::string label, double value,
                             base::Dimension dimension, std::string method) {
  return results::make_figure(std::move(key), std::move(label), value, dimension, std::move(method),
                              "photonic");
}

std::string order_text(const DirectedLogic& plan, const DirectedOutput& output) {
  std::string text;
  for (const unsigned variable : output.choice.order) {
    text += (text.empty() ? "" : " ") + plan.input_ports[output.support[variable]];
  }
  return text;
}

results::Table fabric_table(const DirectedLogic& plan) {
  results::Table table{"fabrics", "Switches and levels of each output", {}};
  std::vector<std::string> name, order;
  std::vector<std::int64_t> switches, detectors, both;
  std::vector<double> low, high, below, above, loss;
  for (const DirectedOutput& output : plan.outputs) {
    name.push_back(output.name);
    order.push_back(order_text(plan, output));
    switches.push_back(static_cast<std::int64_t>(output.choice.fabric.switches.size()));
    detectors.push_back(static_cast<std::int64_t>(output.choice.fabric.detectors.size()));
    both.push_back(std::count_if(output.choice.fabric.switches.begin(),
                                 output.choice.fabric.switches.end(),
                                 [](const FabricSwitch& one) { return one.add >= 0; }));
    low.push_back(output.highest_low);
    high.push_back(output.lowest_high);
    below.push_back(output.threshold_low);
    above.push_back(output.threshold_high);
    loss.push_back(output.loss);
  }
  table.add("output", name).add("order_of_inputs", order);
  table.add("switches", switches).add("switches_with_two_inputs", both);
  table.add("detectors", detectors);
  table.add("highest_low", low, base::dimension::voltage);
  table.add("lowest_high", high, base::dimension::voltage);
  table.add("low_below", below, base::dimension::voltage);
  table.add("high_above", above, base::dimension::voltage);
  table.add("loss_db", loss);
  return table;
}

results::Table switch_table(const DirectedLogic& plan) {
  results::Table table{"switches", "Switches in the order that light meets them", {}};
  std::vector<std::string> name, output_name, input;
  std::vector<std::int64_t> from, add, through, drop;
  for (std::size_t o = 0; o < plan.outputs.size(); ++o) {
    const DirectedOutput& output = plan.outputs[o];
    for (std::size_t k = 0; k < output.choice.fabric.switches.size(); ++k) {
      const FabricSwitch& one = output.choice.fabric.switches[k];
      name.push_back("out" + std::to_string(o) + "_switch_" + std::to_string(k));
      output_name.push_back(output.name);
      input.push_back(plan.input_ports[output.support[one.variable]]);
      from.push_back(one.input);
      add.push_back(one.add);
      through.push_back(one.through);
      drop.push_back(one.drop);
    }
  }
  table.add("switch", name).add("output", output_name).add("driven_by", input);
  table.add("light_at_input", from).add("light_at_add", add);
  table.add("light_at_through", through).add("light_at_drop", drop);
  return table;
}

void add_logic_figures(const DirectedLogic& plan, plugin::LogicDesign& design) {
  double contrast = 0.0;
  double loss = 0.0;
  for (const DirectedOutput& output : plan.outputs) {
    if (output.support.empty()) continue;
    const double reached = output.lowest_high / std::max(output.highest_low, 1e-300);
    contrast = contrast == 0.0 ? reached : std::min(contrast, reached);
    loss = std::max(loss, output.loss);
  }
  design.figures.push_back(logic_figure(
      "lasers", "Lasers", static_cast<double>(plan.outputs.size()), {}, "One for each output"));
  design.figures.push_back(logic_figure("detectors", "Photodetectors",
                                        static_cast<double>(plan.detectors()), {},
                                        "One where each path of light of a 1 ends"));
  design.figures.push_back(
      logic_figure("largest_loss_db", "Largest loss from laser to detectors, dB", loss, {},
                   "Coupled-mode response of every switch, the worst row in which an output is 1"));
  if (contrast > 0.0) {
    design.figures.push_back(
        logic_figure("least_contrast", "Least ratio of the worst 1 to the worst 0", contrast, {},
                     "Coupled-mode response of every switch, all rows of each output's inputs, "
                     "fields added with their phases"));
  }
}

}  // namespace

plugin::LogicDesign map_directed_logic(const plugin::LogicRequest& request,
                                       plugin::Context& context) {
  const DirectedLogic plan = plan_directed_logic(request, context);
  plugin::LogicDesign design;
  design.design = directed_logic_design(plan, "directed_logic");
  design.realised = read_directed_logic(design.design, request.network);
  design.cells = plan.switches();
  design.cell_name = "disk switches";
  design.delay = slowest_output(plan).slowest.delay;
  double drivers = 0.0;
  for (unsigned i = 0; i < plan.input_ports.size(); ++i) {
    drivers += 0.5 * static_cast<double>(plan.driven_by(i)) * plan.parts.junction_capacitance *
               plan.parts.drive * plan.parts.drive;
  }
  design.energy = plan.electrical_power() * design.delay + drivers;
  design.method =
      "Delay: R C ln(detuning at 0 in half widths) of the junction, 1.23 lifetimes of each disk "
      "that fills, 1.92 of each whose field turns its sign, 0.35 of one that light passes by, ln 2 "
      "times transit time and load. Energy: electrical power of the lasers over that delay, and "
      "C V^2 / 2 of every junction";
  add_logic_figures(plan, design);
  design.tables = {fabric_table(plan), switch_table(plan)};
  design.uses = plan.uses;
  return design;
}

}  // namespace neucasl::photonic
