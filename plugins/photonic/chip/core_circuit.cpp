#include "core_circuit.hpp"

#include <cmath>
#include <numbers>

#include "../circuits/bank_netlist.hpp"
#include "../circuits/bench_parts.hpp"
#include "../circuits/channel_plan.hpp"
#include "../circuits/circuit_text.hpp"
#include "../circuits/node_value.hpp"
#include "../models.hpp"
#include "../ring.hpp"
#include "chip_levels.hpp"
#include "core_light.hpp"
#include "level_parts.hpp"
#include "neucasl/base/text.hpp"
#include "neucasl/ir/flat_netlist.hpp"

namespace neucasl::photonic {
namespace {

using architecture::ComponentKind;
using ir::Discipline;
using ir::ModuleBuilder;
using ir::NetRef;

/// Current of an unlit photodiode with the model's defaults, A: its saturation current and what
/// its shunt passes.
double dark_current(double bias) {
  const std::unique_ptr<model::DeviceModel> detector(make_model("photodetector"));
  const model::Specification& known = detector->specification();
  const auto value = [&](const std::string& name) {
    const model::Parameter& parameter = known.parameters[model::parameter_index(known, name)];
    return base::scaled(parameter.default_value, base::parse_unit(parameter.unit)).value;
  };
  return value("dark_current") + bias / value("shunt_resistance");
}

/// channels x channels, row-major: share of the power of channel j that resonator i drops, all on
/// their channels, as the ring model has it. link::SeriesBank takes one free spectral range for all
/// wavelengths, here it grows with them.
std::vector<double> dropped_shares(const DescribedCore& core) {
  const std::size_t n = core.channels;
  std::vector<double> shares(n * n);
  for (std::size_t j = 0; j < n; ++j) {
    const double at = core.wavelengths[j];
    double left = 1.0;
    for (std::size_t i = 0; i < n; ++i) {
      const double channel = core.wavelengths[i];
      const link::BankRing ring = core.bank.ring(channel);
      const double coupling = 1.0 - ring.transmission;
      // Whole rounds at the channel; the phase of one falls by 2 pi in a free spectral range.
      const double phase =
          -2.0 * std::numbers::pi * channel / at * (at - channel) / core.bank.free_spectral_range;
      const RingCouplers couplers = make_couplers(coupling, coupling, ring.round_trip);
      const RingResponse<double> found = ring_response(couplers, phase);
      const auto power = [](const Complex<double>& value) {
        return value.re * value.re + value.im * value.im;
      };
      shares[i * n + j] = left * power(found.drop);
      left *= power(found.bus_1);
    }
  }
  return shares;
}

/// What the others give to a ring over what its own channel does: the largest over the rings.
double largest_crosstalk(const std::vector<double>& dropped, std::size_t channels) {
  double largest = 0.0;
  for (std::size_t ring = 0; ring < channels; ++ring) {
    double others = 0.0;
    for (std::size_t channel = 0; channel < channels; ++channel) {
      if (channel != ring) others += dropped[ring * channels + channel];
    }
    largest = std::max(largest, others / dropped[ring * channels + ring]);
  }
  return largest;
}

class CoreCircuit {
 public:
  CoreCircuit(const plugin::CircuitRequest& request, plugin::Context& context)
      : request_(request),
        parameters_(request.parameters),
        context_(context),
        chip_(architecture::load_architecture(parameters_.text("architecture"),
                                              context.devices->folders(), {},
                                              parameters_.where("architecture"))) {}

  plugin::CircuitDesign build() {
    if (chip_.core().kind != architecture::LevelKind::photonic_core) {
      throw base::Error("photonic.description", "'" + chip_.id + "' has no photonic cores",
                        "give the description of a photonic chip",
                        parameters_.where("architecture"));
    }
    core_ = read_core(chip_, result_.uses);
    light_ = read_light(chip_, core_, result_.uses);
    refuse_network();
    result_.design.name = chip_.id + "_core";
    // The same modules as in the whole chip.
    static_cast<void>(
        add_level({result_.design, chip_, core_, result_.uses}, chip_.core(), nullptr));
    add_bench();
    result_.analyses.push_back(point_analysis("comb.power_per_line", comb_power()));
    expect_sum();
    add_figures();
    if (request_.simulator != nullptr && banks()) add_simulated_crosstalk();
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool banks() const { return core_.kind == CoreKind::banks; }

  void refuse_network() const {
    if (core_.kind != CoreKind::network) return;
    throw base::Error("photonic.layout",
                      "no circuit of '" + chip_.core().name + "' can be cut out of '" + chip_.id +
                          "': its light passes a network whose layout is not described",
                      "choose a description whose weights stay in banks, or whose two operands "
                      "meet in crossings",
                      chip_.core().where);
  }

  /// W of a line of the comb; a crossing takes the light of both operands from it.
  [[nodiscard]] double comb_power() const { return (banks() ? 1.0 : 2.0) * light_.line; }

  [[nodiscard]] ir::ModuleId module(const std::string& name) const {
    return result_.design.find_module(name);
  }

  /// Name of a component of the core or of what stands above it.
  [[nodiscard]] std::string part(ComponentKind kind, bool weights = false) const {
    return find_placed(chip_, kind, weights).name();
  }

  /// The modulator of the weights, which may stand above the core.
  ir::ModuleId modulator(bool weights) {
    const PlacedPart placed = find_placed(chip_, ComponentKind::modulator, weights);
    const ir::ModuleId known = module(placed.name() + "_driven");
    if (known.valid()) return known;
    const double loss =
        placed.component->numbers.si("loss_db", base::dimension::none, result_.uses);
    return add_modulator(result_.design, chip_.id, placed, loss);
  }

  void add_bench() {
    ir::Design& design = result_.design;
    const ir::ModuleId comb = add_comb(design);
    const ir::ModuleId source = add_voltage_source(design);
    const ir::ModuleId stage = add_transimpedance(design);
    const ir::ModuleId x = banks() ? ir::ModuleId() : modulator(false);
    const ir::ModuleId y = banks() ? ir::ModuleId() : modulator(true);
    const ir::ModuleId splitter =
        banks() ? ir::ModuleId()
                : add_device(design, {"divider", "splitter", "", {"excess_loss_db"}});
    ModuleBuilder top(design, "bench");
    design.top = top.id();
    ground_ = top.net("ground", Discipline::electrical, 1, true);
    const NetRef light = top.net("light", Discipline::optical);
    const NetRef result = top.net("result", Discipline::electrical);
    const NetRef current = top.net("current", Discipline::electrical);
    const NetRef high = top.net("high", Discipline::electrical);
    const NetRef low = top.net("low", Discipline::electrical);
    ChannelPlan plan;
    plan.wavelengths = core_.wavelengths;
    plan.spacing = core_.channels > 1 ? core_.wavelengths[1] - core_.wavelengths[0] : 1e-9;
    top.instance("comb", comb, {{"output", light}}, comb_parameters(plan, comb_power()));
    top.instance("stage", stage,
                 {{"p", result}, {"n", ground_}, {"control_p", current}, {"control_n", ground_}},
                 {{"transresistance", ohms(transresistance())}});
    const double bias = parameters_.si("bias_voltage");
    top.instance("high_bias", source, {{"p", high}, {"n", ground_}}, {{"voltage", volts(bias)}});
    top.instance("low_bias", source, {{"p", low}, {"n", ground_}}, {{"voltage", volts(-bias)}});
    if (banks()) {
      add_guide(top, light, current, high);
    } else {
      add_product(top, {light, current, high, low}, splitter, x, y);
    }
  }

  void add_guide(ModuleBuilder& top, NetRef light, NetRef current, NetRef high) {
    const NetRef coded = top.net("coded", Discipline::optical);
    const auto channels = static_cast<std::uint32_t>(core_.channels);
    const NetRef drop = top.net("drop", Discipline::optical, channels);
    const NetRef drives = top.net("drives", Discipline::electrical, channels);
    const NetRef settings = top.net("settings", Discipline::electrical, channels);
    top.instance("encoder", module(chip_.core().name + "_encoder"),
                 {{"input", light}, {"output", coded}, {"drive", drives}});
    top.instance("bank", module(part(ComponentKind::weight_bank) + "_row"),
                 {{"input", coded}, {"drop", drop}, {"setting", settings}});
    // What combines the drops without loss: a photodiode for each.
    top.array("detectors", module(part(ComponentKind::photodetector)), channels, 1,
              {{"input", drop, 1, 0}, {"anode", current, 0, 0}, {"cathode", high, 0, 0}});
  }

  struct ProductNets {
    NetRef light, current, high, low;
  };

  void add_product(ModuleBuilder& top, const ProductNets& nets, ir::ModuleId splitter,
                   ir::ModuleId x, ir::ModuleId y) {
    const NetRef lit_x = top.net("lit_x", Discipline::optical);
    const NetRef lit_y = top.net("lit_y", Discipline::optical);
    const NetRef coded_x = top.net("coded_x", Discipline::optical);
    const NetRef coded_y = top.net("coded_y", Discipline::optical);
    const NetRef drives = top.net("drives", Discipline::electrical, 2);
    top.instance("divider", splitter,
                 {{"common", nets.light}, {"branch_1", lit_x}, {"branch_2", lit_y}},
                 {{"excess_loss_db", pure(0.0)}});
    top.instance("modulator_x", x,
                 {{"input", lit_x}, {"output", coded_x}, {"drive", bit_of(drives, 0)}});
    top.instance("modulator_y", y,
                 {{"input", lit_y}, {"output", coded_y}, {"drive", bit_of(drives, 1)}});
    top.instance("crossing", module(chip_.core().name + "_dot_product"),
                 {{"x", coded_x},
                  {"y", coded_y},
                  {"current", nets.current},
                  {"high", nets.high},
                  {"low", nets.low}});
  }

  /// dB of all modulators that a channel passes in the cut.
  [[nodiscard]] double modulator_loss(bool weights) const {
    device::UseList seen;
    const device::Card& card =
        find_placed(chip_, ComponentKind::modulator, weights).component->numbers;
    const auto number = [&](const char* name) {
      return card.find(name) == nullptr ? 0.0 : card.si(name, base::dimension::none, seen);
    };
    const double others = banks() ? static_cast<double>(core_.channels) - 1.0 : 0.0;
    return number("loss_db") + others * number("through_loss_db");
  }

  /// Bits that crosstalk leaves by the closed form of the rings.
  [[nodiscard]] double ring_bits() const {
    return link::resolution_bits(largest_crosstalk(dropped_shares(core_), core_.channels));
  }

  /// W that makes the same current in one photodiode.
  [[nodiscard]] double expected_light() const {
    if (banks()) {
      double sum = 0.0;
      for (const double share : dropped_shares(core_)) sum += share;
      return light_.line * std::pow(10.0, -modulator_loss(false) / 10.0) * sum;
    }
    const double loss = 0.5 * (modulator_loss(false) + modulator_loss(true));
    return 2.0 * static_cast<double>(core_.channels) * light_.line * std::pow(10.0, -loss / 10.0);
  }

  /// One volt for what the link budget leaves to a detector.
  [[nodiscard]] double transresistance() const {
    return 1.0 / (light_.responsivity * light_.at_detector);
  }

  void expect_sum() {
    const double bias = parameters_.si("bias_voltage");
    const double dark = banks() ? static_cast<double>(core_.channels) * dark_current(bias) : 0.0;
    const double value = transresistance() * (light_.responsivity * expected_light() + dark);
    expect(result_, {"sum", "max v(result)", "Sum of the core, full scale of the link budget = 1",
                     value, parameters_.si("accuracy") * value,
                     banks() ? "Closed form of the rings in series behind the modulators"
                             : "2 responsivity sum x y of both operands' light"});
    result_.traces = {"result"};
  }

  void add_figures() {
    add_figure(result_, "line_power", "Light of a channel where the core takes it", light_.line,
               "Link budget up to the modulators of the core", base::dimension::power);
    add_figure(result_, "budget_detector_power", "Light of all channels at a detector",
               light_.at_detector, "Link budget of the system estimate", base::dimension::power);
    add_figure(result_, "circuit_detector_power", "The same of the circuit", expected_light(),
               banks() ? "Closed form of the rings in series"
                       : "Photodiode that gives the current of the pair",
               base::dimension::power);
    if (!banks()) return;
    add_figure(result_, "crosstalk_bits", "Bits that crosstalk leaves, system estimate",
               link::resolution_bits(core_.bank.crosstalk(core_.wavelengths)),
               "Rings in series with one free spectral range for all wavelengths");
    add_figure(result_, "ring_crosstalk_bits", "Bits that crosstalk leaves, ring model",
               ring_bits(), "Rings in series, whose free spectral range grows with the wavelength");
  }

  [[nodiscard]] std::vector<double> simulated_drops(const circuit::Result& result) const {
    const std::size_t n = core_.channels;
    std::vector<double> powers;
    powers.reserve(n * n);
    for (std::size_t ring = 0; ring < n; ++ring) {
      for (std::size_t channel = 0; channel < n; ++channel) {
        powers.push_back(net_power(result, carrier_net(bus_bit("drop", ring, n), channel, n)));
      }
    }
    return powers;
  }

  void add_simulated_crosstalk() {
    const circuit::Circuit lowered =
        circuit::lower(ir::flatten(result_.design), *context_.models, *context_.devices);
    plugin::SimulationOptions options;
    options.tolerances = circuit::Tolerances::tight();
    const circuit::Result simulated =
        request_.simulator->simulate(lowered, circuit::OperatingPointAnalysis{}, options, context_);
    const double bits =
        link::resolution_bits(largest_crosstalk(simulated_drops(simulated), core_.channels));
    const double expected = ring_bits();
    const double limit = parameters_.si("crosstalk_accuracy");
    if (!(std::abs(bits - expected) <= limit)) {
      throw base::CheckFailed(
          "photonic.core",
          base::concatenate({"crosstalk leaves ", base::shortest(bits), " bits by simulation, ",
                             base::shortest(expected), " by the closed form of the rings"}),
          "the limit is " + base::shortest(limit) + " bits",
          parameters_.where("crosstalk_accuracy"));
    }
    add_figure(result_, "simulated_crosstalk_bits", "Bits that crosstalk leaves, by simulation",
               bits, "Light of each channel at each drop: " + simulated.method);
  }

  const plugin::CircuitRequest& request_;
  const plugin::ParameterSet& parameters_;
  plugin::Context& context_;
  architecture::Architecture chip_;
  DescribedCore core_;
  CoreLight light_;
  NetRef ground_;
  plugin::CircuitDesign result_;
};

}  // namespace

plugin::CircuitDesign build_chip_core(const plugin::CircuitRequest& request,
                                      plugin::Context& context) {
  return CoreCircuit(request, context).build();
}

}  // namespace neucasl::photonic
