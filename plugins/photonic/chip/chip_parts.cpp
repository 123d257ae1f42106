#include "chip_parts.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "../circuits/bank_netlist.hpp"
#include "../circuits/bench_parts.hpp"

namespace neucasl::photonic {
namespace {

using ir::Direction;
using ir::Discipline;
using ir::ModuleBuilder;
using ir::NetRef;

void mark(ir::Module& primitive, const std::string& description, const PlacedPart& part) {
  primitive.attributes.push_back({"component", std::string(to_string(part.component->kind))});
  primitive.attributes.push_back({"description", description});
  primitive.attributes.push_back({"part", part_of(part)});
}

void mark_inside(ir::Module& primitive, const std::string& counted_in) {
  primitive.attributes.push_back({"counted_in", counted_in});
}

/// Loss over a length of this makes that of a device of any size.
constexpr double unit_length = 1e-2;

base::Quantity over_unit_length(double loss_db) {
  return {loss_db / unit_length, base::dimension::none / base::dimension::length};
}

/// Parameters that put a resonance of the model ring_add_drop on a channel.
ModuleBuilder::Parameters ring_parameters(const link::SeriesBank& bank, double wavelength,
                                          double usual_index, double group_index) {
  const link::BankRing ring = bank.ring(wavelength);
  const double length = wavelength * wavelength / (group_index * bank.free_spectral_range);
  // Any order does; this one keeps the index near the model's default.
  const double order = std::max(1.0, std::round(usual_index * length / wavelength));
  const double coupling = 1.0 - ring.transmission;
  return {{"radius", metres(length / (2.0 * std::numbers::pi))},
          {"effective_index", pure(order * wavelength / length)},
          {"reference_wavelength", metres(wavelength)},
          {"round_trip_loss_db", pure(-20.0 * std::log10(ring.round_trip))},
          {"power_coupling_1", pure(coupling)},
          {"power_coupling_2", pure(coupling)}};
}

/// Default of a parameter of a primitive.
double default_of(const ir::Module& primitive, const std::string& name) {
  return std::get<base::Quantity>(primitive.find_parameter(name)->value).value;
}

}  // namespace

std::string part_of(const PlacedPart& part) {
  return part.level->name + "/" + part.component->name;
}

ir::ModuleId add_counted_part(ir::Design& design, const std::string& description,
                              const PlacedPart& part, PartPins pins) {
  ModuleBuilder builder(design, part.name(), true);
  const bool to_analog = pins == PartPins::to_analog || pins == PartPins::analog;
  const bool from_analog = pins == PartPins::to_digital || pins == PartPins::analog;
  if (pins == PartPins::laser) {
    builder.port("out", Discipline::optical, Direction::output);
  } else if (pins == PartPins::enabled) {
    builder.port("enable", Discipline::digital, Direction::input);
  } else {
    builder.port("in", from_analog ? Discipline::electrical : Discipline::digital,
                 Direction::input);
    builder.port("out", to_analog ? Discipline::electrical : Discipline::digital,
                 Direction::output);
  }
  mark(design.module(builder.id()), description, part);
  return builder.id();
}

ir::ModuleId add_modulator(ir::Design& design, const std::string& description,
                           const PlacedPart& part, double loss_db) {
  const ir::ModuleId guide =
      add_device(design, {part.name(), "waveguide", "", {"length", "propagation_loss_db"}});
  mark(design.module(guide), description, part);
  ModuleBuilder builder(design, part.name() + "_driven");
  const NetRef input = builder.port("input", Discipline::optical, Direction::inout);
  const NetRef output = builder.port("output", Discipline::optical, Direction::inout);
  builder.port("drive", Discipline::electrical, Direction::input);
  builder.instance(
      "modulator", guide, {{"port_1", input}, {"port_2", output}},
      {{"length", metres(unit_length)}, {"propagation_loss_db", over_unit_length(loss_db)}});
  return builder.id();
}

ir::ModuleId add_detector(ir::Design& design, const std::string& description,
                          const PlacedPart& part, device::UseList& uses) {
  const base::Dimension dimension = base::dimension::current / base::dimension::power;
  const double responsivity = part.component->numbers.si("responsivity", dimension, uses);
  const ir::ModuleId detector =
      add_device(design, {part.name(), "photodetector", "", {"responsivity"}});
  ir::Module& primitive = design.module(detector);
  for (ir::Parameter& parameter : primitive.parameters) {
    parameter.value = base::Quantity{responsivity, dimension};
  }
  mark(primitive, description, part);
  return detector;
}

ir::ModuleId add_encoder(ir::Design& design, const std::string& name, ir::ModuleId modulator,
                         std::size_t channels) {
  ModuleBuilder builder(design, name);
  NetRef at = builder.port("input", Discipline::optical, Direction::inout);
  const NetRef output = builder.port("output", Discipline::optical, Direction::inout);
  const NetRef drive = builder.port("drive", Discipline::electrical, Direction::input,
                                    static_cast<std::uint32_t>(channels));
  for (std::size_t k = 0; k < channels; ++k) {
    const NetRef behind =
        k + 1 == channels ? output : builder.net(numbered("behind", k), Discipline::optical);
    builder.instance(numbered("channel", k), modulator,
                     {{"input", at}, {"output", behind}, {"drive", bit_of(drive, k)}});
    at = behind;
  }
  return builder.id();
}

ir::ModuleId add_weight_bank(ir::Design& design, const std::string& description,
                             const PlacedPart& part, const DescribedCore& core) {
  const ir::ModuleId ring = add_device(
      design, {part.name(),
               "ring_add_drop",
               "",
               {"radius", "effective_index", "group_index", "reference_wavelength",
                "round_trip_loss_db", "power_coupling_1", "power_coupling_2", "resonance_shift"}});
  mark(design.module(ring), description, part);
  const double usual_index = default_of(design.module(ring), "effective_index");
  const double group_index = default_of(design.module(ring), "group_index");
  const ir::ModuleId end = add_termination(design);
  ModuleBuilder builder(design, part.name() + "_row");
  NetRef forward = builder.port("input", Discipline::optical, Direction::inout);
  const auto channels = static_cast<std::uint32_t>(core.channels);
  const NetRef drop = builder.port("drop", Discipline::optical, Direction::inout, channels);
  builder.port("setting", Discipline::electrical, Direction::input, channels);
  for (std::size_t k = 0; k < core.channels; ++k) {
    builder.parameter(numbered("shift", k), metres(0.0));
    const NetRef passed = builder.net(numbered("forward", k), Discipline::optical);
    const NetRef added = builder.net(numbered("added", k), Discipline::optical);
    ModuleBuilder::Parameters parameters =
        ring_parameters(core.bank, core.wavelengths[k], usual_index, group_index);
    parameters.emplace_back("resonance_shift", ir::Expression{numbered("shift", k)});
    builder.instance(
        numbered("ring", k), ring,
        {{"input", forward}, {"through", passed}, {"drop", bit_of(drop, k)}, {"add", added}},
        parameters);
    builder.instance(numbered("end_of_add", k), end, {{"port", added}});
    forward = passed;
  }
  builder.instance("end_of_bus", end, {{"port", forward}});
  return builder.id();
}

ir::ModuleId add_crossing(ir::Design& design, const std::string& name, ir::ModuleId detector) {
  const ir::ModuleId shifter =
      add_device(design, {name + "_shifter", "phase_shifter", "", {"phase", "insertion_loss_db"}});
  const ir::ModuleId coupler =
      add_device(design, {name + "_coupler", "directional_coupler", "", {}});
  for (const ir::ModuleId part : {shifter, coupler}) mark_inside(design.module(part), "passive");
  ModuleBuilder builder(design, name);
  const NetRef x = builder.port("x", Discipline::optical, Direction::inout);
  const NetRef y = builder.port("y", Discipline::optical, Direction::inout);
  const NetRef current = builder.port("current", Discipline::electrical, Direction::inout);
  const NetRef high = builder.port("high", Discipline::electrical, Direction::inout);
  const NetRef low = builder.port("low", Discipline::electrical, Direction::inout);
  const NetRef shifted = builder.net("shifted", Discipline::optical);
  const NetRef sum = builder.net("sum", Discipline::optical);
  const NetRef difference = builder.net("difference", Discipline::optical);
  // The coupler gives (x + j y) / sqrt 2 and (j x + y) / sqrt 2.
  builder.instance(
      "shifter", shifter,
      {{"port_1", y}, {"port_2", shifted}, {"positive", current}, {"negative", current}},
      {{"phase", pure(-0.5 * std::numbers::pi)}, {"insertion_loss_db", pure(0.0)}});
  builder.instance(
      "coupler", coupler,
      {{"input_1", x}, {"input_2", shifted}, {"output_1", sum}, {"output_2", difference}});
  builder.instance("plus", detector, {{"input", sum}, {"anode", current}, {"cathode", high}});
  builder.instance("minus", detector,
                   {{"input", difference}, {"anode", low}, {"cathode", current}});
  return builder.id();
}

ir::ModuleId add_optical_network(ir::Design& design, const std::string& name, std::size_t from,
                                 std::size_t to, std::size_t surplus) {
  ModuleBuilder builder(design, name, true);
  builder.attribute("counted_in", "passive");
  const auto port = [&](const char* port_name, std::size_t ends) {
    if (ends == 0) return;
    builder.port(port_name, Discipline::optical, Direction::inout,
                 static_cast<std::uint32_t>(ends));
  };
  port("from", from);
  port("to", to);
  port("surplus", surplus);
  return builder.id();
}

ir::ModuleId add_sum_inputs(ir::Design& design, const std::string& name, std::size_t inputs,
                            const std::string& counted_in) {
  ModuleBuilder builder(design, name, true);
  builder.attribute("counted_in", counted_in);
  for (std::size_t k = 0; k < inputs; ++k) {
    builder.port(numbered("in", k), Discipline::electrical, Direction::input);
  }
  builder.port("out", Discipline::electrical, Direction::output);
  return builder.id();
}

}  // namespace neucasl::photonic
