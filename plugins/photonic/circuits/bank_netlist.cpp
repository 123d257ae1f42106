#include "bank_netlist.hpp"

#include "bench_parts.hpp"

namespace neucasl::photonic {
namespace {

using ir::Direction;
using ir::Discipline;
using ir::ModuleBuilder;
using ir::NetRef;

/// What junctions and disks need besides light.
struct Surroundings {
  NetRef anodes, ground, ambient;
};

Surroundings add_surroundings(ModuleBuilder& builder, const std::string& bus, std::size_t count) {
  Surroundings s;
  s.anodes = builder.port(bus, Discipline::electrical, Direction::inout,
                          static_cast<std::uint32_t>(count));
  s.ground = builder.port("ground", Discipline::electrical, Direction::inout);
  s.ambient = builder.port("ambient", Discipline::thermal, Direction::inout);
  return s;
}

void connect(const Surroundings& s, std::size_t k, ModuleBuilder::Connections& connections) {
  connections.emplace_back("anode", bit_of(s.anodes, k));
  connections.emplace_back("cathode", s.ground);
  connections.emplace_back("heat", s.ambient);
}

}  // namespace

ir::ModuleId add_bank(ir::Design& design, const BankModule& bank) {
  const ir::ModuleId termination = add_termination(design);
  const ir::ModuleId guide = bank.guide.exists() ? bank.guide.add_to(design) : ir::ModuleId();
  ModuleBuilder builder(design, bank.name);
  NetRef forward = builder.port("input", Discipline::optical, Direction::inout);
  const NetRef through = builder.port("through", Discipline::optical, Direction::inout);
  NetRef returned = builder.port("drop", Discipline::optical, Direction::inout);
  const std::size_t count = bank.parameters.size();
  Surroundings surroundings;
  if (bank.biased) surroundings = add_surroundings(builder, "bias", count);
  const auto net = [&](const std::string& name, std::size_t k) {
    return builder.net(numbered(name, k), Discipline::optical);
  };
  const auto link = [&](const std::string& name, std::size_t k, NetRef from) {
    if (!guide.valid()) return from;
    const NetRef to = net(name + "_behind", k);
    builder.instance(numbered(name + "_guide", k), guide, {{"port_1", from}, {"port_2", to}},
                     bank.guide.parameters());
    return to;
  };
  for (std::size_t k = 0; k < count; ++k) {
    const bool last = k + 1 == count;
    const NetRef passed = last ? through : net("forward", k);
    const NetRef added = net("returned", k);
    ModuleBuilder::Connections connections{
        {"input", forward}, {"through", passed}, {"drop", returned}, {"add", added}};
    if (bank.biased) connect(surroundings, k, connections);
    builder.instance(numbered("resonator", k), bank.resonator, connections, bank.parameters[k]);
    if (last) {
      builder.instance("end", termination, {{"port", added}});
    } else {
      forward = link("forward", k, passed);
      returned = link("returned", k, added);
    }
  }
  return builder.id();
}

ir::ModuleId add_modulators(ir::Design& design, const ModulatorModule& modulators) {
  ModuleBuilder builder(design, modulators.name);
  NetRef at = builder.port("input", Discipline::optical, Direction::inout);
  const NetRef output = builder.port("output", Discipline::optical, Direction::inout);
  const std::size_t count = modulators.parameters.size();
  const Surroundings surroundings = add_surroundings(builder, "drive", count);
  for (std::size_t k = 0; k < count; ++k) {
    const NetRef behind =
        k + 1 == count ? output : builder.net(numbered("behind", k), Discipline::optical);
    ModuleBuilder::Connections connections{{"input", at}, {"through", behind}};
    connect(surroundings, k, connections);
    builder.instance(numbered("modulator", k), modulators.modulator, connections,
                     modulators.parameters[k]);
    at = behind;
  }
  return builder.id();
}

ir::ModuleId add_comb(ir::Design& design) {
  return add_device(
      design,
      {"comb", "comb_laser", "", {"power_per_line", "first_wavelength", "spacing", "count"}});
}

ModuleBuilder::Parameters comb_parameters(const ChannelPlan& plan, double power_per_line) {
  return {{"power_per_line", watts(power_per_line)},
          {"first_wavelength", metres(plan.wavelengths.front())},
          {"spacing", metres(plan.spacing)},
          {"count", pure(plan.channels())}};
}

ir::ModuleId add_termination(ir::Design& design) {
  if (const ir::ModuleId known = design.find_module("termination"); known.valid()) return known;
  return add_device(design, {"termination", "termination", "", {}});
}

std::string carrier_net(const std::string& net, std::size_t carrier, std::size_t carriers) {
  return carriers == 1 ? net : net + '.' + std::to_string(carrier + 1);
}

}  // namespace neucasl::photonic
