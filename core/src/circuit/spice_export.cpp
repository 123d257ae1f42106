#include "neucasl/circuit/spice_export.hpp"

#include <cctype>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <set>

namespace neucasl::circuit {
namespace {

constexpr double kelvin_at_zero_celsius = 273.15;

[[noreturn]] void no_statement(const std::string& what, const std::string& remedy) {
  throw base::Error("circuit.spice", what, remedy);
}

/// Names that SPICE takes, each once; case does not count.
class SpiceNames {
 public:
  std::string unique(const std::string& name) {
    std::string plain;
    for (const char c : name) {
      const bool kept = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.';
      plain += kept ? static_cast<char>(std::tolower(static_cast<unsigned char>(c))) : '_';
    }
    if (plain.empty()) plain = "_";
    std::string result = plain;
    for (std::size_t k = 2; !used_.insert(result).second; ++k) {
      result = plain + '_' + std::to_string(k);
    }
    return result;
  }

 private:
  std::set<std::string> used_{"0", "gnd"};
};

/// Devices that are alike but for their nodes.
struct SubcircuitKey {
  std::uint32_t model;
  std::vector<double> numbers;
  auto operator<=>(const SubcircuitKey&) const = default;
};

class DeckWriter {
 public:
  DeckWriter(const Circuit& circuit, const SpiceExportOptions& options)
      : circuit_(circuit),
        options_(options),
        transient_(std::get_if<TransientAnalysis>(&options.analysis)) {}

  std::string write() {
    name_nodes();
    title();
    settings();
    for (const Passive& one : circuit_.passives) passive(one);
    couplings();
    for (const Source& one : circuit_.sources) source(one);
    for (const Controlled& one : circuit_.controlled) controlled(one);
    for (std::size_t i = 0; i < circuit_.behavioural.size(); ++i) {
      append_formula_source(circuit_, i, element_name('b', circuit_.behavioural[i].name), node_,
                            text_);
    }
    for (const TransmissionLine& one : circuit_.lines) line(one);
    for (std::size_t i = 0; i < circuit_.devices.size(); ++i) device(i);
    initial_values();
    std::visit([this](const auto& one) { analysis(one); }, options_.analysis);
    return title_ + subcircuits_ + text_ + ".end\n";
  }

 private:
  void name_nodes() {
    node_.assign(circuit_.nodes.size(), "0");
    for (std::size_t i = 1; i < node_.size(); ++i) {
      if (circuit_.nodes[i].kind == NodeKind::internal) continue;
      node_[i] = names_.unique(circuit_.nodes[i].name);
      if (node_[i] != circuit_.nodes[i].name) {
        renamed_ += "* " + node_[i] + " is " + one_line(circuit_.nodes[i].name) + '\n';
      }
    }
  }

  /// A name of several lines would smuggle statements into the deck.
  static std::string one_line(std::string text) {
    for (char& c : text) {
      if (static_cast<unsigned char>(c) < ' ') c = ' ';
    }
    return text;
  }

  void title() {
    title_ = "* " + one_line(options_.title.empty() ? circuit_.name : options_.title) + '\n';
    if (!circuit_.carriers.empty()) {
      title_ += "* optical nets: NET.re and NET.im in square roots of watt, a + b as voltage\n";
    }
    title_ += renamed_;
  }

  std::string element_name(char letter, const std::string& name) {
    return elements_.unique(letter + ('_' + name));
  }
  void put(double value) {
    text_ += ' ';
    append_spice_number(text_, value);
  }
  void begin(char letter, const std::string& name, std::uint32_t p, std::uint32_t n) {
    text_ += element_name(letter, name) + ' ' + node_[p] + ' ' + node_[n];
  }

  void settings() {
    const Tolerances& wanted = options_.tolerances;
    text_ += ".options method=trap chgtol=1e-18";
    const auto add = [&](const char* name, double value) {
      text_ += name;
      append_spice_number(text_, value);
    };
    add(" reltol=", wanted.relative);
    add(" abstol=", wanted.current);
    add(" vntol=", wanted.voltage);
    add(" trtol=", wanted.truncation);
    for (const Node& one : circuit_.nodes) {
      if (one.kind != NodeKind::internal || one.internal == model::InternalKind::algebraic)
        continue;
      text_ += " pivtol=1e-24";
      break;
    }
    const double kelvin =
        circuit_.devices.empty() ? 300.0 : circuit_.devices.front().environment.temperature;
    add(" temp=", kelvin - kelvin_at_zero_celsius);
    add(" tnom=", kelvin - kelvin_at_zero_celsius);
    text_ += '\n';
  }

  void passive(const Passive& one) {
    const bool conductance = one.kind == PassiveKind::conductance;
    const bool resistive = conductance || one.kind == PassiveKind::resistor;
    // An open cell and no capacitor; the names of inductors are needed by couplings.
    if (one.value == 0.0 && (conductance || one.kind == PassiveKind::capacitor)) {
      passive_name_.emplace_back();
      return;
    }
    const char letter = resistive ? 'r' : one.kind == PassiveKind::capacitor ? 'c' : 'l';
    passive_name_.push_back(element_name(letter, one.name));
    text_ += passive_name_.back() + ' ' + node_[one.p] + ' ' + node_[one.n];
    put(conductance ? std::min(1.0 / one.value, std::numeric_limits<double>::max()) : one.value);
    if (one.initial && !resistive) {
      text_ += " ic=";
      append_spice_number(text_, *one.initial);
    }
    text_ += '\n';
  }

  void couplings() {
    for (const Coupling& one : circuit_.couplings) {
      text_ += element_name('k', one.name) + ' ' + passive_name_[one.first] + ' ' +
               passive_name_[one.second];
      put(one.coefficient);
      text_ += '\n';
    }
  }

  void source(const Source& one) {
    const std::string name = element_name(one.is_voltage ? 'v' : 'i', one.name);
    source_name_[one.name] = name;
    text_ += name + ' ' + node_[one.p] + ' ' + node_[one.n];
    if (transient_ != nullptr && one.waveform.kind != Waveform::Kind::constant) {
      text_ += ' ' + spice_waveform(one.waveform, 1e-6 * transient_->stop / 50.0);
    } else {
      text_ += " dc";
      put(one.rest);
    }
    if (one.ac_magnitude != 0.0) {
      text_ += " ac";
      put(one.ac_magnitude);
      put(one.ac_phase * 180.0 / std::numbers::pi);
    }
    text_ += '\n';
  }

  void controlled(const Controlled& one) {
    const bool by_current = one.kind == ControlledKind::voltage_by_current ||
                            one.kind == ControlledKind::current_by_current;
    static constexpr char letters[] = {'e', 'g', 'h', 'f'};
    begin(letters[static_cast<std::size_t>(one.kind)], one.name, one.p, one.n);
    if (!by_current) {
      text_ += ' ' + node_[one.control_p] + ' ' + node_[one.control_n];
      put(one.gain);
      text_ += '\n';
      return;
    }
    const std::string control = element_name('v', one.name + ".control");
    text_ += ' ' + control;
    put(one.gain);
    text_ += '\n' + control + ' ' + node_[one.control_p] + ' ' + node_[one.control_n] + " dc 0\n";
  }

  void line(const TransmissionLine& one) {
    begin('t', one.name, one.p1, one.n1);
    text_ += ' ' + node_[one.p2] + ' ' + node_[one.n2] + " z0=";
    append_spice_number(text_, one.impedance);
    text_ += " td=";
    append_spice_number(text_, one.delay);
    // Otherwise lines in a loop set more and more break points.
    text_ += " rel=1e9 abs=1e9\n";
  }

  [[nodiscard]] std::size_t terminals_of(const Device& one) const {
    return circuit_.models[one.model].model->specification().terminal_unknowns();
  }

  void device(std::size_t index) {
    const Device& one = circuit_.devices[index];
    const std::size_t terminals = terminals_of(one);
    const std::string name = element_name('x', one.name);
    instance_name_.push_back(name);
    text_ += name;
    for (std::size_t k = 0; k < terminals; ++k) text_ += ' ' + node_[one.nodes[k]];
    text_ += ' ' + subcircuit_of(index) + '\n';
  }

  const std::string& subcircuit_of(std::size_t index) {
    const Device& one = circuit_.devices[index];
    SubcircuitKey key{one.model, one.derived};
    for (std::size_t k = terminals_of(one); k < one.nodes.size(); ++k) {
      key.numbers.push_back(circuit_.nodes[one.nodes[k]].scale);
      key.numbers.push_back(circuit_.nodes[one.nodes[k]].initial);
    }
    std::string& name = known_[key];
    if (name.empty()) name = define(index);
    return name;
  }

  std::string define(std::size_t index) {
    const Device& one = circuit_.devices[index];
    const model::Specification& specification = circuit_.models[one.model].model->specification();
    std::string name = subcircuit_names_.unique(specification.name);
    SpiceNames inner;
    std::vector<std::string> nodes;
    for (const std::string& unknown : unknown_names(specification)) {
      nodes.push_back(inner.unique(unknown));
    }
    const std::size_t terminals = terminals_of(one);
    subcircuits_ += ".subckt " + name;
    for (std::size_t k = 0; k < terminals; ++k) subcircuits_ += ' ' + nodes[k];
    subcircuits_ += '\n';
    append_behavioural(circuit_, index, "m", nodes, transient_ != nullptr, subcircuits_);
    subcircuits_ += ".ends\n";
    return name;
  }

  static std::vector<std::string> unknown_names(const model::Specification& specification) {
    std::vector<std::string> names;
    for (const model::Terminal& terminal : specification.terminals) {
      if (terminal.discipline == ir::Discipline::optical) {
        names.push_back(terminal.name + "_re");
        names.push_back(terminal.name + "_im");
      } else {
        names.push_back(terminal.name);
      }
    }
    for (const model::Internal& internal : specification.internals) names.push_back(internal.name);
    return names;
  }

  void initial_values() {
    if (transient_ == nullptr) return;
    for (const auto& [index, voltage] : circuit_.initial_voltages) {
      initial_value(node_[index], voltage);
    }
    for (std::size_t i = 0; i < circuit_.devices.size(); ++i) {
      const Device& one = circuit_.devices[i];
      const model::Specification& specification = circuit_.models[one.model].model->specification();
      const std::size_t terminals = terminals_of(one);
      SpiceNames inner;
      const std::vector<std::string> names = unknown_names(specification);
      for (std::size_t k = 0; k < names.size(); ++k) {
        const std::string plain = inner.unique(names[k]);
        if (k < terminals) continue;
        const Node& node = circuit_.nodes[one.nodes[k]];
        if (!transient_->use_initial_conditions && node.internal != model::InternalKind::memory) {
          continue;
        }
        initial_value(instance_name_[i] + '.' + plain, node.initial / node.scale);
      }
    }
  }
  void initial_value(const std::string& node, double value) {
    text_ += ".ic v(" + node + ")=";
    append_spice_number(text_, value);
    text_ += '\n';
  }

  void analysis(const OperatingPointAnalysis& /*one*/) { text_ += ".op\n"; }
  void analysis(const SweepAnalysis& one) {
    const auto found = source_name_.find(one.target);
    if (found == source_name_.end()) {
      no_statement("SPICE sweeps sources only, not '" + one.target + "'",
                   "name a source, or export once for each value");
    }
    const double step = one.values.size() < 2 ? 1.0 : one.values[1] - one.values[0];
    for (std::size_t i = 1; i < one.values.size(); ++i) {
      if (std::abs(one.values[i] - one.values[i - 1] - step) > 1e-6 * std::abs(step)) {
        no_statement("the points of the sweep are not evenly spaced", "give one step");
      }
    }
    text_ += ".dc " + found->second;
    put(one.values.front());
    put(one.values.back());
    put(step);
    text_ += '\n';
    print_nodes("dc");
  }
  void analysis(const AcAnalysis& one) {
    text_ += ".ac " + grid_of(one) + '\n';
    print_nodes("ac");
  }
  void analysis(const TransientAnalysis& one) {
    double step = one.largest_step > 0.0 ? one.largest_step : one.stop / 50.0;
    if (one.output_step > 0.0) step = std::min(step, one.output_step);
    text_ += ".tran";
    for (const double value : {step, one.stop, one.start, step}) put(value);
    text_ += one.use_initial_conditions ? " uic\n" : "\n";
    print_nodes("tran");
  }
  void analysis(const NoiseAnalysis& one) {
    if (!circuit_.devices.empty()) {
      no_statement("noise of device models has no form in SPICE",
                   "run the noise analysis by 'neucasl simulate'");
    }
    const auto node_named = [&](const std::string& name) {
      const auto index = circuit_.find_node(name);
      if (!index) no_statement("there is no node '" + name + "'", "name a node of the circuit");
      return node_[*index];
    };
    const auto input = source_name_.find(one.input);
    if (input == source_name_.end()) {
      no_statement("there is no source '" + one.input + "'", "name a source of the circuit");
    }
    text_ += ".noise v(" + node_named(one.output);
    if (!one.reference.empty()) text_ += ',' + node_named(one.reference);
    text_ += ") " + input->second + ' ' + grid_of({one.frequencies}) +
             "\n.print noise onoise_spectrum inoise_spectrum\n";
  }

  /// In batch mode ngspice runs no analysis that nothing is printed of.
  void print_nodes(const char* analysis_name) {
    constexpr std::size_t most = 24;
    std::size_t count = 0;
    std::string names;
    for (std::size_t i = 1; i < node_.size() && count < most; ++i) {
      if (circuit_.nodes[i].kind == NodeKind::internal) continue;
      names += " v(" + node_[i] + ')';
      ++count;
    }
    if (count > 0) text_ += std::string(".print ") + analysis_name + names + '\n';
  }

  static std::string grid_of(const AcAnalysis& one) {
    std::string text = to_string(Analysis(one)).substr(3);
    if (!text.starts_with("lin") && !text.starts_with("dec")) {
      no_statement("the frequencies are not evenly spaced", "give 'dec' or 'lin' points");
    }
    return text;
  }

  const Circuit& circuit_;
  const SpiceExportOptions& options_;
  const TransientAnalysis* transient_;
  SpiceNames names_, elements_, subcircuit_names_;
  std::vector<std::string> node_, passive_name_, instance_name_;
  std::map<std::string, std::string, std::less<>> source_name_;
  std::map<SubcircuitKey, std::string> known_;
  std::string title_, renamed_, subcircuits_, text_;
};

}  // namespace

std::string to_spice(const Circuit& circuit, const SpiceExportOptions& options) {
  return DeckWriter(circuit, options).write();
}

}  // namespace neucasl::circuit
