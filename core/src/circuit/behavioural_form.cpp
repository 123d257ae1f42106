#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

#include "neucasl/circuit/spice_export.hpp"

namespace neucasl::circuit {
namespace {

using model::InternalKind;

/// A charge becomes a voltage on a capacitor of the inverse: V/C.
constexpr double charge_to_voltage = 1e12;

std::string value_text(const Node& node, const std::string& name) {
  if (name == "0") return "0";
  std::string text = "v(" + name + ')';
  if (node.kind != NodeKind::internal || node.scale == 1.0) return text;
  text = '(' + text + '*';
  append_spice_number(text, node.scale);
  return text + ')';
}

void shared_sources(const model::SymbolText& formulas, std::string& text) {
  for (const auto& [name, expression] : formulas.shared) {
    for (const std::string_view part :
         {std::string_view("b"), std::string_view(name), std::string_view(" "),
          std::string_view(name), std::string_view(" 0 v="), std::string_view(expression),
          std::string_view("\n")}) {
      text += part;
    }
  }
}

/// One device.
class DeviceForms {
 public:
  DeviceForms(const Circuit& circuit, std::size_t index, const std::string& id,
              const std::vector<std::string>& node, std::string& text)
      : circuit_(circuit),
        device_(circuit.devices[index]),
        node_(node),
        specification_(circuit.models[device_.model].model->specification()),
        id_(id),
        text_(text) {}

  void write(bool transient) {
    const model::SymbolicForm form =
        circuit_.models[device_.model].model->symbolic(device_.derived);
    std::vector<std::string> unknowns;
    for (std::size_t k = 0; k < device_.nodes.size(); ++k) {
      unknowns.push_back(value_text(circuit_.nodes[device_.nodes[k]], node_[k]));
    }
    const std::size_t n = unknowns.size();
    std::vector<model::Symbol> all = form.flow;
    all.insert(all.end(), form.storage.begin(), form.storage.end());
    const model::SymbolText formulas = model::to_text(all, unknowns, id_ + "_");
    shared_sources(formulas, text_);
    for (std::size_t k = 0; k < n; ++k) {
      if (node_[k] == "0") continue;
      if (!transient && kind_of(k) == InternalKind::memory) {
        hold(k);
        continue;
      }
      if (!form.flow[k].is_zero()) flow(k, formulas.expressions[k]);
      if (transient || kind_of(k) == InternalKind::algebraic) {
        if (!form.storage[k].is_zero()) storage(k, form.storage[k], formulas.expressions[n + k]);
      }
    }
  }

 private:
  [[nodiscard]] std::string place(std::size_t k) const { return id_ + 'x' + std::to_string(k); }
  [[nodiscard]] bool is_internal(std::size_t k) const {
    return k >= specification_.terminal_unknowns();
  }
  [[nodiscard]] InternalKind kind_of(std::size_t k) const {
    if (!is_internal(k)) return InternalKind::algebraic;
    return specification_.internals[k - specification_.terminal_unknowns()].kind;
  }
  [[nodiscard]] double scale_of(std::size_t k) const {
    return is_internal(k) ? circuit_.nodes[device_.nodes[k]].scale : 1.0;
  }
  [[nodiscard]] double row_of(std::size_t k) const {
    return kind_of(k) == InternalKind::algebraic ? 1.0 : state_charge / scale_of(k);
  }

  void hold(std::size_t k) {
    const Node& node = circuit_.nodes[device_.nodes[k]];
    text_ += "vh" + place(k) + ' ' + node_[k] + " 0 dc ";
    append_spice_number(text_, node.initial / node.scale);
    text_ += '\n';
  }

  void flow(std::size_t k, const std::string& expression) {
    text_ += "bf" + place(k) + ' ' + node_[k] + " 0 i=(" + expression + ")*";
    append_spice_number(text_, row_of(k));
    text_ += '\n';
  }

  void storage(std::size_t k, const model::Symbol& formula, const std::string& expression) {
    const std::string node = node_[k];
    if (formula.node()->operation == model::Operation::unknown &&
        formula.node()->index == static_cast<int>(k)) {
      text_ += "cs" + place(k) + ' ' + node + " 0 ";
      append_spice_number(text_, row_of(k) * scale_of(k));
      text_ += '\n';
      return;
    }
    const std::string charge = 'q' + place(k);
    text_ += "bq" + place(k) + ' ' + charge + " 0 v=(" + expression + ")*";
    append_spice_number(text_, charge_to_voltage);
    text_ += "\nvq" + place(k) + ' ' + charge + ' ' + charge + "c dc 0\ncq" + place(k) + ' ' +
             charge + "c 0 ";
    append_spice_number(text_, 1.0 / charge_to_voltage);
    text_ += "\nfq" + place(k) + ' ' + node + " 0 vq" + place(k) + ' ';
    append_spice_number(text_, row_of(k));
    text_ += '\n';
  }

  const Circuit& circuit_;
  const Device& device_;
  const std::vector<std::string>& node_;
  const model::Specification& specification_;
  std::string id_;
  std::string& text_;
};

}  // namespace

void append_spice_number(std::string& text, double value) {
  char digits[40];
  text.append(digits, std::to_chars(std::begin(digits), std::end(digits), value).ptr);
}

void append_behavioural(const Circuit& circuit, std::size_t device, const std::string& id,
                        const std::vector<std::string>& node, bool transient, std::string& text) {
  DeviceForms(circuit, device, id, node, text).write(transient);
}

void append_formula_source(const Circuit& circuit, std::size_t source, const std::string& name,
                           const std::vector<std::string>& node, std::string& text) {
  const Behavioural& one = circuit.behavioural[source];
  std::vector<std::string> unknowns;
  for (const std::uint32_t index : one.inputs) {
    unknowns.push_back(value_text(circuit.nodes[index], node[index]));
  }
  const model::SymbolText formulas =
      model::to_text(std::span(&one.formula, 1), unknowns, name + "_");
  shared_sources(formulas, text);
  text += name + ' ' + node[one.p] + ' ' + node[one.n] + (one.is_voltage ? " v=" : " i=") +
          formulas.expressions[0] + '\n';
}

std::string spice_waveform(const Waveform& wave, double least_edge) {
  std::vector<double> v = wave.values;
  std::string text;
  switch (wave.kind) {
    case Waveform::Kind::constant:
      return text;
    case Waveform::Kind::pulse:
      text = "pulse(";
      for (const std::size_t k : {3, 4, 5}) v[k] = std::max(v[k], least_edge);
      if (v[6] == 0.0) v.pop_back();
      break;
    case Waveform::Kind::sine:
      text = "sin(";
      v[5] *= 180.0 / std::numbers::pi;
      break;
    case Waveform::Kind::exponential:
      text = "exp(";
      break;
    case Waveform::Kind::piecewise_linear:
      text = "pwl(";
      for (std::size_t k = 2; k < v.size(); k += 2) v[k] = std::max(v[k], v[k - 2] + least_edge);
      break;
  }
  for (const double one : v) {
    text += ' ';
    append_spice_number(text, one);
  }
  return text + ')';
}

}  // namespace neucasl::circuit
