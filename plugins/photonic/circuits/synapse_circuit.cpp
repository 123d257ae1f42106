#include "synapse_circuit.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "bank_netlist.hpp"
#include "bench_parts.hpp"
#include "card_values.hpp"
#include "channel_tuning.hpp"
#include "circuit_text.hpp"
#include "given_numbers.hpp"
#include "resonator_bank.hpp"
#include "synapse_netlist.hpp"
#include "weight_range.hpp"

namespace neucasl::photonic {
namespace {

class SynapseCircuit {
 public:
  SynapseCircuit(const plugin::CircuitRequest& request, plugin::Context& context)
      : parameters_(request.parameters), context_(context) {}

  plugin::CircuitDesign build() {
    read_numbers();
    make_parts();
    tune();
    require_reverse_bias();
    for (const double sum : sums_) {
      const double junction = junction_voltage(*neuron_, unit_voltage_ * sum - bench_.neuron_bias);
      const std::size_t i = outputs_.size();
      const double wavelength = bench_.plan.wavelengths[bench_.neuron_channel(i)];
      outputs_.push_back(std::norm(
          neuron_->response(wavelength, wavelength, bench_.neuron_trim[i], junction).bus_1));
    }
    result_.design = synapse_design(bench_, *modulators_, *resonator_, *neuron_);
    measure();
    add_figures();
    add_table();
    return std::move(result_);
  }

 private:
  void read_numbers() {
    weights_ = given_matrix(parameters_, "weights", parameters_.integer("rows"),
                            parameters_.integer("columns"),
                            {-1.0, 1.0, context_.seed, "photonic/synapse_weights"});
    inputs_ = given_matrix(parameters_, "inputs", 1, weights_.values.cols(),
                           {0.0, 1.0, context_.seed, "photonic/synapse_inputs"});
    require_shape(inputs_, 1, weights_.values.cols(), "inputs");
    require_range(inputs_, 0.0, 1.0, "photonic.input", "input");
    const Eigen::VectorXd product = weights_.values * inputs_.values.transpose();
    exact_.assign(product.data(), product.data() + product.size());
  }

  void make_parts() {
    device::UseList& uses = result_.uses;
    const device::Library& cards = *context_.devices;
    resonator_.emplace(cards, parameters_.text("resonator"), uses, parameters_.where("resonator"));
    const TunedDisk modulator(cards, parameters_.text("modulator"), "microdisk_modulator", uses,
                              parameters_.where("modulator"));
    neuron_.emplace(cards, parameters_.text("neuron"), "microdisk_modulator", uses,
                    parameters_.where("neuron"));
    full_scale_ = parameters_.si("full_scale");
    input_scale_ = parameters_.si("input_scale");
    unit_voltage_ = parameters_.si("unit_voltage");
    bench_.detector_card = parameters_.text("detector");
    responsivity_ = CardValues(cards, bench_.detector_card, "photodetector", uses,
                               parameters_.where("detector"))["responsivity"];
    bench_.detector_bias = parameters_.si("detector_bias");
    bench_.splitter_card = parameters_.text("splitter");
    excess_loss_db_ = CardValues(cards, bench_.splitter_card, "splitter", uses,
                                 parameters_.where("splitter"))["excess_loss_db"];
    bench_.power = parameters_.si("power");
    bench_.neuron_power = parameters_.si("neuron_power");
    bench_.neuron_bias = parameters_.si("neuron_bias");
    bench_.guide = GuideSection(cards, parameters_.text("guide"), parameters_.si("pitch"), uses,
                                parameters_.where("guide"));
    make_plan();
    modulators_.emplace(bench_.plan, modulator, parameters_.si("drive_voltage"));
    bank_.emplace(
        bench_.plan,
        [this](double at, double channel, double shift) {
          return resonator_->response(at, channel, shift);
        },
        bench_.guide);
  }

  void make_plan() {
    ChannelRequest request;
    request.centre = parameters_.si("wavelength");
    request.spacing = parameters_.si("spacing");
    request.channels = static_cast<int>(weights_.values.cols());
    request.free_spectral_range = resonator_->free_spectral_range(request.centre);
    request.width = resonator_->width(request.centre);
    request.where = weights_.places.front();
    bench_.plan = plan_channels(request);
  }

  void tune() {
    TunedChannels channels;
    channels.count = bank_->channels();
    channels.alone = [this](int channel, double shift) {
      return bank_->share_alone(channel, shift);
    };
    channels.together = [this](const std::vector<double>& shifts) { return bank_->shares(shifts); };
    channels.first = 0.0;
    channels.last = 0.5 * bench_.plan.spacing;
    require_expressible(channels, weights_, full_scale_);
    tune_inputs();
    const auto rows = static_cast<std::size_t>(weights_.values.rows());
    const std::vector<double> split = tree_shares(rows, excess_loss_db_);
    CalibrationLimits limits{
        .what = "weight", .unit = full_scale_, .where = parameters_.where("full_scale")};
    for (std::size_t i = 0; i < rows; ++i) {
      std::vector<double> targets;
      for (Eigen::Index k = 0; k < weights_.values.cols(); ++k) {
        targets.push_back(full_scale_ * weights_.values(static_cast<Eigen::Index>(i), k));
      }
      bench_.shifts.push_back(calibrate(channels, targets, limits).tunings);
      sums_.push_back(sum_of(bench_.shifts.back(), light_));
      sums_alone_.push_back(sum_of(channels.tune_alone(targets), light_alone_));
      bench_.transresistance.push_back(
          unit_voltage_ / (responsivity_ * bench_.power * split[i] * full_scale_ * input_scale_));
      const double wavelength = bench_.plan.wavelengths[bench_.neuron_channel(i)];
      // Dark where the weighted sum is at the threshold.
      const double dark = unit_voltage_ * parameters_.si("threshold") - bench_.neuron_bias;
      bench_.neuron_trim.push_back(neuron_->trim(wavelength, junction_voltage(*neuron_, dark)));
    }
  }

  void tune_inputs() {
    const TunedChannels drives = modulators_->channels();
    const CalibrationLimits limits{
        .what = "input", .unit = input_scale_, .where = parameters_.where("input_scale")};
    std::vector<double> targets = flat(inputs_);
    for (double& x : targets) x *= input_scale_;
    bench_.drives = calibrate(drives, targets, limits).tunings;
    light_ = modulators_->transmissions(bench_.drives);
    light_alone_ = modulators_->transmissions(drives.tune_alone(targets));
  }

  [[nodiscard]] double sum_of(const std::vector<double>& shifts,
                              const std::vector<double>& light) const {
    const std::vector<double> shares = bank_->shares(shifts);
    double sum = 0.0;
    for (std::size_t k = 0; k < shares.size(); ++k) sum += shares[k] * light[k];
    return sum / (full_scale_ * input_scale_);
  }

  void require_reverse_bias() const {
    const double largest = *std::max_element(sums_.begin(), sums_.end());
    if (unit_voltage_ * largest <= bench_.neuron_bias) return;
    throw base::Error(
        "photonic.neuron",
        "a weighted sum of " + base::to_engineering({largest, {}}) +
            " biases its neuron's junction forward",
        "lower 'unit_voltage' to " +
            base::to_engineering({bench_.neuron_bias / largest, base::dimension::voltage}) +
            " at most, or raise 'neuron_bias'",
        parameters_.where("unit_voltage"));
  }

  void measure() {
    result_.analyses.push_back(point_analysis("comb.power_per_line", bench_.power));
    const std::size_t rows = sums_.size();
    const auto channels = static_cast<std::size_t>(bench_.plan.channels());
    const double accuracy = parameters_.si("accuracy");
    for (std::size_t i = 0; i < rows; ++i) {
      expect(result_, {"sum_" + std::to_string(i), "max v(" + bus_bit("sum", i, rows) + ')',
                       "Weighted sum " + std::to_string(i), unit_voltage_ * sums_[i],
                       accuracy * unit_voltage_ * static_cast<double>(channels),
                       "Closed form of modulators, splitters and series bank"});
    }
    for (std::size_t i = 0; i < rows; ++i) {
      const std::string net =
          carrier_net(bus_bit("neuron", i, rows), bench_.neuron_channel(i), channels);
      expect(result_, {"neuron_" + std::to_string(i), "max p(" + net + ')',
                       "Neuron " + std::to_string(i), bench_.neuron_power * outputs_[i],
                       accuracy * bench_.neuron_power * static_cast<double>(channels),
                       "Transmission of the neuron's disk at that sum"});
    }
  }

  void add_figures() {
    const auto channels = static_cast<double>(bench_.plan.channels());
    const double alone = largest_difference(sums_alone_, exact_) / channels;
    const double error = largest_difference(sums_, exact_) / channels;
    add_figure(result_, "synapses", "Synapses", static_cast<double>(weights_.values.size()),
               "One resonator each");
    add_figure(result_, "error_alone", "Largest error of a sum, each resonator tuned alone", alone,
               "Closed form against the matrix product, over the largest sum of this many inputs");
    add_figure(result_, "bits_alone", "Bits of a sum, each resonator tuned alone",
               std::log2(1.0 / alone), "log2(1 / error)");
    add_figure(result_, "error_calibrated", "Largest error of a sum, calibrated, at most",
               power_of_ten_above(error), "The same, rounded up to a power of ten");
  }

  void add_table() {
    results::Table table;
    table.name = "neurons";
    table.title = "Weighted sums and outputs of the neurons";
    std::vector<std::int64_t> row;
    for (std::size_t i = 0; i < sums_.size(); ++i) row.push_back(static_cast<std::int64_t>(i));
    table.add("neuron", std::move(row)).add("product", exact_);
    table.add("tuned_alone", sums_alone_).add("calibrated", sums_);
    table.add("output", outputs_);
    result_.tables.push_back(std::move(table));
    result_.tables.push_back(channel_table(bench_.plan));
  }

  const plugin::ParameterSet& parameters_;
  plugin::Context& context_;
  MatrixFile weights_, inputs_;
  std::vector<double> exact_;
  std::optional<AddDropResonator> resonator_;
  std::optional<TunedDisk> neuron_;
  std::optional<ModulatorRow> modulators_;
  std::optional<ResonatorBank> bank_;
  SynapseBench bench_;
  double full_scale_ = 1.0;
  double input_scale_ = 1.0;
  double unit_voltage_ = 0.0;  // V
  double responsivity_ = 0.0;  // A/W
  double excess_loss_db_ = 0.0;
  std::vector<double> light_, light_alone_;  // share of each line behind the modulators
  std::vector<double> sums_, sums_alone_, outputs_;
  plugin::CircuitDesign result_;
};

}  // namespace

plugin::CircuitDesign build_synapse_array(const plugin::CircuitRequest& request,
                                          plugin::Context& context) {
  return SynapseCircuit(request, context).build();
}

}  // namespace neucasl::photonic
