#include "weight_bank_circuit.hpp"

#include <cmath>
#include <optional>
#include <utility>

#include "bank_netlist.hpp"
#include "bank_resolution.hpp"
#include "bench_parts.hpp"
#include "card_values.hpp"
#include "channel_tuning.hpp"
#include "circuit_text.hpp"
#include "given_numbers.hpp"
#include "neucasl/ir/flat_netlist.hpp"
#include "node_value.hpp"
#include "weight_bank_model.hpp"
#include "weight_range.hpp"

namespace neucasl::photonic {
namespace {

using ir::Discipline;
using ir::ModuleBuilder;
using ir::NetRef;

constexpr int error_draws = 200;

class WeightBankCircuit {
 public:
  WeightBankCircuit(const plugin::CircuitRequest& request, plugin::Context& context)
      : request_(request), parameters_(request.parameters), context_(context) {}

  plugin::CircuitDesign build() {
    read_cards();
    const MatrixFile weights =
        given_matrix(parameters_, "weights", 1, parameters_.integer("channels"),
                     {-1.0, 1.0, context_.seed, "photonic/bank_weights"});
    weights_ = flat(weights);
    make_bank();
    require_expressible(channels_, weights, full_scale_);
    for (const double weight : weights_) targets_.push_back(weight * full_scale_);
    alone_ = channels_.tune_alone(targets_);
    calibrate_bank();
    write_design(alone_, calibration_.tunings);
    add_measurements();
    add_figures();
    add_tables();
    return std::move(result_);
  }

 private:
  void read_cards() {
    resonator_.emplace(*context_.devices, parameters_.text("resonator"), result_.uses,
                       parameters_.where("resonator"));
    detector_ = parameters_.text("detector");
    responsivity_ = CardValues(*context_.devices, detector_, "photodetector", result_.uses,
                               parameters_.where("detector"))["responsivity"];
    const CardValues heater(*context_.devices, parameters_.text("heater"), "heater", result_.uses,
                            parameters_.where("heater"));
    power_per_shift_ = 1.0 / (heater["shift_per_kelvin"] * heater["thermal_resistance"]);
    guide_ = GuideSection(*context_.devices, parameters_.text("guide"), parameters_.si("pitch"),
                          result_.uses, parameters_.where("guide"));
    full_scale_ = parameters_.si("full_scale");
    power_ = parameters_.si("power");
  }

  void make_bank() {
    ChannelRequest plan =
        bank_channels(parameters_, *resonator_, static_cast<int>(weights_.size()));
    if (!parameters_.text("weights").empty()) plan.where = parameters_.where("weights");
    bank_.emplace(
        plan_channels(plan),
        [this](double at, double channel, double shift) {
          return resonator_->response(at, channel, shift);
        },
        guide_);
    channels_ = tuned_channels(*bank_);
  }

  void calibrate_bank() {
    CalibrationLimits limits;
    limits.what = "weight";
    limits.unit = full_scale_;
    limits.where = parameters_.where("full_scale");
    if (parameters_.text("calibration") == "computed") {
      calibration_ = calibrate(channels_, targets_, limits);
      return;
    }
    if (request_.simulator == nullptr) {
      throw base::Error("photonic.calibration", "there is no simulator to calibrate with",
                        "name one, or set calibration to 'computed'",
                        parameters_.where("calibration"));
    }
    TunedChannels simulated = channels_;
    simulated.together = [this](const std::vector<double>& shifts) {
      write_design(shifts, shifts);
      return simulated_shares(simulate(), "calibrated");
    };
    limits.accuracy = parameters_.si("accuracy") * full_scale_;
    calibration_ = calibrate(simulated, targets_, limits);
  }

  /// One bank with its comb and receiver.
  void add_branch(ModuleBuilder& top, const std::string& name, ir::ModuleId comb, ir::ModuleId bank,
                  ir::ModuleId receiver, NetRef ground) {
    const NetRef input = top.net("input_" + name, Discipline::optical);
    const NetRef drop = top.net("drop_" + name, Discipline::optical);
    const NetRef through = top.net("through_" + name, Discipline::optical);
    const NetRef result = top.net("result_" + name, Discipline::electrical);
    top.instance("comb_" + name, comb, {{"output", input}}, comb_parameters(bank_->plan(), power_));
    top.instance("bank_" + name, bank, {{"input", input}, {"drop", drop}, {"through", through}});
    top.instance("receiver_" + name, receiver,
                 {{"plus", drop}, {"minus", through}, {"output", result}, {"ground", ground}},
                 {{"transresistance", ohms(transresistance())}});
  }

  /// A weight of 1 on a line of full power makes 1 V.
  [[nodiscard]] double transresistance() const {
    return 1.0 / (responsivity_ * power_ * full_scale_);
  }

  void write_design(const std::vector<double>& alone, const std::vector<double>& calibrated) {
    result_.design = ir::Design();
    ir::Design& design = result_.design;
    design.name = "weight_bank";
    const ir::ModuleId resonator = add_device(
        design,
        {"resonator", resonator_->model(), resonator_->card(), resonator_->parameter_names()});
    const auto module = [&](const std::string& name, const std::vector<double>& shifts) {
      BankModule bank{name, resonator, {}, guide_};
      for (std::size_t k = 0; k < shifts.size(); ++k) {
        bank.parameters.push_back(resonator_->parameters(bank_->plan().wavelengths[k], shifts[k]));
      }
      return add_bank(design, bank);
    };
    const ir::ModuleId bank_alone = module("bank_tuned_alone", alone);
    const ir::ModuleId bank_calibrated = module("bank_tuned_together", calibrated);
    const ir::ModuleId comb = add_comb(design);
    const ir::ModuleId receiver =
        add_balanced_receiver(design, detector_, parameters_.si("detector_bias"));
    ModuleBuilder top(design, "bench");
    design.top = top.id();
    const NetRef ground = top.net("ground", Discipline::electrical, 1, true);
    add_branch(top, "alone", comb, bank_alone, receiver, ground);
    add_branch(top, "calibrated", comb, bank_calibrated, receiver, ground);
  }

  [[nodiscard]] circuit::Result simulate() {
    const circuit::Circuit lowered =
        circuit::lower(ir::flatten(result_.design), *context_.models, *context_.devices);
    plugin::SimulationOptions options;
    options.tolerances = circuit::Tolerances::tight();
    return request_.simulator->simulate(lowered, circuit::OperatingPointAnalysis{}, options,
                                        context_);
  }

  [[nodiscard]] std::vector<double> simulated_shares(const circuit::Result& result,
                                                     const std::string& name) const {
    const auto count = weights_.size();
    std::vector<double> shares;
    for (std::size_t k = 0; k < count; ++k) {
      const double drop = net_power(result, carrier_net("drop_" + name, k, count));
      const double through = net_power(result, carrier_net("through_" + name, k, count));
      shares.push_back((drop - through) / power_);
    }
    return shares;
  }

  [[nodiscard]] std::vector<double> in_weights(std::vector<double> shares) const {
    for (double& share : shares) share /= full_scale_;
    return shares;
  }

  void expect_sum(const std::string& name, const std::string& label,
                  const std::vector<double>& tunings) {
    double sum = 0.0;
    for (const double weight : in_weights(bank_->shares(tunings))) sum += weight;
    const double tolerance = parameters_.si("accuracy") * static_cast<double>(weights_.size());
    expect(result_, {"sum_" + name, "max v(result_" + name + ")", label, sum, tolerance,
                     "Closed form of the series bank, 1 V for a weight of 1"});
  }

  void add_measurements() {
    result_.analyses.push_back(point_analysis("comb_alone.power_per_line", power_));
    expect_sum("alone", "Sum of the weights, each resonator tuned alone", alone_);
    expect_sum("calibrated", "Sum of the weights, calibrated", calibration_.tunings);
    const auto count = weights_.size();
    for (std::size_t k = 0; k < count; ++k) {
      const BankOutputs out = bank_->outputs(bank_->plan().wavelengths[k], calibration_.tunings);
      const auto add = [&](const std::string& port, double share) {
        expect(result_, {port + '_' + std::to_string(k),
                         "max p(" + carrier_net(port + "_calibrated", k, count) + ')',
                         "Channel " + std::to_string(k) + ", " + port, power_ * share,
                         power_ * parameters_.si("accuracy"), "Closed form of the series bank"});
      };
      add("drop", std::norm(out.drop));
      add("through", std::norm(out.through));
    }
  }

  void add_error_figures(const std::string& key, const std::string& label,
                         const std::vector<double>& weights, const std::string& method) {
    const double error = largest_difference(weights, weights_);
    add_figure(result_, "largest_error_" + key, "Largest weight error, " + label, error, method);
    add_figure(result_, "bits_" + key, "Bits left by crosstalk, " + label, std::log2(1.0 / error),
               "log2(1 / largest error): half a step of the range from -1 to 1");
  }

  void add_figures() {
    const ChannelPlan& plan = bank_->plan();
    add_figure(result_, "spacing", "Channel spacing", plan.spacing, "Distance of neighbours",
               base::dimension::length);
    add_figure(result_, "width", "Width of a resonance", plan.width,
               "Full width at half of the peak", base::dimension::length);
    add_figure(result_, "lowest_weight", "Lowest weight of a resonator alone",
               channels_.lowest(0) / full_scale_, "Resonance half a spacing away from its channel");
    add_figure(result_, "highest_weight", "Highest weight of a resonator alone",
               channels_.highest(0) / full_scale_, "Resonance on its channel");
    add_error_figures("alone", "each resonator tuned alone", in_weights(bank_->shares(alone_)),
                      "Closed form of the series bank");
    const double error =
        largest_difference(in_weights(bank_->shares(calibration_.tunings)), weights_);
    add_figure(result_, "largest_error_calibrated", "Largest weight error, calibrated, at most",
               power_of_ten_above(error),
               "Closed form of the series bank, rounded up to a power of ten");
    add_figure(result_, "corrections", "Corrections of all tunings",
               static_cast<double>(calibration_.largest_error.size() - 1),
               "Each adds what the bank misses to what is asked of each resonator");
    double shift = 0.0;
    for (const double one : calibration_.tunings) shift += one;
    add_figure(
        result_, "tuning_power", "Heater power of the calibrated bank", shift * power_per_shift_,
        "Shifts from the channels over the heater's shift for its power", base::dimension::power);
    if (request_.simulator != nullptr) add_simulated_figures();
  }

  /// \throws base::CheckFailed when the simulator finds other weights than the closed form.
  void add_simulated_figures() {
    const circuit::Result result = simulate();
    simulated_alone_ = in_weights(simulated_shares(result, "alone"));
    simulated_calibrated_ = in_weights(simulated_shares(result, "calibrated"));
    const double difference = std::max(
        largest_difference(simulated_alone_, in_weights(bank_->shares(alone_))),
        largest_difference(simulated_calibrated_, in_weights(bank_->shares(calibration_.tunings))));
    if (!(difference <= parameters_.si("accuracy"))) {
      throw base::CheckFailed("photonic.bank",
                              "simulated weights differ by " + base::shortest(difference) +
                                  " from the closed form of the bank",
                              "the limit is " + base::shortest(parameters_.si("accuracy")),
                              parameters_.where("accuracy"));
    }
    add_figure(result_, "simulated_error_alone",
               "Largest weight error by simulation, each resonator tuned alone",
               largest_difference(simulated_alone_, weights_),
               "Powers of all channels at both photodiodes: " + result.method);
    add_figure(result_, "simulated_error_calibrated",
               "Largest weight error by simulation, calibrated, at most",
               power_of_ten_above(largest_difference(simulated_calibrated_, weights_)),
               "Powers of all channels at both photodiodes, rounded up to a power of ten: " +
                   result.method);
  }

  void add_tables() {
    results::Table table;
    table.name = "weights";
    table.title = "Weights of the bank";
    std::vector<std::int64_t> channel;
    for (std::size_t k = 0; k < weights_.size(); ++k) {
      channel.push_back(static_cast<std::int64_t>(k));
    }
    table.add("channel", std::move(channel)).add("target", weights_);
    table.add("tuned_alone", in_weights(bank_->shares(alone_)));
    table.add("calibrated", in_weights(bank_->shares(calibration_.tunings)));
    if (!simulated_alone_.empty()) {
      table.add("tuned_alone_simulated", simulated_alone_);
      table.add("calibrated_simulated", simulated_calibrated_);
    }
    table.add("shift_alone", alone_, base::dimension::length);
    table.add("shift_calibrated", calibration_.tunings, base::dimension::length);
    result_.tables.push_back(std::move(table));
    results::Table history;
    history.name = "calibration";
    history.title = "Largest weight error before each correction";
    std::vector<std::int64_t> correction;
    for (std::size_t k = 0; k < calibration_.largest_error.size(); ++k) {
      correction.push_back(static_cast<std::int64_t>(k));
    }
    history.add("corrections", std::move(correction));
    history.add("largest_error", in_weights(calibration_.largest_error));
    result_.tables.push_back(std::move(history));
    result_.tables.push_back(channel_table(bank_->plan()));
    result_.tables.push_back(resolution_table());
  }

  [[nodiscard]] results::Table resolution_table() const {
    const double sigma = parameters_.si("resonance_error");
    NoiseParameters noise;
    noise.power = power_;
    noise.responsivity = responsivity_;
    noise.full_scale = full_scale_;
    noise.bandwidth = parameters_.si("bandwidth");
    noise.intensity_noise_db = parameters_.si("relative_intensity_noise_db");
    noise.load = parameters_.si("load_resistance");
    noise.temperature = model::Environment{}.temperature;
    const std::vector<double>& tunings = calibration_.tunings;
    const NoiseBits bits = noise_bits(*bank_, tunings, noise);
    const auto bits_of_error = [&](const std::vector<double>& shifts) {
      return std::log2(1.0 / largest_difference(in_weights(bank_->shares(shifts)), weights_));
    };
    const double moved = sigma > 0.0 ? resonance_weight_error(*bank_, tunings, sigma, full_scale_,
                                                              context_.seed, error_draws)
                                     : 0.0;
    results::Table table;
    table.name = "effective_bits";
    table.title = "Effective bits of a weight, by cause";
    table.add("cause", std::vector<std::string>{
                           "crosstalk, each resonator tuned alone", "crosstalk, calibrated",
                           "shot noise", "thermal noise of the load",
                           "relative intensity noise of the comb", "resonance error"});
    table.add("bits", std::vector<double>{bits_of_error(alone_), bits_of_error(tunings), bits.shot,
                                          bits.thermal, bits.intensity, std::log2(1.0 / moved)});
    return table;
  }

  const plugin::CircuitRequest& request_;
  const plugin::ParameterSet& parameters_;
  plugin::Context& context_;
  std::optional<AddDropResonator> resonator_;
  std::optional<ResonatorBank> bank_;
  GuideSection guide_;
  std::string detector_;
  double responsivity_ = 0.0;     // A/W
  double power_per_shift_ = 0.0;  // W/m
  double full_scale_ = 1.0;
  double power_ = 0.0;  // W, of a line
  std::vector<double> weights_;
  std::vector<double> targets_;  // shares
  TunedChannels channels_;
  std::vector<double> alone_;  // shifts, m
  Calibration calibration_;
  std::vector<double> simulated_alone_, simulated_calibrated_;
  plugin::CircuitDesign result_;
};

}  // namespace

plugin::CircuitDesign build_weight_bank(const plugin::CircuitRequest& request,
                                        plugin::Context& context) {
  return WeightBankCircuit(request, context).build();
}

}  // namespace neucasl::photonic
