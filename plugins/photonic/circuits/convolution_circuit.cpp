#include "convolution_circuit.hpp"

#include <cmath>
#include <optional>
#include <utility>

#include "bench_parts.hpp"
#include "card_values.hpp"
#include "channel_tuning.hpp"
#include "circuit_text.hpp"
#include "convolution_cost.hpp"
#include "convolution_netlist.hpp"
#include "given_numbers.hpp"
#include "modulator_row.hpp"
#include "resonator_bank.hpp"
#include "weight_memory.hpp"
#include "weight_range.hpp"

namespace neucasl::photonic {
namespace {

constexpr std::size_t most_symbols = 64;

class ConvolutionCircuit {
 public:
  ConvolutionCircuit(const plugin::CircuitRequest& request, plugin::Context& context)
      : parameters_(request.parameters), context_(context) {}

  plugin::CircuitDesign build() {
    read_numbers();
    make_parts();
    tune();
    write_design();
    measure();
    add_figures();
    add_tables();
    return std::move(result_);
  }

 private:
  void read_numbers() {
    const RandomNumbers random{-1.0, 1.0, context_.seed, "photonic/kernel"};
    kernel_ = given_matrix(parameters_, "kernel", 3, 3, random);
    patch_ = given_matrix(parameters_, "patch", 4, 4, {0.0, 1.0, context_.seed, "photonic/patch"});
    require_range(patch_, 0.0, 1.0, "photonic.input", "input");
    const Eigen::Index down = patch_.values.rows() - kernel_.values.rows() + 1;
    const Eigen::Index right = patch_.values.cols() - kernel_.values.cols() + 1;
    if (down < 1 || right < 1) {
      throw base::Error("photonic.kernel", "the kernel is larger than the patch",
                        "give a patch of its size at least", kernel_.places.front());
    }
    if (static_cast<std::size_t>(down * right) > most_symbols) {
      throw base::Error("photonic.kernel",
                        "the kernel has " + std::to_string(down * right) + " places on the patch",
                        "give a patch with at most " + std::to_string(most_symbols),
                        patch_.places.front());
    }
    for (Eigen::Index i = 0; i < down; ++i) {
      for (Eigen::Index k = 0; k < right; ++k) add_symbol(i, k);
    }
  }

  /// Inputs below the kernel at (row, column), and their exact product with it.
  void add_symbol(Eigen::Index row, Eigen::Index column) {
    const Eigen::MatrixXd& w = kernel_.values;
    const Eigen::MatrixXd below = patch_.values.block(row, column, w.rows(), w.cols());
    exact_.push_back(below.cwiseProduct(w).sum());
    std::vector<double> inputs;
    for (Eigen::Index i = 0; i < w.rows(); ++i) {
      for (Eigen::Index k = 0; k < w.cols(); ++k) inputs.push_back(below(i, k));
    }
    inputs_.push_back(std::move(inputs));
  }

  void make_parts() {
    device::UseList& uses = result_.uses;
    const device::Library& cards = *context_.devices;
    const TunedDisk disk(cards, parameters_.text("weight_disk"), "microdisk_switch", uses,
                         parameters_.where("weight_disk"));
    const TunedDisk modulator(cards, parameters_.text("modulator"), "microdisk_modulator", uses,
                              parameters_.where("modulator"));
    full_scale_ = parameters_.si("full_scale");
    input_scale_ = parameters_.si("input_scale");
    bench_.detector_card = parameters_.text("detector");
    const CardValues detector(cards, bench_.detector_card, "photodetector", uses,
                              parameters_.where("detector"));
    responsivity_ = detector["responsivity"];
    detector_time_ = detector["transit_time"];
    bench_.detector_bias = parameters_.si("detector_bias");
    bench_.power = parameters_.si("power");
    bench_.transresistance = parameters_.si("unit_voltage") /
                             (responsivity_ * bench_.power * full_scale_ * input_scale_);
    bench_.guide = GuideSection(cards, parameters_.text("guide"), parameters_.si("pitch"), uses,
                                parameters_.where("guide"));
    bench_.plan = channel_plan(disk);
    modulators_.emplace(bench_.plan, modulator, parameters_.si("drive_voltage"));
    memory_.emplace(bench_.plan, disk, make_memory(), parameters_.si("bias_voltage"));
    bank_.emplace(bench_.plan, memory_->response(), bench_.guide);
  }

  [[nodiscard]] ChannelPlan channel_plan(const TunedDisk& disk) const {
    ChannelRequest request;
    request.centre = parameters_.si("wavelength");
    request.spacing = parameters_.si("spacing");
    request.channels = static_cast<int>(kernel_.values.size());
    request.free_spectral_range = disk.free_spectral_range();
    request.width = disk.width();
    request.where = kernel_.places.front();
    return plan_channels(request);
  }

  ConductanceMemory make_memory() {
    const double read = parameters_.si("read_voltage");
    const std::string& card = parameters_.text("memory");
    if (!card.empty()) return {card, read, context_, result_.uses, parameters_.where("memory")};
    const double highest = parameters_.si("highest_conductance");
    return {highest / parameters_.si("conductance_ratio"), highest, read};
  }

  [[nodiscard]] static double quantised(double input, int bits) {
    if (bits == 0) return input;
    const double steps = std::exp2(bits) - 1.0;
    return std::round(input * steps) / steps;
  }

  void tune() {
    weights_.count = bank_->channels();
    weights_.alone = [this](int channel, double g) { return bank_->share_alone(channel, g); };
    weights_.together = [this](const std::vector<double>& g) { return bank_->shares(g); };
    weights_.first = memory_->memory().lowest();
    weights_.last = memory_->memory().highest();
    require_expressible(weights_, kernel_, full_scale_);
    std::vector<double> targets = flat(kernel_);
    for (double& target : targets) target *= full_scale_;
    alone_.conductances = weights_.tune_alone(targets);
    CalibrationLimits limits;
    limits.what = "weight";
    limits.unit = full_scale_;
    limits.where = parameters_.where("full_scale");
    continuous_.conductances = calibrate(weights_, targets, limits).tunings;
    built_.conductances = continuous_.conductances;
    const int weight_bits = static_cast<int>(parameters_.integer("weight_bits"));
    for (double& g : built_.conductances) g = memory_->memory().level(g, weight_bits);
    tune_inputs();
  }

  void tune_inputs() {
    const TunedChannels drives = modulators_->channels();
    CalibrationLimits limits;
    limits.what = "input";
    limits.unit = input_scale_;
    limits.where = parameters_.where("input_scale");
    const int bits = static_cast<int>(parameters_.integer("input_bits"));
    const auto scaled = [&](std::vector<double> inputs, int to_bits) {
      for (double& x : inputs) x = quantised(x, to_bits) * input_scale_;
      return inputs;
    };
    for (const std::vector<double>& inputs : inputs_) {
      alone_.drives.push_back(drives.tune_alone(scaled(inputs, 0)));
      continuous_.drives.push_back(calibrate(drives, scaled(inputs, 0), limits).tunings);
      built_.drives.push_back(calibrate(drives, scaled(inputs, bits), limits).tunings);
    }
  }

  /// How memories and drivers are set.
  struct Setting {
    std::vector<double> conductances;         // S
    std::vector<std::vector<double>> drives;  // V, of each symbol
  };

  /// Products of all symbols by the closed form of both rows.
  [[nodiscard]] std::vector<double> products(const Setting& setting) const {
    const std::vector<double> shares = bank_->shares(setting.conductances);
    std::vector<double> result;
    for (const std::vector<double>& drives : setting.drives) {
      const std::vector<double> light = modulators_->transmissions(drives);
      double sum = 0.0;
      for (std::size_t k = 0; k < shares.size(); ++k) sum += shares[k] * light[k];
      result.push_back(sum / (full_scale_ * input_scale_));
    }
    return result;
  }

  void write_design() {
    result_.design =
        convolution_design(bench_, *modulators_, *memory_, built_.conductances, built_.drives);
  }

  void measure() {
    const double unit = parameters_.si("unit_voltage");
    const auto last = static_cast<double>(inputs_.size() - 1);
    result_.analyses.push_back("dc symbol 0 " + base::shortest(last) + " 1");
    const std::vector<double> computed = products(built_);
    const double tolerance =
        parameters_.si("accuracy") * unit * static_cast<double>(bench_.plan.channels());
    for (std::size_t s = 0; s < computed.size(); ++s) {
      expect(result_, {"y_" + std::to_string(s), "find v(result) at=" + std::to_string(s),
                       "Result " + std::to_string(s), unit * computed[s], tolerance,
                       "Closed form of modulators and series bank"});
    }
    result_.traces = {"result"};
  }

  /// Of the range of a product of this many inputs and weights.
  [[nodiscard]] double step() const {
    const auto bits = static_cast<double>(parameters_.integer("bits"));
    return 2.0 * bench_.plan.channels() / std::exp2(bits);
  }

  void add_figures() {
    const std::string bits = std::to_string(parameters_.integer("bits"));
    const auto error = [&](const Setting& setting) {
      return largest_difference(products(setting), exact_) / step();
    };
    add_figure(result_, "channels", "Channels", bench_.plan.channels(), "One for each weight");
    add_figure(result_, "results", "Places of the kernel", static_cast<double>(exact_.size()),
               "One symbol each");
    add_figure(result_, "error_alone",
               "Largest error, each device tuned alone, steps of " + bits + " bits", error(alone_),
               "Closed form against the exact product, without quantisation");
    add_figure(result_, "error_built",
               "Largest error, calibrated and quantised, steps of " + bits + " bits", error(built_),
               "Closed form against the exact product");
    add_cost_figures();
  }

  void add_cost_figures() {
    ConvolutionCost cost;
    cost.channels = bench_.plan.channels();
    cost.bits = static_cast<int>(parameters_.integer("bits"));
    cost.line_power = bench_.power;
    cost.wall_plug_efficiency = parameters_.si("wall_plug_efficiency");
    cost.receiver_power = parameters_.si("receiver_power");
    cost.receiver_time = parameters_.si("receiver_time");
    cost.detector_time = detector_time_;
    const double read = memory_->memory().read_voltage();
    for (const double g : built_.conductances) cost.memory_power += read * read * g;
    const CostShares shares = cost.of(*modulators_, memory_->disk(), *context_.devices);
    add_figure(result_, "time", "Time of a result", shares.time, cost_method(cost),
               base::dimension::time);
    add_figure(result_, "energy", "Energy of a result", shares.total(),
               "Comb, modulators, memory and receiver over that time", base::dimension::energy);
    add_figure(result_, "energy_per_operation", "Energy of an operation",
               shares.total() / (2.0 * cost.channels),
               "A multiplication and an addition are two operations", base::dimension::energy);
    result_.tables.push_back(shares.table());
  }

  void add_tables() {
    results::Table table;
    table.name = "products";
    table.title = "Products of the kernel with the patch";
    std::vector<std::int64_t> symbol;
    for (std::size_t s = 0; s < exact_.size(); ++s) symbol.push_back(static_cast<std::int64_t>(s));
    table.add("symbol", std::move(symbol)).add("exact", exact_);
    table.add("tuned_alone", products(alone_)).add("calibrated", products(continuous_));
    table.add("calibrated_and_quantised", products(built_));
    result_.tables.push_back(std::move(table));
    results::Table weights;
    weights.name = "weights";
    weights.title = "Weights and their memory";
    std::vector<double> reached = bank_->shares(built_.conductances);
    for (double& one : reached) one /= full_scale_;
    std::vector<double> bias;
    for (const double g : built_.conductances) bias.push_back(memory_->bias(g));
    weights.add("target", flat(kernel_)).add("reached", reached);
    weights.add("conductance", built_.conductances, base::dimension::conductance);
    weights.add("bias", bias, base::dimension::voltage);
    result_.tables.push_back(std::move(weights));
    result_.tables.push_back(channel_table(bench_.plan));
  }

  const plugin::ParameterSet& parameters_;
  plugin::Context& context_;
  MatrixFile kernel_, patch_;
  std::vector<std::vector<double>> inputs_;  // of each symbol
  std::vector<double> exact_;
  double full_scale_ = 1.0;
  double input_scale_ = 1.0;
  double responsivity_ = 0.0;   // A/W
  double detector_time_ = 0.0;  // s
  ConvolutionBench bench_;
  std::optional<ModulatorRow> modulators_;
  std::optional<WeightMemory> memory_;
  std::optional<ResonatorBank> bank_;
  TunedChannels weights_;
  Setting alone_, continuous_, built_;
  plugin::CircuitDesign result_;
};

}  // namespace

plugin::CircuitDesign build_convolution_unit(const plugin::CircuitRequest& request,
                                             plugin::Context& context) {
  return ConvolutionCircuit(request, context).build();
}

}  // namespace neucasl::photonic
