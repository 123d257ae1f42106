#include "deck.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>

#include "model_names.hpp"
#include "neucasl/base/hash.hpp"
#include "neucasl/circuit/spice_export.hpp"
#include "worker.pb.h"
#include "worker_protocol.hpp"

namespace neucasl::ngspice_plugin {
namespace {

namespace message = ngspice::worker;
using circuit::Circuit;
using circuit::Waveform;

/// ngspice keeps the words of one element in a table of 512 and does not check its end.
constexpr std::size_t most_unknowns = 400;
constexpr std::size_t most_sweep_bytes = std::size_t{32} << 20;
constexpr double kelvin_at_zero = 273.15;
constexpr double boltzmann = 1.380649e-23;
constexpr double reference_resistance = 1e3;

bool is_transient(const circuit::Analysis& analysis) {
  return std::holds_alternative<circuit::TransientAnalysis>(analysis);
}

/// ngspice returns the last but one solution of its search. At rest one more step costs little and
/// makes that as good as the last.
circuit::Tolerances at_rest(const circuit::Tolerances& wanted) {
  const auto closer = [](double value, double least) {
    return std::min(value, std::max(0.01 * value, least));
  };
  return {closer(wanted.relative, 1e-9), closer(wanted.voltage, 1e-12),
          closer(wanted.current, 1e-15), wanted.truncation};
}

double temperature_of(const Circuit& circuit) {
  return circuit.devices.empty() ? 300.0 : circuit.devices.front().environment.temperature;
}

/// SHA-256 of a library of models, read once: the host never loads another file of that name.
const std::string& hash_of(const std::filesystem::path& library) {
  static std::mutex mutex;
  static std::map<std::filesystem::path, std::string> known;
  const std::lock_guard lock(mutex);
  std::string& hash = known[library];
  if (hash.empty()) hash = base::sha256_file(library);
  return hash;
}

/// Frequencies as arguments of ngspice: "dec" or "lin" where they are even, else one by one.
class FrequencyLines {
 public:
  explicit FrequencyLines(const std::vector<double>& frequencies) : f_(frequencies) {}

  std::vector<std::string> lines() {
    if (f_.size() > 2 && even([](double a, double b) { return b - a; })) {
      return {line("lin", f_.size(), f_.front(), f_.back())};
    }
    if (f_.size() > 2 && even([](double a, double b) { return b / a; })) {
      const double per_decade = 1.0 / std::log10(f_[1] / f_[0]);
      const double whole = std::round(per_decade);
      if (whole >= 1.0 && std::abs(per_decade - whole) < 1e-6 * whole) {
        return {line("dec", static_cast<std::size_t>(whole), f_.front(), f_.back())};
      }
    }
    std::vector<std::string> result;
    for (const double one : f_) result.push_back(line("lin", 1, one, one));
    return result;
  }

 private:
  template <class Step>
  [[nodiscard]] bool even(Step step) const {
    const double first = step(f_[0], f_[1]);
    for (std::size_t i = 2; i < f_.size(); ++i) {
      if (!(std::abs(step(f_[i - 1], f_[i]) - first) <= 1e-9 * std::abs(first))) return false;
    }
    return f_[1] > f_[0];
  }
  static std::string line(const char* kind, std::size_t count, double from, double to) {
    std::string text = std::string(kind) + ' ' + std::to_string(count) + ' ';
    circuit::append_spice_number(text, from);
    text += ' ';
    circuit::append_spice_number(text, to);
    return text;
  }

  const std::vector<double>& f_;
};

class Writer {
 public:
  Writer(const Circuit& circuit, const DeckTask& task, message::Request& request)
      : circuit_(circuit), task_(task), request_(request) {
    sweep_ = std::get_if<circuit::SweepAnalysis>(&task.analysis);
    noise_ = std::get_if<circuit::NoiseAnalysis>(&task.analysis);
    if (sweep_ != nullptr) find_swept();
  }

  std::vector<Output> write() {
    request_.set_linear(circuit_.linear());
    request_.set_last(std::numeric_limits<double>::quiet_NaN());
    options();
    passives();
    couplings();
    sources();
    controlled();
    behavioural();
    transmission_lines();
    devices();
    noise_currents();
    if (sweep_ != nullptr) sweep();
    initial_values();
    finish_devices();
    outputs();
    std::visit([this](const auto& one) { analysis(one); }, task_.analysis);
    request_.set_deck(std::move(text_));
    return std::move(outputs_);
  }

 private:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  void node(std::uint32_t index) {
    if (index == 0) {
      text_ += " 0";
    } else {
      text_ += " n";
      append_integer(index);
    }
  }
  void append_integer(std::size_t value) {
    char digits[24];
    text_.append(digits, std::to_chars(std::begin(digits), std::end(digits), value).ptr);
  }
  void number(double value) {
    text_ += ' ';
    circuit::append_spice_number(text_, value);
  }
  void setting(const char* name, double value) {
    text_ += name;
    circuit::append_spice_number(text_, value);
  }
  void element(const char* letter, std::size_t index, std::uint32_t p, std::uint32_t n) {
    text_ += letter;
    append_integer(index);
    node(p);
    node(n);
  }

  void options() {
    const circuit::Tolerances& wanted = task_.tolerances;
    const bool linear = circuit_.linear();
    text_ += ".options noinit method=trap";
    // A linear circuit has its solution at once or none. At rest its tolerances make ngspice solve
    // until two solutions agree closely; in a transient they would also set the steps.
    if (linear) text_ += " gminsteps=0 srcsteps=0";
    if (linear && !is_transient(task_.analysis)) {
      text_ += " reltol=1e-10 abstol=1e-18 vntol=1e-15";
    } else {
      const circuit::Tolerances used = is_transient(task_.analysis) ? wanted : at_rest(wanted);
      setting(" reltol=", used.relative);
      setting(" abstol=", used.current);
      setting(" vntol=", used.voltage);
      setting(" trtol=", wanted.truncation);
      // Charges of femtofarads count.
      text_ += " chgtol=1e-18";
    }
    // The rate of a slow state is a small conductance, and not an absent one.
    const bool states = std::ranges::any_of(circuit_.nodes, [](const circuit::Node& one) {
      return one.kind == circuit::NodeKind::internal &&
             one.internal != model::InternalKind::algebraic;
    });
    if (states) text_ += " pivtol=1e-24";
    const double celsius = temperature_of(circuit_) - kelvin_at_zero;
    setting(" temp=", celsius);
    setting(" tnom=", celsius);
    text_ += '\n';
  }

  void passives() {
    using Kind = circuit::PassiveKind;
    for (std::size_t i = 0; i < circuit_.passives.size(); ++i) {
      const circuit::Passive& one = circuit_.passives[i];
      if (i == swept_passive_) continue;
      if (one.kind == Kind::conductance && one.value == 0.0) continue;  // open
      if (one.kind == Kind::capacitor && one.value == 0.0) continue;
      const bool resistive = one.kind == Kind::resistor || one.kind == Kind::conductance;
      element(resistive ? "r" : one.kind == Kind::capacitor ? "c" : "l", i, one.p, one.n);
      number(one.kind == Kind::conductance
                 ? std::clamp(1.0 / one.value, std::numeric_limits<double>::lowest(),
                              std::numeric_limits<double>::max())
                 : one.value);
      if (one.initial && !resistive) setting(" ic=", *one.initial);
      text_ += '\n';
    }
  }

  void couplings() {
    for (std::size_t i = 0; i < circuit_.couplings.size(); ++i) {
      const circuit::Coupling& one = circuit_.couplings[i];
      text_ += 'k';
      append_integer(i);
      text_ += " l";
      append_integer(one.first);
      text_ += " l";
      append_integer(one.second);
      number(one.coefficient);
      text_ += '\n';
    }
  }

  void sources() {
    for (std::size_t i = 0; i < circuit_.sources.size(); ++i) {
      if (i == swept_source_) continue;
      const circuit::Source& one = circuit_.sources[i];
      element(one.is_voltage ? "v" : "i", i, one.p, one.n);
      // With both, ngspice warns when they differ in the last digit.
      if (is_transient(task_.analysis) && one.waveform.kind != Waveform::Kind::constant) {
        // To ngspice a duration of zero means a default.
        text_ += ' ' + circuit::spice_waveform(one.waveform, 1e-6 * largest_step(transient()));
      } else {
        text_ += " dc";
        number(one.rest);
      }
      small_signal(one);
      text_ += '\n';
    }
  }

  void small_signal(const circuit::Source& one) {
    // The gain to which ngspice refers noise is from all sources with such a value.
    if (noise_ != nullptr) {
      if (one.name == noise_->input) text_ += " ac 1";
      return;
    }
    if (one.ac_magnitude == 0.0) return;
    text_ += " ac";
    number(one.ac_magnitude);
    number(one.ac_phase * 180.0 / std::numbers::pi);
  }

  void controlled() {
    using Kind = circuit::ControlledKind;
    for (std::size_t i = 0; i < circuit_.controlled.size(); ++i) {
      const circuit::Controlled& one = circuit_.controlled[i];
      const bool by_current =
          one.kind == Kind::voltage_by_current || one.kind == Kind::current_by_current;
      static constexpr const char* letters[] = {"e", "g", "h", "f"};
      element(letters[static_cast<std::size_t>(one.kind)], i, one.p, one.n);
      if (by_current) {
        text_ += " vc";
        append_integer(i);
      } else {
        node(one.control_p);
        node(one.control_n);
      }
      number(one.gain);
      text_ += '\n';
      if (!by_current) continue;
      element("vc", i, one.control_p, one.control_n);
      text_ += " dc 0\n";
    }
  }

  [[nodiscard]] const circuit::TransientAnalysis& transient() const {
    return std::get<circuit::TransientAnalysis>(task_.analysis);
  }

  [[nodiscard]] std::vector<std::string> names_of(std::span<const std::uint32_t> nodes) const {
    std::vector<std::string> names;
    names.reserve(nodes.size());
    for (const std::uint32_t one : nodes) {
      names.push_back(one == 0 ? "0" : 'n' + std::to_string(one));
    }
    return names;
  }

  void behavioural() {
    if (circuit_.behavioural.empty()) return;
    std::vector<std::uint32_t> all(circuit_.nodes.size());
    std::iota(all.begin(), all.end(), 0U);
    const std::vector<std::string> names = names_of(all);
    for (std::size_t i = 0; i < circuit_.behavioural.size(); ++i) {
      circuit::append_formula_source(circuit_, i, 'b' + std::to_string(i), names, text_);
    }
  }

  void transmission_lines() {
    for (std::size_t i = 0; i < circuit_.lines.size(); ++i) {
      const circuit::TransmissionLine& one = circuit_.lines[i];
      element("t", i, one.p1, one.n1);
      node(one.p2);
      node(one.n2);
      setting(" z0=", one.impedance);
      setting(" td=", one.delay);
      // Otherwise lines in a loop set more and more break points.
      text_ += " rel=1e9 abs=1e9\n";
    }
  }

  // Devices.

  void devices() {
    if (task_.form == DeviceForm::behavioural) {
      for (std::size_t i = 0; i < circuit_.devices.size(); ++i) {
        circuit::append_behavioural(circuit_, i, 'd' + std::to_string(i),
                                    names_of(circuit_.devices[i].nodes),
                                    is_transient(task_.analysis), text_);
      }
      return;
    }
    for (const circuit::ModelUse& use : circuit_.models) add_model(use);
    for (std::size_t i = 0; i < circuit_.devices.size(); ++i) {
      const circuit::Device& one = circuit_.devices[i];
      if (one.nodes.size() > most_unknowns) {
        throw base::Error("ngspice.device-size",
                          "device '" + one.name + "' has " + std::to_string(one.nodes.size()) +
                              " unknowns, more than " + std::to_string(most_unknowns),
                          "simulate it with the simulator native", one.where);
      }
      bridge_line(model_of_.size(), one.nodes);
      model_of_.push_back(one.model);
      derived_.insert(derived_.end(), one.derived.begin(), one.derived.end());
      for (const std::uint32_t index : internals_of(one)) {
        initial_.push_back(circuit_.nodes[index].initial);
        scale_.push_back(circuit_.nodes[index].scale);
      }
    }
  }

  [[nodiscard]] std::span<const std::uint32_t> internals_of(const circuit::Device& one) const {
    const std::size_t terminals =
        circuit_.models[one.model].model->specification().terminal_unknowns();
    return std::span(one.nodes).subspan(terminals);
  }

  void add_model(const circuit::ModelUse& use) {
    message::Model& added = *request_.mutable_devices()->add_model();
    const model::Specification& specification = use.model->specification();
    added.set_library(use.origin.library.string());
    added.set_sha256(hash_of(use.origin.library));
    added.set_name(specification.name);
    added.set_unknowns(static_cast<std::uint32_t>(specification.unknowns()));
    added.set_derived(static_cast<std::uint32_t>(use.model->derived_size()));
  }
  std::uint32_t add_own_model(const char* name, std::uint32_t unknowns, std::uint32_t derived) {
    message::Model& added = *request_.mutable_devices()->add_model();
    added.set_name(name);
    added.set_unknowns(unknowns);
    added.set_derived(derived);
    return static_cast<std::uint32_t>(request_.devices().model_size()) - 1;
  }

  void bridge_line(std::size_t index, std::span<const std::uint32_t> nodes) {
    text_ += 'a';
    append_integer(index);
    text_ += " [";
    for (const std::uint32_t one : nodes) node(one);
    text_ += " ] bridge\n";
  }

  void finish_devices() {
    if (model_of_.empty()) return;
    text_ += ".model bridge neucasl_bridge\n";
    message::Devices& devices = *request_.mutable_devices();
    devices.set_model_of(pack<std::uint32_t>(model_of_));
    devices.set_derived(pack<double>(derived_));
    devices.set_initial(pack<double>(initial_));
    devices.set_scale(pack<double>(scale_));
  }

  // Sweeps: a source counts the points, the worker changes its table of devices at each.

  void find_swept() {
    for (std::size_t i = 0; i < circuit_.sources.size() && swept_source_ == none; ++i) {
      if (circuit_.sources[i].name == sweep_->target) swept_source_ = i;
    }
    for (std::size_t i = 0; i < circuit_.passives.size() && swept_source_ == none; ++i) {
      const circuit::Passive& one = circuit_.passives[i];
      if (one.name != sweep_->target) continue;
      // At rest a capacitance and an inductance have no effect.
      if (one.kind == circuit::PassiveKind::resistor ||
          one.kind == circuit::PassiveKind::conductance) {
        swept_passive_ = i;
      }
      break;
    }
  }

  void sweep() {
    const std::size_t points = task_.last_point - task_.first_point;
    if (swept_source_ != none) {
      const circuit::Source& one = circuit_.sources[swept_source_];
      std::vector<std::uint32_t> nodes{one.p, one.n};
      if (one.is_voltage) nodes.push_back(current_node());
      sweep_element(one.is_voltage ? swept_voltage : swept_current, nodes,
                    [](double value) { return value; });
    } else if (swept_passive_ != none) {
      const circuit::Passive& one = circuit_.passives[swept_passive_];
      const bool inverse = one.kind == circuit::PassiveKind::resistor;
      const std::vector<std::uint32_t> nodes{one.p, one.n};
      sweep_element(swept_conductance, nodes,
                    [&](double value) { return inverse ? 1.0 / value : value; });
    } else {
      sweep_devices();
    }
    text_ += "vpoint npoint 0 dc 0\n";
    text_ += 'a';
    append_integer(model_of_.size());
    text_ += " [ npoint ] bridge\n";
    model_of_.push_back(add_own_model(sweep_point, 1, 0));
    request_.set_points(static_cast<std::uint32_t>(points));
    request_.set_last(static_cast<double>(points - 1));
  }

  /// Behind the last node of the circuit.
  [[nodiscard]] std::uint32_t current_node() const {
    return static_cast<std::uint32_t>(circuit_.nodes.size());
  }

  template <class Convert>
  void sweep_element(const char* name, std::span<const std::uint32_t> nodes, Convert convert) {
    bridge_line(model_of_.size(), nodes);
    std::vector<double> values;
    for (std::size_t k = task_.first_point; k < task_.last_point; ++k) {
      values.push_back(convert(sweep_->values[k]));
    }
    message::SweptDevice& swept = *request_.add_swept();
    swept.set_device(static_cast<std::uint32_t>(model_of_.size()));
    swept.set_derived(pack<double>(values));
    model_of_.push_back(add_own_model(name, static_cast<std::uint32_t>(nodes.size()), 1));
    derived_.push_back(values.front());
    if (nodes.size() < 3) return;
    initial_.push_back(0.0);
    scale_.push_back(1.0);
    swept.set_initial(pack<double>(std::vector<double>(values.size(), 0.0)));
  }

  void sweep_devices() {
    Circuit changed = circuit_;
    struct Table {
      std::vector<double> derived;
      std::vector<double> initial;
    };
    std::map<std::size_t, Table> tables;
    const auto numbers_of = [&](const Circuit& from, std::size_t device) {
      Table row{from.devices[device].derived, {}};
      for (const std::uint32_t index : internals_of(from.devices[device])) {
        row.initial.push_back(from.nodes[index].initial);
      }
      return row;
    };
    const auto append = [](Table& table, const Table& row) {
      table.derived.insert(table.derived.end(), row.derived.begin(), row.derived.end());
      table.initial.insert(table.initial.end(), row.initial.begin(), row.initial.end());
    };
    for (std::size_t k = task_.first_point; k < task_.last_point; ++k) {
      changed.set(sweep_->target, sweep_->values[k]);
      for (std::size_t i = 0; i < changed.devices.size(); ++i) {
        const Table row = numbers_of(changed, i);
        auto place = tables.find(i);
        if (place == tables.end()) {
          const Table base = numbers_of(circuit_, i);
          if (row.derived == base.derived && row.initial == base.initial) continue;
          place = tables.emplace(i, Table{}).first;
          for (std::size_t before = task_.first_point; before < k; ++before) {
            append(place->second, base);
          }
        }
        append(place->second, row);
      }
    }
    for (const auto& [device, table] : tables) {
      message::SweptDevice& swept = *request_.add_swept();
      swept.set_device(static_cast<std::uint32_t>(device));
      swept.set_derived(pack<double>(table.derived));
      swept.set_initial(pack<double>(table.initial));
    }
  }

  // Noise: a resistor on a node of its own has a known noise voltage, which controls the current.

  void noise_currents() {
    const double temperature = temperature_of(circuit_);
    for (std::size_t i = 0; i < task_.noise.size(); ++i) {
      const NoiseCurrent& one = task_.noise[i];
      if (one.white > 0.0) {
        const double density = 4.0 * boltzmann * temperature * reference_resistance;
        text_ += "rnw";
        append_integer(i);
        text_ += " nnw";
        append_integer(i);
        text_ += " 0";
        number(reference_resistance);
        text_ += '\n';
        noise_transfer(i, 'w', std::sqrt(one.white / density));
      }
      if (one.flicker > 0.0) flicker(i, one);
    }
  }

  void noise_transfer(std::size_t index, char kind, double transconductance) {
    const NoiseCurrent& one = task_.noise[index];
    text_ += "gn";
    text_ += kind;
    append_integer(index);
    node(one.from);
    node(one.to);
    text_ += " nn";
    text_ += kind;
    append_integer(index);
    text_ += " 0";
    number(transconductance);
    text_ += '\n';
  }

  /// A resistor of 1 ohm that carries 1 A has, in this model, a noise of 1 A^2 over the frequency,
  /// beside which its thermal noise is nothing. The bias is taken off its node.
  void flicker(std::size_t index, const NoiseCurrent& one) {
    if (!flicker_model_) text_ += ".model flicker r(kf=1 af=2 ef=1)\n";
    flicker_model_ = true;
    const std::string number_text = std::to_string(index);
    text_ += "inf" + number_text + " 0 nnb" + number_text + " dc 1\n";
    text_ += "rnf" + number_text + " nnb" + number_text + " 0 flicker r=1\n";
    text_ += "vnf" + number_text + " nnb" + number_text + " nnf" + number_text + " dc 1\n";
    text_ += "rng" + number_text + " nnf" + number_text + " 0 1e12 noisy=0\n";
    noise_transfer(index, 'f', std::sqrt(one.flicker));
  }

  void initial_values() {
    const auto* transient = std::get_if<circuit::TransientAnalysis>(&task_.analysis);
    if (transient == nullptr) return;
    for (const auto& [index, voltage] : circuit_.initial_voltages) initial_value(index, voltage);
    if (!transient->use_initial_conditions && task_.form == DeviceForm::bridge) return;
    for (std::uint32_t i = 1; i < circuit_.nodes.size(); ++i) {
      const circuit::Node& one = circuit_.nodes[i];
      if (one.kind != circuit::NodeKind::internal) continue;
      if (!transient->use_initial_conditions && one.internal != model::InternalKind::memory) {
        continue;
      }
      initial_value(i, one.initial / one.scale);
    }
  }
  void initial_value(std::uint32_t index, double value) {
    text_ += ".ic v(n";
    append_integer(index);
    text_ += ")=";
    circuit::append_spice_number(text_, value);
    text_ += '\n';
  }

  // What to read.

  void outputs() {
    if (noise_ != nullptr) {
      want("onoise_spectrum", {Output::Kind::noise, 0, 1.0});
      want("inoise_spectrum", {Output::Kind::noise, 1, 1.0});
      return;
    }
    for (std::uint32_t i = 1; i < circuit_.nodes.size(); ++i) {
      const circuit::Node& one = circuit_.nodes[i];
      const double factor = one.kind == circuit::NodeKind::internal ? one.scale : 1.0;
      want('n' + std::to_string(i), {Output::Kind::node, i, factor});
    }
    for (std::uint32_t i = 0; i < circuit_.sources.size(); ++i) {
      if (!circuit_.sources[i].is_voltage) continue;
      want(i == swept_source_ ? 'n' + std::to_string(current_node()) : branch("v", i),
           {Output::Kind::source, i, 1.0});
    }
    for (std::uint32_t i = 0; i < circuit_.passives.size(); ++i) {
      if (circuit_.passives[i].kind != circuit::PassiveKind::inductor) continue;
      want(branch("l", i), {Output::Kind::passive, i, 1.0});
    }
    for (std::uint32_t i = 0; i < circuit_.controlled.size(); ++i) want_controlled(i);
    for (std::uint32_t i = 0; i < circuit_.behavioural.size(); ++i) {
      if (!circuit_.behavioural[i].is_voltage) continue;
      want(branch("b", i), {Output::Kind::behavioural, i, 1.0});
    }
  }
  void want_controlled(std::uint32_t index) {
    using Kind = circuit::ControlledKind;
    const Kind kind = circuit_.controlled[index].kind;
    if (kind == Kind::voltage_by_voltage)
      want(branch("e", index), {Output::Kind::controlled, index, 1.0});
    if (kind == Kind::voltage_by_current)
      want(branch("h", index), {Output::Kind::controlled, index, 1.0});
    if (kind == Kind::voltage_by_current || kind == Kind::current_by_current) {
      want(branch("vc", index), {Output::Kind::control, index, 1.0});
    }
  }
  void want(std::string name, const Output& output) {
    request_.add_wanted(std::move(name));
    outputs_.push_back(output);
  }
  static std::string branch(const char* letter, std::uint32_t index) {
    return letter + std::to_string(index) + "#branch";
  }

  // What to run.

  void analysis(const circuit::OperatingPointAnalysis&) {
    request_.set_analysis(message::ANALYSIS_OPERATING_POINT);
    request_.add_command("op");
  }
  void analysis(const circuit::SweepAnalysis&) {
    request_.set_analysis(message::ANALYSIS_SWEEP);
    request_.add_command("dc vpoint 0 " + std::to_string(request_.points() - 1) + " 1");
  }
  void analysis(const circuit::AcAnalysis& one) {
    request_.set_analysis(message::ANALYSIS_AC);
    frequencies("ac ", one.frequencies);
  }
  void analysis(const circuit::NoiseAnalysis& one) {
    request_.set_analysis(message::ANALYSIS_NOISE);
    std::string start = "noise v(" + node_text(one.output);
    if (!one.reference.empty()) start += ',' + node_text(one.reference);
    start += ") ";
    for (std::size_t i = 0; i < circuit_.sources.size(); ++i) {
      if (circuit_.sources[i].name != one.input) continue;
      start += (circuit_.sources[i].is_voltage ? 'v' : 'i') + std::to_string(i);
    }
    frequencies(start + ' ', one.frequencies);
  }
  [[nodiscard]] std::string node_text(const std::string& name) const {
    const std::uint32_t index = circuit_.find_node(name).value_or(0);
    return index == 0 ? "0" : 'n' + std::to_string(index);
  }
  void frequencies(const std::string& start, const std::vector<double>& values) {
    const std::vector<std::string> lines = FrequencyLines(values).lines();
    for (const std::string& line : lines) request_.add_command(start + line);
    request_.set_points(static_cast<std::uint32_t>(values.size() / lines.size()));
  }
  void analysis(const circuit::TransientAnalysis& one) {
    request_.set_analysis(message::ANALYSIS_TRANSIENT);
    const double step = largest_step(one);
    std::string line = "tran ";
    circuit::append_spice_number(line, step);
    line += ' ';
    circuit::append_spice_number(line, one.stop);
    line += " 0 ";
    circuit::append_spice_number(line, step);
    if (one.use_initial_conditions) line += " uic";
    request_.add_command(line);
    request_.set_last(one.stop);
  }

  const Circuit& circuit_;
  const DeckTask& task_;
  message::Request& request_;
  const circuit::SweepAnalysis* sweep_ = nullptr;
  const circuit::NoiseAnalysis* noise_ = nullptr;
  std::size_t swept_source_ = none;
  std::size_t swept_passive_ = none;
  bool flicker_model_ = false;
  std::string text_;
  std::vector<Output> outputs_;
  std::vector<std::uint32_t> model_of_;
  std::vector<double> derived_;
  std::vector<double> initial_;
  std::vector<double> scale_;
};

/// The circuit's name for a name of the deck; empty when it is none.
std::string known_name(std::string_view word, const Circuit& circuit) {
  const std::size_t digits = word.find_first_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos || digits > 2) return {};
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(word.data() + digits, word.data() + word.size(), index);
  if (error != std::errc{} || end != word.data() + word.size()) return {};
  const auto pick = [&](const auto& list) {
    return index < list.size() ? list[index].name : std::string();
  };
  const std::string_view letters = word.substr(0, digits);
  if (letters == "n") return pick(circuit.nodes);
  if (letters == "r" || letters == "c" || letters == "l") return pick(circuit.passives);
  if (letters == "v" || letters == "i") return pick(circuit.sources);
  if (letters == "e" || letters == "g" || letters == "h" || letters == "f" || letters == "vc") {
    return pick(circuit.controlled);
  }
  if (letters == "b") return pick(circuit.behavioural);
  if (letters == "t") return pick(circuit.lines);
  if (letters == "a") return pick(circuit.devices);
  return {};
}

}  // namespace

std::vector<Output> write_deck(const Circuit& circuit, const DeckTask& task,
                               message::Request& request) {
  return Writer(circuit, task, request).write();
}

std::string name_in_circuit(std::string_view text, const Circuit& circuit) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_not_of(letters, at), text.size());
    const std::string_view word = text.substr(at, end - at);
    result += word;
    if (const std::string name = known_name(word, circuit); !name.empty()) {
      result += " ('" + name + "')";
    }
    if (end < text.size()) result += text[end];
    at = end + 1;
  }
  return result;
}

std::size_t points_in_one_request(const Circuit& circuit) {
  std::size_t bytes = sizeof(double);
  for (const circuit::Device& one : circuit.devices) {
    bytes += sizeof(double) * (one.derived.size() + one.nodes.size());
  }
  return std::max<std::size_t>(1, most_sweep_bytes / bytes);
}

double largest_step(const circuit::TransientAnalysis& analysis) {
  double step = analysis.largest_step > 0.0 ? analysis.largest_step : analysis.stop / 50.0;
  if (analysis.output_step > 0.0) step = std::min(step, analysis.output_step);
  return step;
}

}  // namespace neucasl::ngspice_plugin
