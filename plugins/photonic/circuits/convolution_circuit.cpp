#include "convolution_circuit.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "channel_tuning.hpp"
#include "circuit_text.hpp"
#include "convolution_bank.hpp"
#include "convolution_cost.hpp"
#include "given_numbers.hpp"
#include "unit_comparison.hpp"
#include "unit_resolution.hpp"
#include "weight_range.hpp"

namespace neucasl::photonic {
namespace {

constexpr std::size_t most_symbols = 64;

class ConvolutionCircuit {
 public:
  ConvolutionCircuit(const plugin::CircuitRequest& request, plugin::Context& context)
      : request_(request), parameters_(request.parameters), context_(context) {}

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
    const int channels = static_cast<int>(kernel_.values.size());
    parts_ = std::make_shared<const ConvolutionParts>(parameters_, channels, kernel_.places.front(),
                                                      context_, result_.uses);
    unit_bank_ =
        std::make_shared<const ConvolutionBank>(parts_, parameters_, true, context_, result_.uses);
    bank_.emplace(parts_->bank());
    weights_ = parts_->weights(*bank_);
  }

  void tune() {
    const double full_scale = parts_->full_scale();
    require_expressible(weights_, kernel_, full_scale);
    std::vector<double> targets = flat(kernel_);
    built_ = setting_of(unit_bank_->set(targets, 0));
    for (double& target : targets) target *= full_scale;
    alone_.conductances = weights_.tune_alone(targets);
    CalibrationLimits limits;
    limits.what = "weight";
    limits.unit = full_scale;
    limits.where = parameters_.where("full_scale");
    continuous_.conductances = calibrate(weights_, targets, limits).tunings;
    tune_inputs();
  }

  static ConvolutionSetting setting_of(BankSetting made) {
    return {std::move(made.conductances), std::move(made.errors), {}};
  }

  void tune_inputs() {
    const TunedChannels drives = parts_->modulators().channels();
    const int bits = static_cast<int>(parameters_.integer("input_bits"));
    for (const std::vector<double>& inputs : inputs_) {
      std::vector<double> light = inputs;
      for (double& x : light) x *= parts_->input_scale();
      alone_.drives.push_back(drives.tune_alone(light));
      continuous_.drives.push_back(parts_->drives(inputs));
      std::vector<double> quantised = inputs;
      for (double& x : quantised) x = quantised_input(x, bits);
      built_.drives.push_back(parts_->drives(quantised));
    }
  }

  /// Products of all symbols by the closed form of both rows.
  [[nodiscard]] std::vector<double> products(const ConvolutionSetting& setting) const {
    const ResonatorBank row = parts_->bank(setting.errors);
    std::vector<double> result;
    result.reserve(setting.drives.size());
    for (const std::vector<double>& drives : setting.drives) {
      result.push_back(parts_->product(row, setting.conductances, drives));
    }
    return result;
  }

  void write_design() {
    result_.design =
        convolution_design(parts_->bench(), parts_->modulators(), parts_->memory(), built_);
  }

  void measure() {
    const double unit = parameters_.si("unit_voltage");
    const auto last = static_cast<double>(inputs_.size() - 1);
    result_.analyses.push_back("dc symbol 0 " + base::shortest(last) + " 1");
    const std::vector<double> computed = products(built_);
    const double tolerance =
        parameters_.si("accuracy") * unit * static_cast<double>(plan().channels());
    for (std::size_t s = 0; s < computed.size(); ++s) {
      expect(result_, {"y_" + std::to_string(s), "find v(result) at=" + std::to_string(s),
                       "Result " + std::to_string(s), unit * computed[s], tolerance,
                       "Closed form of modulators and series bank"});
    }
    result_.traces = {"result"};
    if (const auto& activation = parts_->bench().activation)
      expect_activated(*activation, computed);
  }

  void expect_activated(const Rectifier& activation, const std::vector<double>& computed) {
    const double unit = parameters_.si("unit_voltage");
    for (std::size_t s = 0; s < computed.size(); ++s) {
      expect(result_,
             {"a_" + std::to_string(s), "find v(activated) at=" + std::to_string(s),
              "Activated result " + std::to_string(s), activation.output(unit * computed[s]),
              parameters_.si("accuracy") * unit * plan().channels(),
              "Law of the diode in the feedback of the amplifier"});
    }
    result_.traces.emplace_back("activated");
  }

  /// Of the range of a product of this many inputs and weights.
  [[nodiscard]] double step() const {
    const auto bits = static_cast<double>(parameters_.integer("bits"));
    return 2.0 * plan().channels() / std::exp2(bits);
  }

  void add_figures() {
    const std::string bits = std::to_string(parameters_.integer("bits"));
    const auto error = [&](const ConvolutionSetting& setting) {
      return largest_difference(products(setting), exact_) / step();
    };
    add_figure(result_, "channels", "Channels", plan().channels(), "One for each weight");
    add_figure(result_, "results", "Places of the kernel", static_cast<double>(exact_.size()),
               "One symbol each");
    add_figure(result_, "error_alone",
               "Largest error, each device tuned alone, steps of " + bits + " bits", error(alone_),
               "Closed form against the exact product, without quantisation");
    add_figure(result_, "error_built",
               "Largest error, calibrated and quantised, steps of " + bits + " bits", error(built_),
               "Closed form against the exact product");
    add_cost_figures();
    if (parameters_.integer("weight_vectors") > 0) add_comparison();
  }

  /// \throws base::CheckFailed when circuit and functional model differ by more than a step.
  void add_comparison() {
    if (request_.simulator == nullptr) {
      throw base::Error("photonic.comparison", "there is no simulator to compare with the model",
                        "name one, or set weight_vectors to 0",
                        parameters_.where("weight_vectors"));
    }
    ComparisonRequest request;
    request.weight_vectors = static_cast<std::size_t>(parameters_.integer("weight_vectors"));
    request.input_vectors = static_cast<std::size_t>(parameters_.integer("input_vectors"));
    request.input_bits = static_cast<int>(parameters_.integer("input_bits"));
    request.unit_voltage = parameters_.si("unit_voltage");
    request.seed = context_.seed;
    const UnitComparison found =
        compare_unit(parts_, unit_bank_, request, *request_.simulator, context_);
    const UnitResolution resolution =
        unit_resolution(*unit_bank_, found.weights, request.input_bits);
    add_comparison_figures(found, resolution);
    result_.tables.push_back(resolution.table());
    result_.tables.push_back(found.table(request.input_vectors));
    const double worst = std::max(found.largest(), found.largest_activated()) / step();
    if (worst <= 1.0) return;
    throw base::CheckFailed("photonic.comparison",
                            "circuit and functional model differ by " + base::shortest(worst) +
                                " steps of " + std::to_string(parameters_.integer("bits")) +
                                " bits",
                            "at most 1 is right", parameters_.where("weight_vectors"));
  }

  void add_comparison_figures(const UnitComparison& found, const UnitResolution& resolution) {
    const std::string bits = std::to_string(parameters_.integer("bits"));
    const std::string method = "Receiver's voltage of " + std::to_string(found.model.size()) +
                               " pairs of random weights and inputs (" + found.method +
                               ") against the functional model of inference on the same bank";
    add_figure(result_, "model_deviation",
               "Largest difference of circuit and model, steps of " + bits + " bits",
               power_of_ten_above(found.largest() / step()),
               method + ", rounded up to a power of ten");
    add_figure(result_, "weight_error", "Error of a weight in the circuit, root mean square",
               found.weight_error(),
               "Receiver's voltage against the exact products, over the root of the sum of squared "
               "inputs");
    if (!found.activated_circuit.empty()) {
      add_figure(result_, "activation_deviation",
                 "Largest difference behind the activation, steps of " + bits + " bits",
                 found.largest_activated() / step(),
                 "The activation's voltage against max(model, 0)");
    }
    for (std::size_t i = 0; i < resolution.causes.size(); ++i) {
      add_figure(result_, "bits_" + std::to_string(i), "Effective bits, " + resolution.causes[i],
                 resolution.bits[i],
                 "(SNR - 1.76 dB) / 6.02 dB of the full scale of a result over this error alone");
    }
    add_figure(result_, "bits_all", "Effective bits, all together", resolution.combined,
               "Errors of all causes added in power");
  }

  void add_cost_figures() {
    ConvolutionCost cost;
    cost.channels = plan().channels();
    cost.bits = static_cast<int>(parameters_.integer("bits"));
    cost.line_power = parts_->bench().power;
    cost.wall_plug_efficiency = parameters_.si("wall_plug_efficiency");
    cost.receiver_power = parameters_.si("receiver_power");
    cost.receiver_time = parameters_.si("receiver_time");
    cost.detector_time = parts_->detector().transit;
    const double read = parts_->memory().memory().read_voltage();
    for (const double g : built_.conductances) cost.memory_power += read * read * g;
    const CostShares shares =
        cost.of(parts_->modulators(), parts_->memory().disk(), *context_.devices);
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
    const std::vector<double> reached =
        unit_bank_->realised({built_.conductances, built_.errors}).weight;
    std::vector<double> bias;
    for (const double g : built_.conductances) bias.push_back(parts_->memory().bias(g));
    weights.add("target", flat(kernel_)).add("reached", reached);
    weights.add("conductance", built_.conductances, base::dimension::conductance);
    weights.add("bias", bias, base::dimension::voltage);
    result_.tables.push_back(std::move(weights));
    result_.tables.push_back(channel_table(plan()));
  }

  [[nodiscard]] const ChannelPlan& plan() const { return parts_->bench().plan; }

  const plugin::CircuitRequest& request_;
  const plugin::ParameterSet& parameters_;
  plugin::Context& context_;
  MatrixFile kernel_, patch_;
  std::vector<std::vector<double>> inputs_;  // of each symbol
  std::vector<double> exact_;
  std::shared_ptr<const ConvolutionParts> parts_;
  std::shared_ptr<const ConvolutionBank> unit_bank_;
  std::optional<ResonatorBank> bank_;
  TunedChannels weights_;
  ConvolutionSetting alone_, continuous_, built_;
  plugin::CircuitDesign result_;
};

}  // namespace

plugin::CircuitDesign build_convolution_unit(const plugin::CircuitRequest& request,
                                             plugin::Context& context) {
  return ConvolutionCircuit(request, context).build();
}

}  // namespace neucasl::photonic
