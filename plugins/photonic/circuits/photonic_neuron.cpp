#include "photonic_neuron.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "../optics.hpp"
#include "bench_parts.hpp"
#include "card_values.hpp"
#include "neuron_law.hpp"

namespace neucasl::photonic {
namespace {

using ir::Direction;
using ir::Discipline;

/// V of reverse bias at which the exponential part of a diode's current is no longer counted.
constexpr double least_reverse = 0.3;
constexpr int checked_points = 9;

class PhotonicNeuron {
 public:
  PhotonicNeuron(const plugin::CircuitRequest& request, plugin::Context& context)
      : request_(request),
        parameters_(request.parameters),
        context_(context),
        law_(parameters_, *context.devices, result_.uses),
        input_modulator_(*context.devices, parameters_.text("input_modulator"),
                         "mach_zehnder_modulator", result_.uses,
                         parameters_.where("input_modulator")) {
    stages_ = static_cast<std::size_t>(parameters_.integer("stages"));
    most_ = parameters_.si("input_power");
    kept_ = std::pow(amplitude_of_loss(input_modulator_["insertion_loss_db"]), 2.0);
    dark_ = std::pow(amplitude_of_loss(input_modulator_["extinction_ratio_db"]), 2.0);
    gain_ = neuron_gain(law_, most_, static_cast<int>(parameters_.integer("points")));
  }

  plugin::CircuitDesign build() {
    check_bias();
    time_constant_ = law_.resistance() * law_.capacitance();
    edge_ = 0.01 * time_constant_;
    start_ = 2.0 * time_constant_;
    add_netlist();
    measure_transfer();
    measure_step();
    add_figures();
    if (request_.simulator != nullptr) add_simulated_gain(*request_.simulator);
    add_table();
    return std::move(result_);
  }

 private:
  /// Output of the chain's neuron `stage` for a power at the first.
  [[nodiscard]] double output(std::size_t stage, double exciting) const {
    double power = exciting;
    for (std::size_t s = 0; s <= stage; ++s) power = law_.output(power);
    return power;
  }

  /// Largest power at any exciting detector of the chain, W.
  [[nodiscard]] double largest_input() const {
    constexpr int steps = 200;
    double reach = most_;
    double largest = most_;
    for (std::size_t s = 1; s < stages_; ++s) {
      double highest = 0.0;
      for (int i = 0; i <= steps; ++i) {
        highest = std::max(highest, law_.output(reach * i / steps));
      }
      reach = highest;
      largest = std::max(largest, reach);
    }
    return largest;
  }

  void check_bias() const {
    const double largest = largest_input();
    const double high = law_.drive(largest);
    const double low = law_.drive(0.0);
    const double room = law_.bias - least_reverse;
    const auto text = [](double voltage) {
      return base::to_engineering({voltage, base::dimension::voltage});
    };
    if (high > room) {
      throw base::Error(
          "photonic.neuron",
          "the photocurrent drives " + text(high) +
              ", which takes a photodiode out of its bias of " + text(law_.bias),
          "lower 'load_resistance' or the optical powers, or raise 'bias_voltage' to " +
              text(high + least_reverse),
          parameters_.where("load_resistance"));
    }
    if (low < -least_reverse) {
      throw base::Error("photonic.neuron",
                        "the inhibiting light drives " + text(low) +
                            ", which takes the modulator's junction into forward bias",
                        "lower 'inhibiting_power' to at most " +
                            base::to_engineering(
                                {law_.inhibiting * least_reverse / -low, base::dimension::power}),
                        parameters_.where("inhibiting_power"));
    }
  }

  /// The drive of the input's modulator: dark, and bright from `start_` on; bright at rest.
  static ir::ModuleId add_step_source(ir::Design& design) {
    ir::ModuleBuilder builder(design, "step_source", true);
    builder.attribute("element", "voltage_source");
    builder.attribute("waveform", "pulse");
    builder.parameter("voltage", volts(0.0));
    for (const char* name : {"value_1", "value_2"}) builder.parameter(name, volts(0.0));
    for (const char* name : {"delay", "rise", "fall", "width", "period"}) {
      builder.parameter(name, seconds(0.0));
    }
    builder.port("p", Discipline::electrical, Direction::inout);
    builder.port("n", Discipline::electrical, Direction::inout);
    return builder.id();
  }

  static base::Quantity seconds(double value) { return {value, base::dimension::time}; }

  struct Parts {
    ir::ModuleId laser, detector, modulator, resistor, absorber, source, input_modulator, step;
  };

  Parts add_parts() {
    ir::Design& design = result_.design;
    Parts parts;
    parts.laser = add_device(design, {"laser", "laser", "", {"power", "wavelength"}});
    parts.detector =
        add_device(design, {"photodiode", "photodetector", parameters_.text("detector"), {}});
    parts.modulator = add_device(design, {"ring_modulator", "microdisk_modulator",
                                          law_.modulator.card(), TunedDisk::declared()});
    parts.absorber = add_device(design, {"absorber", "termination", "", {}});
    parts.input_modulator = add_device(
        design,
        {"input_modulator", "mach_zehnder_modulator", parameters_.text("input_modulator"), {}});
    parts.source = add_voltage_source(design);
    parts.step = add_step_source(design);
    parts.resistor = add_resistor(design);
    return parts;
  }

  static std::string numbered(const char* stem, std::size_t index) {
    return std::string(stem) + '_' + std::to_string(index);
  }

  void add_netlist() {
    ir::Design& design = result_.design;
    design.name = "photonic_neuron";
    const Parts parts = add_parts();
    ir::ModuleBuilder top(design, "photonic_neuron_bench");
    const auto ground = top.net("ground", Discipline::electrical, 1, true);
    const auto ambient = top.net("ambient", Discipline::thermal, 1, true);
    const auto high = top.net("high", Discipline::electrical);
    const auto low = top.net("low", Discipline::electrical);
    const auto carrier = top.net("carrier", Discipline::optical);
    const auto step = top.net("step", Discipline::electrical);
    auto light = top.net("signal", Discipline::optical);
    const auto laser = [&](const std::string& name, ir::NetRef net, double power) {
      top.instance(name, parts.laser, {{"output", net}},
                   {{"power", watts(power)}, {"wavelength", metres(law_.wavelength)}});
    };
    top.instance("high_bias", parts.source, {{"p", high}, {"n", ground}},
                 {{"voltage", volts(law_.bias)}});
    top.instance("low_bias", parts.source, {{"p", low}, {"n", ground}},
                 {{"voltage", volts(-law_.bias)}});
    laser("input_laser", carrier, most_ / kept_);
    top.instance("step_source", parts.step, {{"p", step}, {"n", ground}},
                 {{"voltage", volts(bright())},
                  {"value_1", volts(bright() + input_modulator_["half_wave_voltage"])},
                  {"value_2", volts(bright())},
                  {"delay", seconds(start_)},
                  {"rise", seconds(edge_)},
                  {"fall", seconds(edge_)},
                  {"width", seconds(1e3 * time_constant_)}});
    top.instance("input_modulator", parts.input_modulator,
                 {{"input", carrier}, {"output", light}, {"signal", step}, {"reference", ground}});
    for (std::size_t s = 0; s < stages_; ++s) {
      const auto drive = top.net(numbered("drive", s), Discipline::electrical);
      const auto inhibiting = top.net(numbered("inhibiting", s), Discipline::optical);
      const auto pump = top.net(numbered("pump", s), Discipline::optical);
      const auto output = top.net(numbered("output", s), Discipline::optical);
      laser(numbered("inhibiting_laser", s), inhibiting, law_.inhibiting);
      laser(numbered("pump_laser", s), pump, law_.pump);
      top.instance(numbered("exciting_detector", s), parts.detector,
                   {{"input", light}, {"anode", drive}, {"cathode", high}});
      top.instance(numbered("inhibiting_detector", s), parts.detector,
                   {{"input", inhibiting}, {"anode", low}, {"cathode", drive}});
      top.instance(numbered("load", s), parts.resistor, {{"p", drive}, {"n", ground}},
                   {{"resistance", ohms(law_.load)}});
      top.instance(numbered("modulator", s), parts.modulator,
                   {{"input", pump},
                    {"through", output},
                    {"anode", ground},
                    {"cathode", drive},
                    {"heat", ambient}},
                   TunedDisk::parameters(law_.wavelength, law_.trim));
      light = output;
    }
    top.instance("absorber", parts.absorber, {{"port", light}});
    design.top = top.id();
  }

  /// Drive of the input's modulator in the bright state, V.
  [[nodiscard]] double bright() const {
    return -input_modulator_["bias_phase"] / std::numbers::pi *
           input_modulator_["half_wave_voltage"];
  }

  void expect(std::size_t analysis, const std::string& name, const std::string& what,
              const std::string& label, double value, double relative, double absolute,
              const char* basis) {
    result_.measurements.push_back({analysis, {name, name + ' ' + what, {}}, label});
    result_.expectations.push_back({name, value, relative, absolute, basis});
  }

  /// Outputs over the input's power; the laser in front of the input's modulator is swept.
  void measure_transfer() {
    const auto points = static_cast<double>(parameters_.integer("points"));
    const double step = most_ / kept_ / (points - 1.0);
    // Half a step beyond either end, so that the ends are between points.
    result_.analyses.push_back("dc input_laser.power 0 " +
                               base::shortest(most_ / kept_ + 0.5 * step) + ' ' +
                               base::shortest(step));
    const double accuracy = parameters_.si("accuracy");
    const auto grid = static_cast<std::size_t>(points) - 1;
    for (std::size_t i = 0; i < checked_points; ++i) {
      // On points of the sweep, where nothing is interpolated.
      const std::size_t at = grid * i / checked_points;
      const double laser = step * static_cast<double>(at);
      const std::string number = std::to_string(i);
      for (std::size_t s = 0; s < stages_; ++s) {
        const std::string net = numbered("output", s);
        expect(0, "transfer_" + number + (stages_ > 1 ? '_' + std::to_string(s) : ""),
               "find p(" + net + ") at=" + base::shortest(laser),
               "Output of neuron " + std::to_string(s) + ", input " +
                   base::to_engineering({laser * kept_, base::dimension::power}, 4),
               output(s, laser * kept_), accuracy, accuracy * law_.pump,
               "Detectors' voltage at the load, ring in coupled modes at rest");
      }
    }
    for (std::size_t s = 0; s < stages_; ++s) {
      result_.traces.push_back(numbered("output", s) + ".re");
      result_.traces.push_back(numbered("output", s) + ".im");
    }
    result_.traces.emplace_back("signal.re");
    result_.traces.emplace_back("signal.im");
  }

  void measure_step() {
    const double low = most_ * dark_;
    const double middle = 0.5 * (low + most_);
    const double begin = law_.drive(low);
    const double end = law_.drive(most_);
    result_.analyses.push_back("tran " + base::shortest(0.02 * time_constant_) + ' ' +
                               base::shortest(start_ + 12.0 * time_constant_));
    const std::string trigger = "trig p(signal) val=" + base::shortest(middle) + " rise=1 targ ";
    const double share = 1.0 - std::exp(-1.0);
    expect(1, "response_time",
           trigger + "v(drive_0) val=" + base::shortest(begin + share * (end - begin)) + " rise=1",
           "Response of the driving voltage to 63 %", law_.step_time(share), 0.03, 0.0,
           "Transit time, then R C of load, photodiodes and modulator");
    add_output_delay(trigger, begin, end);
  }

  /// Where the output rises all the way: from half of the input to half of the output's swing.
  void add_output_delay(const std::string& trigger, double begin, double end) {
    const double first = law_.output_at(begin);
    const double level = 0.5 * (first + law_.output_at(end));
    constexpr int steps = 1000;
    double share = -1.0;
    double before = first;
    for (int i = 1; i <= steps; ++i) {
      const double power = law_.output_at(begin + (end - begin) * i / steps);
      if (power < before) return;
      if (share < 0.0 && power >= level) share = static_cast<double>(i) / steps;
      before = power;
    }
    if (share <= 0.0 || share >= 1.0) return;
    // The field follows within its lifetime.
    expect(1, "output_delay", trigger + "p(output_0) val=" + base::shortest(level) + " rise=1",
           "Delay from half of the input to half of the output's swing", law_.step_time(share), 0.0,
           2.0 * law_.modulator.lifetime() + 0.05 * time_constant_,
           "Time at which the driving voltage gives that output at rest");
  }

  void add_figure(const std::string& key, const std::string& label, double value,
                  const base::Dimension& dimension, const std::string& method) {
    result_.figures.push_back(
        results::make_figure(key, label, value, dimension, method, "photonic"));
  }

  void add_figures() {
    const auto& power = base::dimension::power;
    const std::string law = "Transfer of one neuron in closed form";
    add_figure("gain", "Largest gain, output over input power", gain_.largest, {},
               law + ": slope, over the swept input");
    add_figure("gain_at", "Input power of the largest gain", gain_.at, power, law);
    add_figure("cascadable", "A neuron can drive one like itself (1: gain above 1)",
               gain_.largest > 1.0 ? 1.0 : 0.0, {}, law);
    if (gain_.largest > 0.0) {
      add_figure("pump_of_unit_gain", "Least pump power of a gain of 1", law_.pump / gain_.largest,
                 power, "The gain is proportional to the pump power");
    }
    if (gain_.unit_gain) {
      add_figure("unit_gain_at", "Least input power of a gain of 1", *gain_.unit_gain, power, law);
    }
    if (gain_.threshold) {
      add_figure("chain_threshold", "Input power that a long chain keeps; below it dies out",
                 *gain_.threshold, power, law + ": output equals input, with a slope above 1");
    }
    if (gain_.high) {
      add_figure("chain_high", "Upper level of a long chain", *gain_.high, power,
                 law + ": output equals input, with a slope below 1");
    }
    add_figure("time_constant", "Time constant of the driving node", time_constant_,
               base::dimension::time, "R (C of modulator + 2 C of photodiodes)");
  }

  /// The slope of the first neuron as a simulation gives it.
  void add_simulated_gain(plugin::CircuitSimulator& simulator) {
    const circuit::Circuit circuit =
        circuit::lower(ir::flatten(result_.design), *context_.models, *context_.devices);
    const double apart = 0.01 * most_;
    const double low = std::max(gain_.at - 0.5 * apart, 0.0);
    circuit::SweepAnalysis sweep{"input_laser.power", {low / kept_, (low + apart) / kept_}};
    const circuit::Result found = simulator.simulate(circuit, sweep, {}, context_);
    const circuit::Trace* re = found.find("output_0.re", circuit::TraceKind::node);
    const circuit::Trace* im = found.find("output_0.im", circuit::TraceKind::node);
    if (re == nullptr || im == nullptr) {
      throw base::Error("photonic.neuron", "the simulator gave no trace of 'output_0'",
                        "this is a fault of the simulator plugin");
    }
    const auto power = [&](std::size_t k) {
      return re->real[k] * re->real[k] + im->real[k] * im->real[k];
    };
    add_figure("simulated_gain", "Gain in simulation there", (power(1) - power(0)) / apart, {},
               "Outputs at two input powers a hundredth of the range apart: " + found.method);
  }

  void add_table() {
    results::Table table;
    table.name = "transfer";
    table.title = "Transfer of one neuron in closed form";
    std::vector<double> input, drive, power, slope;
    constexpr int rows = 21;
    for (int i = 0; i < rows; ++i) {
      input.push_back(most_ * i / (rows - 1));
      drive.push_back(law_.drive(input.back()));
      power.push_back(law_.output(input.back()));
      slope.push_back(law_.gain(input.back()));
    }
    table.add("input", input, base::dimension::power);
    table.add("drive", drive, base::dimension::voltage);
    table.add("output", power, base::dimension::power).add("gain", slope);
    result_.tables.push_back(std::move(table));
  }

  const plugin::CircuitRequest& request_;
  const plugin::ParameterSet& parameters_;
  plugin::Context& context_;
  plugin::CircuitDesign result_;
  NeuronLaw law_;
  CardValues input_modulator_;
  std::size_t stages_ = 1;
  double most_ = 0.0;  // W at the first exciting detector
  double kept_ = 1.0;  // share of the power behind the input's modulator, bright
  double dark_ = 0.0;  // dark over bright power
  NeuronGain gain_;
  double time_constant_ = 0.0;
  double edge_ = 0.0;   // s, of the input's step
  double start_ = 0.0;  // s, of the input's step
};

}  // namespace

plugin::CircuitDesign build_photonic_neuron(const plugin::CircuitRequest& request,
                                            plugin::Context& context) {
  return PhotonicNeuron(request, context).build();
}

}  // namespace neucasl::photonic
