#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <set>

#include "../circuits/card_values.hpp"
#include "directed_logic.hpp"
#include "neucasl/logic/simulation.hpp"

namespace neucasl::photonic {
namespace {

constexpr unsigned most_support = 14;

/// Inputs that an output's cone reaches, by position.
std::vector<unsigned> cone_inputs(const logic::Network& network, logic::NodeIndex root) {
  std::vector<char> seen(network.nodes().size(), 0);
  std::vector<logic::NodeIndex> stack{root};
  seen[root] = 1;
  while (!stack.empty()) {
    const logic::NodeIndex node = stack.back();
    stack.pop_back();
    for (const logic::NodeIndex fanin : network.node(node).fanins) {
      if (seen[fanin] == 0) {
        seen[fanin] = 1;
        stack.push_back(fanin);
      }
    }
  }
  std::vector<unsigned> inputs;
  for (std::size_t i = 0; i < network.inputs().size(); ++i) {
    if (seen[network.inputs()[i]] != 0) inputs.push_back(static_cast<unsigned>(i));
  }
  return inputs;
}

/// Values of an output over the rows of some inputs, the others 0.
std::string table_over(const logic::Network& network, logic::NodeIndex root,
                       const std::vector<unsigned>& inputs) {
  const std::size_t rows = std::size_t{1} << inputs.size();
  std::string table(rows, '0');
  for (std::size_t first = 0; first < rows; first += 64) {
    std::vector<std::uint64_t> words(network.inputs().size(), 0);
    const std::size_t count = std::min<std::size_t>(64, rows - first);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      for (std::size_t k = 0; k < count; ++k) {
        words[inputs[i]] |= (((first + k) >> i) & std::uint64_t{1}) << k;
      }
    }
    const std::uint64_t values = logic::simulate_nodes(network, words)[root];
    for (std::size_t k = 0; k < count; ++k) {
      if (((values >> k) & 1U) != 0) table[first + k] = '1';
    }
  }
  return table;
}

bool depends(const std::string& table, std::size_t variable) {
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (table[row] != table[row ^ (std::size_t{1} << variable)]) return true;
  }
  return false;
}

/// The inputs that the function of the cone truly depends on.
std::vector<unsigned> support_of(const std::string& table, const std::vector<unsigned>& inputs) {
  std::vector<unsigned> support;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (depends(table, i)) support.push_back(inputs[i]);
  }
  return support;
}

DirectedLogicParts read_parts(const plugin::ParameterSet& parameters, const TunedDisk& disk,
                              const device::Library& cards, device::UseList& uses) {
  DirectedLogicParts parts;
  parts.switch_card = disk.card();
  parts.laser_card = parameters.text("laser_card");
  parts.detector_card = parameters.text("detector_card");
  parts.drive = parameters.si("drive_voltage");
  parts.laser_power = parameters.si("laser_power");
  parts.load = parameters.si("load_resistance");
  parts.bias = parameters.si("bias_voltage");
  const CardValues laser(cards, parts.laser_card, "laser", uses, parameters.where("laser_card"));
  parts.wall_plug = laser["wall_plug_efficiency"];
  parts.detector =
      photodiode_values(cards, parts.detector_card, uses, parameters.where("detector_card"));
  parts.wavelength = disk.wavelength();
  parts.trim = disk.trim(parts.wavelength, -parts.drive);
  parts.junction_time = disk.series_resistance() * disk.capacitance();
  parts.junction_capacitance = disk.capacitance();
  parts.lifetime = disk.lifetime();
  parts.off_detuning = std::abs(disk.detuning(parts.wavelength, parts.trim, 0.0));
  return parts;
}

FabricOptics optics_of(const TunedDisk& disk, const DirectedLogicParts& parts) {
  return {disk.response(parts.wavelength, parts.wavelength, parts.trim, -parts.drive),
          disk.response(parts.wavelength, parts.wavelength, parts.trim, 0.0)};
}

/// Sets levels, thresholds and loss.
void find_levels(const DirectedLogic& plan, const FabricOptics& optics, const std::string& table,
                 DirectedOutput& output) {
  const SwitchFabric& fabric = output.choice.fabric;
  double least = 1e300;
  double most = 0.0;
  for (std::size_t row = 0; row < table.size(); ++row) {
    const double share = optics.total(fabric, row);
    if (table[row] == '1') {
      least = std::min(least, share);
    } else {
      most = std::max(most, share);
    }
  }
  // A constant output has the level that it lacks at the end of the range.
  if (least > 1.0) least = 1.0;
  const std::size_t detectors = fabric.detectors.size();
  output.lowest_high = plan.level(least, detectors);
  output.highest_low = plan.level(most, detectors);
  output.loss = -10.0 * std::log10(least);
  const double guard = (output.lowest_high - output.highest_low) / 3.0;
  output.threshold_low = output.highest_low + guard;
  output.threshold_high = output.lowest_high - guard;
}

/// From half of the input's edge to half of the output's: the junction until the switch is within
/// half a width of its resonance, the power of the fields, and the detectors' currents at the load.
double delay_of(const DirectedLogicParts& parts, const FollowingFields& fields,
                std::size_t detectors) {
  const double junction = parts.junction_time * std::log(std::max(parts.off_detuning, 2.0));
  // Half of the power is the root of half of the amplitude; a field of the other sign has twice as
  // far to go. Light that passes a disk by is halved as soon as the disk takes up its share.
  const double filling = -std::log1p(-std::numbers::sqrt2 / 2.0);
  const double turning = filling + std::numbers::ln2;
  const double passing = std::numbers::ln2 / 2.0;
  const double field = parts.lifetime * (fields.filled * filling + fields.turned * turning +
                                         fields.passed * passing);
  const double load = parts.load * static_cast<double>(detectors) * parts.detector.capacitance;
  return junction + field + std::numbers::ln2 * (parts.detector.transit + load);
}

std::uint64_t network_row(std::size_t row, const std::vector<unsigned>& support) {
  std::uint64_t result = 0;
  for (std::size_t i = 0; i < support.size(); ++i) {
    result |= static_cast<std::uint64_t>((row >> i) & 1U) << support[i];
  }
  return result;
}

void find_slowest(const DirectedLogicParts& parts, const std::string& table,
                  DirectedOutput& output) {
  const SwitchFabric& fabric = output.choice.fabric;
  for (std::size_t high = 0; high < table.size(); ++high) {
    if (table[high] != '1') continue;
    for (unsigned i = 0; i < output.support.size(); ++i) {
      const std::size_t low = high ^ (std::size_t{1} << i);
      if (table[low] == '1') continue;
      const auto fields = fields_behind(fabric, high, i);
      if (!fields) continue;
      const double delay = delay_of(parts, *fields, fabric.detectors.size());
      if (delay <= output.slowest.delay) continue;
      output.slowest = {network_row(low, output.support), network_row(high, output.support),
                        output.support[i], delay};
    }
  }
}

[[noreturn]] void refuse(const std::string& message, const std::string& remedy,
                         const base::Location& where) {
  throw base::Error("photonic.logic", message, remedy, where);
}

/// The fewest switches that keep the contrast.
void choose_fabric(const DirectedLogic& plan, const FabricOptics& optics, const std::string& table,
                   const plugin::ParameterSet& parameters, DirectedOutput& output,
                   const base::Location& where) {
  const auto most = static_cast<std::size_t>(parameters.integer("most_switches"));
  const double contrast = parameters.si("contrast");
  const bool constant = output.support.empty();
  double best = 0.0;
  double loss = 0.0;
  std::vector<FabricChoice> choices = fabric_choices(table, most);
  if (choices.empty()) {
    refuse("output '" + output.name + "' needs more than " + std::to_string(most) + " switches",
           "raise 'most_switches', or divide the function: light is not amplified between parts",
           where);
  }
  for (FabricChoice& choice : choices) {
    output.choice = std::move(choice);
    find_levels(plan, optics, table, output);
    const double reached = output.lowest_high / std::max(output.highest_low, 1e-300);
    if (constant || reached >= contrast) return;
    if (reached > best) {
      best = reached;
      loss = output.loss;
    }
  }
  char reached_text[32];
  char loss_text[32];
  std::snprintf(reached_text, sizeof reached_text, "%.3g", best);
  std::snprintf(loss_text, sizeof loss_text, "%.3g", loss);
  refuse("output '" + output.name + "' of " + std::to_string(output.support.size()) +
             " inputs reaches a contrast of " + reached_text + " with a loss of " + loss_text +
             " dB, " + base::shortest(contrast) + " is asked for",
         "raise 'drive_voltage', take a switch of higher quality, lower 'contrast' to at most " +
             std::string(reached_text) + ", or divide the function",
         where);
}

std::string identifier_from(const std::string& name, std::set<std::string>& taken) {
  std::string result;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    result += plain ? c : '_';
  }
  if (result.empty() || (result[0] >= '0' && result[0] <= '9')) result.insert(0, "n_");
  std::string unique = result;
  for (int k = 2; !taken.insert(unique).second; ++k) unique = result + '_' + std::to_string(k);
  return unique;
}

void check_bias(const DirectedLogic& plan, const plugin::ParameterSet& parameters) {
  const double most = plan.parts.laser_power * plan.parts.detector.responsivity * plan.parts.load;
  if (most <= plan.parts.bias - 0.1) return;
  refuse("the light of a laser makes " + base::to_engineering({most, base::dimension::voltage}) +
             " at the load, which takes detectors out of their bias of " +
             base::to_engineering({plan.parts.bias, base::dimension::voltage}),
         "lower 'laser_power' or 'load_resistance'; a level of " +
             base::to_engineering({plan.parts.bias - 0.1, base::dimension::voltage}) + " fits",
         parameters.where("load_resistance"));
}

DirectedOutput plan_output(const DirectedLogic& plan, const FabricOptics& optics,
                           const logic::Network& network, const logic::Output& from,
                           const plugin::ParameterSet& parameters) {
  DirectedOutput output;
  output.name = from.name;
  const base::Location where = from.where.known() ? from.where : network.node(from.node).where;
  const std::vector<unsigned> cone = cone_inputs(network, from.node);
  if (cone.size() > most_support) {
    refuse("output '" + from.name + "' depends on " + std::to_string(cone.size()) + " inputs",
           "up to " + std::to_string(most_support) + " inputs of one output fit", where);
  }
  output.support = support_of(table_over(network, from.node, cone), cone);
  const std::string table = table_over(network, from.node, output.support);
  choose_fabric(plan, optics, table, parameters, output, where);
  find_slowest(plan.parts, table, output);
  return output;
}

}  // namespace

std::size_t DirectedLogic::switches() const {
  std::size_t count = 0;
  for (const DirectedOutput& output : outputs) count += output.choice.fabric.switches.size();
  return count;
}

std::size_t DirectedLogic::detectors() const {
  std::size_t count = 0;
  for (const DirectedOutput& output : outputs) count += output.choice.fabric.detectors.size();
  return count;
}

std::size_t DirectedLogic::driven_by(unsigned input) const {
  std::size_t count = 0;
  for (const DirectedOutput& output : outputs) {
    for (const FabricSwitch& one : output.choice.fabric.switches) {
      count += output.support[one.variable] == input ? 1 : 0;
    }
  }
  return count;
}

double DirectedLogic::level(double share, std::size_t detectors) const {
  const auto count = static_cast<double>(detectors);
  const double photocurrent = parts.detector.responsivity * parts.laser_power * share;
  // Dark current, and the bias over the shunts.
  const double leak = count * parts.detector.dark(parts.bias);
  return (photocurrent + leak) / (1.0 / parts.load + count / parts.detector.shunt);
}

double DirectedLogic::electrical_power() const {
  return parts.laser_power / parts.wall_plug * static_cast<double>(outputs.size());
}

DirectedLogic plan_directed_logic(const plugin::LogicRequest& request, plugin::Context& context) {
  const logic::Network& network = request.network;
  if (!network.combinational()) {
    refuse("directed logic has no memory, and the network has latches",
           "map its combinational part", network.latches().front().where);
  }
  if (network.outputs().empty()) refuse("the network has no output", "name one", {});
  DirectedLogic plan;
  const plugin::ParameterSet& parameters = request.parameters;
  const TunedDisk disk(*context.devices, parameters.text("switch_card"), "microdisk_switch",
                       plan.uses, parameters.where("switch_card"));
  plan.parts = read_parts(parameters, disk, *context.devices, plan.uses);
  check_bias(plan, parameters);
  const FabricOptics optics = optics_of(disk, plan.parts);
  std::set<std::string> taken{"bias", "ground", "ambient"};
  for (const logic::NodeIndex input : network.inputs()) {
    plan.input_ports.push_back(identifier_from(network.node(input).name, taken));
  }
  for (const logic::Output& output : network.outputs()) {
    context.cancel.throw_if_requested();
    plan.output_ports.push_back(identifier_from(output.name, taken));
    plan.outputs.push_back(plan_output(plan, optics, network, output, parameters));
  }
  return plan;
}

}  // namespace neucasl::photonic
