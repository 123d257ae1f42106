#include "filter_bank.hpp"

#include <algorithm>
#include <cmath>

#include "add_drop.hpp"
#include "bench_parts.hpp"
#include "channel_plan.hpp"
#include "neucasl/base/text.hpp"
#include "photodiode_values.hpp"

namespace neucasl::photonic {
namespace {

using ir::Direction;
using ir::Discipline;

constexpr const char* closed_form =
    "Product of the resonators' responses in closed form: |T_0 ... T_(k-1) D_k|^2";

double decibel(double share) { return -10.0 * std::log10(share); }

class FilterBank {
 public:
  FilterBank(const plugin::CircuitRequest& request, const plugin::Context& context)
      : parameters_(request.parameters),
        resonator_(*context.devices, parameters_.text("resonator"), result_.uses,
                   parameters_.where("resonator")),
        detector_(photodiode_values(*context.devices, parameters_.text("detector"), result_.uses,
                                    parameters_.where("detector"))) {
    ChannelRequest wanted;
    wanted.centre = parameters_.si("centre");
    wanted.spacing = parameters_.si("spacing");
    wanted.channels = static_cast<int>(parameters_.integer("channels"));
    wanted.free_spectral_range = resonator_.free_spectral_range(wanted.centre);
    wanted.width = resonator_.width(wanted.centre);
    wanted.where = parameters_.where("channels");
    plan_ = plan_channels(wanted);
    power_ = parameters_.si("power");
  }

  plugin::CircuitDesign build() {
    add_netlist();
    if (comb()) {
      measure_receivers();
    } else {
      measure_channels();
    }
    add_figures();
    add_table();
    return std::move(result_);
  }

 private:
  [[nodiscard]] std::size_t channels() const { return plan_.wavelengths.size(); }
  [[nodiscard]] double wavelength(std::size_t channel) const { return plan_.wavelengths[channel]; }
  [[nodiscard]] bool comb() const { return parameters_.text("light") == "comb"; }

  [[nodiscard]] AddDropResponse response(std::size_t resonator, double at) const {
    return resonator_.response(at, wavelength(resonator), 0.0);
  }
  /// Share of the power at a wavelength that is left behind the first `count` resonators.
  [[nodiscard]] double passed(std::size_t count, double at) const {
    double share = 1.0;
    for (std::size_t j = 0; j < count; ++j) share *= std::norm(response(j, at).bus_1);
    return share;
  }
  /// Share that leaves at drop `drop`.
  [[nodiscard]] double dropped(std::size_t drop, double at) const {
    return passed(drop, at) * std::norm(response(drop, at).drop);
  }
  /// Of the power at a drop, all other channels over its own.
  [[nodiscard]] double crosstalk(std::size_t drop) const {
    double others = 0.0;
    for (std::size_t l = 0; l < channels(); ++l) {
      if (l != drop) others += dropped(drop, wavelength(l));
    }
    return others / dropped(drop, wavelength(drop));
  }

  [[nodiscard]] static ir::NetRef bit(ir::NetRef bus, std::size_t index) {
    return {bus.net, bus.bit + static_cast<std::uint32_t>(index)};
  }

  void add_light(ir::ModuleBuilder& top, ir::ModuleId laser, ir::NetRef output) const {
    if (comb()) {
      top.instance("laser", laser, {{"output", output}},
                   {{"power_per_line", watts(power_)},
                    {"first_wavelength", metres(wavelength(0))},
                    {"spacing", metres(plan_.spacing)},
                    {"count", pure(static_cast<double>(channels()))}});
    } else {
      top.instance("laser", laser, {{"output", output}},
                   {{"power", watts(power_)}, {"wavelength", metres(parameters_.si("centre"))}});
    }
  }

  void add_netlist() {
    ir::Design& design = result_.design;
    design.name = "filter_bank";
    const auto laser = add_device(
        design, comb() ? DevicePart{"comb_laser",
                                    "comb_laser",
                                    "",
                                    {"power_per_line", "first_wavelength", "spacing", "count"}}
                       : DevicePart{"laser", "laser", "", {"power", "wavelength"}});
    std::vector<std::string> declared = resonator_.parameter_names();
    const auto filter =
        add_device(design, {"filter", resonator_.model(), resonator_.card(), std::move(declared)});
    const auto end = add_device(design, {"absorber", "termination", "", {}});
    const auto diode =
        add_device(design, {"photodiode", "photodetector", parameters_.text("detector"), {}});
    const auto source = add_voltage_source(design);
    const auto stage = add_transimpedance(design);
    ir::ModuleBuilder top(design, "filter_bank_bench");
    const auto count = static_cast<std::uint32_t>(channels());
    const auto bus = top.net("bus", Discipline::optical, count + 1);
    const auto drop = top.net("drop", Discipline::optical, count);
    const auto add = top.net("add", Discipline::optical, count);
    const auto current = top.net("photocurrent", Discipline::electrical, count);
    const auto output = top.net("output", Discipline::electrical, count);
    const auto bias = top.net("bias", Discipline::electrical);
    const auto ground = top.net("ground", Discipline::electrical, 1, true);
    const bool warms = resonator_.model() == "ring_add_drop_thermal";
    ir::NetRef ambient;
    if (warms) ambient = top.net("ambient", Discipline::thermal, 1, true);
    add_light(top, laser, bus);
    top.instance("bias_source", source, {{"p", bias}, {"n", ground}},
                 {{"voltage", volts(parameters_.si("bias_voltage"))}});
    for (std::size_t k = 0; k < channels(); ++k) {
      const std::string number = std::to_string(k);
      ir::ModuleBuilder::Connections ports{{"input", bit(bus, k)},
                                           {"through", bit(bus, k + 1)},
                                           {"drop", bit(drop, k)},
                                           {"add", bit(add, k)}};
      if (warms) ports.emplace_back("heat", ambient);
      top.instance("filter_" + number, filter, ports, resonator_.parameters(wavelength(k), 0.0));
      top.instance("add_end_" + number, end, {{"port", bit(add, k)}});
      top.instance("detector_" + number, diode,
                   {{"input", bit(drop, k)}, {"anode", bit(current, k)}, {"cathode", bias}});
      top.instance("stage_" + number, stage,
                   {{"p", bit(output, k)},
                    {"n", ground},
                    {"control_p", bit(current, k)},
                    {"control_n", ground}},
                   {{"transresistance", ohms(parameters_.si("transresistance"))}});
    }
    top.instance("bus_end", end, {{"port", bit(bus, channels())}});
    design.top = top.id();
  }

  /// A sweep of the laser's wavelength.
  void add_sweep(double from, double to, double step) {
    result_.analyses.push_back("dc wavelength " + base::shortest(from) + ' ' + base::shortest(to) +
                               ' ' + base::shortest(step));
  }

  void expect(std::size_t analysis, const std::string& name, const std::string& what,
              const std::string& label, double value, double floor, const char* basis) {
    result_.measurements.push_back({analysis, {name, name + ' ' + what, {}}, label});
    const double accuracy = parameters_.si("accuracy");
    result_.expectations.push_back({name, value, accuracy, accuracy * floor, basis});
  }

  /// Power of channel `channel` at a net.
  void expect_power(const std::string& name, const std::string& net, std::size_t channel,
                    const std::string& label, double share) {
    // Errors of small powers count against a thousandth of the input.
    expect(1, name, "find p(" + net + ") at=" + base::shortest(wavelength(channel)), label,
           power_ * share, 1e-3 * power_, closed_form);
  }

  void measure_channels() {
    const std::size_t count = channels();
    const double span = plan_.spacing * static_cast<double>(count + 1);
    const auto points = static_cast<double>(parameters_.integer("spectrum_points"));
    add_sweep(wavelength(0) - plan_.spacing, wavelength(0) - plan_.spacing + span,
              span / (points - 1.0));
    // The channels themselves, with one more at either end to interpolate between.
    add_sweep(wavelength(0) - plan_.spacing, wavelength(count - 1) + plan_.spacing, plan_.spacing);
    for (std::size_t k = 0; k < count; ++k) {
      const std::string number = std::to_string(k);
      const std::string net = bus_bit("drop", k, count);
      result_.traces.push_back(net + ".re");
      result_.traces.push_back(net + ".im");
      expect_power("drop_" + number, net, k, "Channel " + number + " at its drop",
                   dropped(k, wavelength(k)));
    }
    for (std::size_t k = 0; k < count; ++k) {
      for (const std::size_t l : {k - 1, k + 1}) {
        if (l >= count) continue;
        const std::string from = std::to_string(l);
        const std::string at = std::to_string(k);
        expect_power(base::concatenate({"crosstalk_", from, "_at_", at}), bus_bit("drop", k, count),
                     l, base::concatenate({"Channel ", from, " at drop ", at}),
                     dropped(k, wavelength(l)));
      }
    }
    for (std::size_t k = 0; k < count; ++k) {
      const std::string number = std::to_string(k);
      expect_power("through_" + number, bus_bit("bus", count, count + 1), k,
                   "Channel " + number + " at the bus's end", passed(count, wavelength(k)));
    }
  }

  /// All channels at once: the receivers' voltages.
  void measure_receivers() {
    const double gain = parameters_.si("transresistance");
    const double bias = parameters_.si("bias_voltage");
    const double dark = detector_.dark(bias);
    // A sweep of one point: measurements need an axis.
    const std::string point = base::shortest(bias);
    result_.analyses.push_back("dc bias_source " + point + ' ' + point + " 1");
    for (std::size_t k = 0; k < channels(); ++k) {
      double share = 0.0;
      for (std::size_t l = 0; l < channels(); ++l) share += dropped(k, wavelength(l));
      const std::string number = std::to_string(k);
      expect(0, "output_" + number, "max v(" + bus_bit("output", k, channels()) + ")",
             "Receiver " + number + ", all channels lit",
             gain * (detector_.responsivity * power_ * share + dark),
             1e-3 * gain * detector_.responsivity * power_,
             "Transresistance x (responsivity x power of all channels at the drop + dark current)");
    }
  }

  void add_figure(const std::string& key, const std::string& label, double value,
                  const base::Dimension& dimension, const std::string& method) {
    result_.figures.push_back(
        results::make_figure(key, label, value, dimension, method, "photonic"));
  }

  void add_figures() {
    const base::Dimension length = base::dimension::length;
    const std::size_t count = channels();
    double drop_loss = 0.0, neighbour = 0.0, total = 0.0, through = 0.0;
    for (std::size_t k = 0; k < count; ++k) {
      const double own = dropped(k, wavelength(k));
      drop_loss = std::max(drop_loss, decibel(own));
      through = std::max(through, decibel(passed(k, wavelength(k))));
      total = std::max(total, crosstalk(k));
      for (const std::size_t l : {k - 1, k + 1}) {
        if (l < count) neighbour = std::max(neighbour, dropped(k, wavelength(l)) / own);
      }
    }
    add_figure("channels", "Channels", static_cast<double>(count), {}, "As asked for");
    add_figure("spacing", "Channel spacing", plan_.spacing, length,
               "As asked for, or the free spectral range over the channels");
    add_figure("free_spectral_range", "Free spectral range", plan_.free_spectral_range, length,
               "Of the resonators at the centre wavelength");
    add_figure("width", "Full width of a resonance at half of its peak", plan_.width, length,
               "wavelength / quality");
    add_figure("largest_drop_loss_db", "Largest loss from the bus to a channel's own drop, dB",
               drop_loss, {}, closed_form);
    add_figure("largest_through_loss_db", "Largest loss on the bus before a channel's drop, dB",
               through, {}, "|T_0 ... T_(k-1)|^2 at channel k");
    if (count < 2) return;
    add_figure("worst_neighbour_db", "Worst crosstalk of a neighbour against the own channel, dB",
               -decibel(neighbour), {}, closed_form);
    add_figure("worst_crosstalk_db", "Worst crosstalk of all others against the own channel, dB",
               -decibel(total), {}, closed_form);
  }

  void add_table() {
    results::Table table = channel_table(plan_);
    table.name = "filter_bank";
    table.title = "Channels in closed form; crosstalk against the own channel's power at the drop";
    std::vector<double> drop, through, end;
    std::vector<std::string> left, right, all;
    const auto ratio = [](double share) { return base::shortest(-decibel(share)); };
    for (std::size_t k = 0; k < channels(); ++k) {
      const double at = wavelength(k);
      const double own = dropped(k, at);
      drop.push_back(decibel(own));
      through.push_back(decibel(passed(k, at)));
      end.push_back(decibel(passed(channels(), at)));
      left.push_back(k > 0 ? ratio(dropped(k, wavelength(k - 1)) / own) : "");
      right.push_back(k + 1 < channels() ? ratio(dropped(k, wavelength(k + 1)) / own) : "");
      all.push_back(channels() > 1 ? ratio(crosstalk(k)) : "");
    }
    table.add("drop_loss_db", drop).add("through_loss_db", through).add("bus_end_loss_db", end);
    table.add("crosstalk_shorter_db", left).add("crosstalk_longer_db", right);
    table.add("crosstalk_all_db", all);
    result_.tables.push_back(std::move(table));
  }

  const plugin::ParameterSet& parameters_;
  plugin::CircuitDesign result_;
  AddDropResonator resonator_;
  PhotodiodeValues detector_;
  ChannelPlan plan_;
  double power_ = 0.0;
};

}  // namespace

plugin::CircuitDesign build_filter_bank(const plugin::CircuitRequest& request,
                                        plugin::Context& context) {
  return FilterBank(request, context).build();
}

}  // namespace neucasl::photonic
