#include "synapse_netlist.hpp"

#include <cmath>
#include <utility>

#include "../optics.hpp"
#include "bank_netlist.hpp"
#include "bench_parts.hpp"

namespace neucasl::photonic {
namespace {

using ir::Discipline;
using ir::ModuleBuilder;
using ir::NetRef;

void collect_shares(std::size_t leaves, double share, double kept, std::vector<double>& shares) {
  if (leaves == 1) {
    shares.push_back(share);
    return;
  }
  const std::size_t first = (leaves + 1) / 2;
  const auto all = static_cast<double>(leaves);
  collect_shares(first, share * kept * static_cast<double>(first) / all, kept, shares);
  collect_shares(leaves - first, share * kept * static_cast<double>(leaves - first) / all, kept,
                 shares);
}

class SynapseWriter {
 public:
  SynapseWriter(const SynapseBench& bench, const ModulatorRow& inputs,
                const AddDropResonator& resonator, const TunedDisk& neuron)
      : bench_(bench), inputs_(inputs), resonator_(resonator), neuron_(neuron) {}

  ir::Design write() {
    design_.name = "synapse_array";
    add_masters();
    ModuleBuilder top(design_, "bench");
    design_.top = top.id();
    ground_ = top.net("ground", Discipline::electrical, 1, true);
    ambient_ = top.net("ambient", Discipline::thermal, 1, true);
    const NetRef modulated = add_inputs(top);
    const auto rows = static_cast<std::uint32_t>(bench_.shifts.size());
    const NetRef branch = rows == 1 ? modulated : top.net("branch", Discipline::optical, rows);
    if (rows > 1) split(top, modulated, branch, 0, rows);
    const NetRef sum = top.net("sum", Discipline::electrical, rows);
    const NetRef output = top.net("neuron", Discipline::optical, rows);
    const NetRef bias = top.net("neuron_bias", Discipline::electrical);
    top.instance("neuron_bias_source", source_, {{"p", bias}, {"n", ground_}},
                 {{"voltage", volts(bench_.neuron_bias)}});
    for (std::size_t i = 0; i < rows; ++i) {
      add_row(top, i, bit_of(branch, i), bit_of(sum, i));
      add_neuron(top, i, bit_of(sum, i), bias, bit_of(output, i));
    }
    return std::move(design_);
  }

 private:
  void add_masters() {
    comb_ = add_comb(design_);
    source_ = add_voltage_source(design_);
    termination_ = add_termination(design_);
    modulators_ =
        add_modulators(design_, {"inputs", inputs_.add_primitive(design_), inputs_.parameters()});
    splitter_ =
        add_device(design_, {"splitter", "splitter", bench_.splitter_card, {"power_share"}});
    receiver_ = add_balanced_receiver(design_, bench_.detector_card, bench_.detector_bias);
    laser_ = add_device(design_, {"laser", "laser", "", {"power", "wavelength"}});
    disk_ = add_device(design_,
                       {"neuron_disk", neuron_.model(), neuron_.card(), TunedDisk::declared()});
    const ir::ModuleId resonator = add_device(
        design_,
        {"resonator", resonator_.model(), resonator_.card(), resonator_.parameter_names()});
    for (std::size_t i = 0; i < bench_.shifts.size(); ++i) {
      BankModule bank{numbered("weights", i), resonator, {}, bench_.guide};
      for (std::size_t k = 0; k < bench_.shifts[i].size(); ++k) {
        bank.parameters.push_back(
            resonator_.parameters(bench_.plan.wavelengths[k], bench_.shifts[i][k]));
      }
      banks_.push_back(add_bank(design_, bank));
    }
  }

  NetRef add_inputs(ModuleBuilder& top) {
    const NetRef light = top.net("light", Discipline::optical);
    const NetRef modulated = top.net("modulated", Discipline::optical);
    const auto count = static_cast<std::uint32_t>(bench_.drives.size());
    const NetRef drive = top.net("drive", Discipline::electrical, count);
    top.instance("comb", comb_, {{"output", light}}, comb_parameters(bench_.plan, bench_.power));
    for (std::size_t k = 0; k < count; ++k) {
      top.instance(numbered("drive_source", k), source_, {{"p", bit_of(drive, k)}, {"n", ground_}},
                   {{"voltage", volts(bench_.drives[k])}});
    }
    top.instance("inputs", modulators_,
                 {{"input", light},
                  {"output", modulated},
                  {"drive", drive},
                  {"ground", ground_},
                  {"ambient", ambient_}});
    return modulated;
  }

  /// Splitters from `from` to the bits [first, first + leaves) of `branch`.
  void split(ModuleBuilder& top, NetRef from, NetRef branch, std::size_t first,
             std::size_t leaves) {
    const std::size_t upper = (leaves + 1) / 2;
    const std::string name = std::to_string(first) + '_' + std::to_string(first + leaves - 1);
    const auto end = [&](std::size_t start, std::size_t count) {
      return count == 1 ? bit_of(branch, start)
                        : top.net("split_" + std::to_string(start) + '_' +
                                      std::to_string(start + count - 1),
                                  Discipline::optical);
    };
    const NetRef one = end(first, upper);
    const NetRef two = end(first + upper, leaves - upper);
    top.instance("splitter_" + name, splitter_,
                 {{"common", from}, {"branch_1", one}, {"branch_2", two}},
                 {{"power_share", pure(static_cast<double>(upper) / static_cast<double>(leaves))}});
    if (upper > 1) split(top, one, branch, first, upper);
    if (leaves - upper > 1) split(top, two, branch, first + upper, leaves - upper);
  }

  void add_row(ModuleBuilder& top, std::size_t i, NetRef input, NetRef sum) {
    const NetRef drop = top.net(numbered("drop", i), Discipline::optical);
    const NetRef through = top.net(numbered("through", i), Discipline::optical);
    top.instance(numbered("row", i), banks_[i],
                 {{"input", input}, {"drop", drop}, {"through", through}});
    top.instance(numbered("receiver", i), receiver_,
                 {{"plus", drop}, {"minus", through}, {"output", sum}, {"ground", ground_}},
                 {{"transresistance", ohms(bench_.transresistance[i])}});
  }

  void add_neuron(ModuleBuilder& top, std::size_t i, NetRef sum, NetRef bias, NetRef output) {
    const double wavelength = bench_.plan.wavelengths[bench_.neuron_channel(i)];
    const NetRef pump = top.net(numbered("pump", i), Discipline::optical);
    top.instance(numbered("neuron_laser", i), laser_, {{"output", pump}},
                 {{"power", watts(bench_.neuron_power)}, {"wavelength", metres(wavelength)}});
    top.instance(numbered("neuron_disk", i), disk_,
                 {{"input", pump},
                  {"through", output},
                  {"anode", sum},
                  {"cathode", bias},
                  {"heat", ambient_}},
                 TunedDisk::parameters(wavelength, bench_.neuron_trim[i]));
    top.instance(numbered("neuron_end", i), termination_, {{"port", output}});
  }

  const SynapseBench& bench_;
  const ModulatorRow& inputs_;
  const AddDropResonator& resonator_;
  const TunedDisk& neuron_;
  ir::Design design_;
  ir::ModuleId comb_, source_, termination_, modulators_, splitter_, receiver_, laser_, disk_;
  std::vector<ir::ModuleId> banks_;
  NetRef ground_, ambient_;
};

}  // namespace

std::vector<double> tree_shares(std::size_t leaves, double excess_loss_db) {
  std::vector<double> shares;
  shares.reserve(leaves);
  collect_shares(leaves, 1.0, std::pow(amplitude_of_loss(excess_loss_db), 2), shares);
  return shares;
}

ir::Design synapse_design(const SynapseBench& bench, const ModulatorRow& inputs,
                          const AddDropResonator& resonator, const TunedDisk& neuron) {
  return SynapseWriter(bench, inputs, resonator, neuron).write();
}

}  // namespace neucasl::photonic
