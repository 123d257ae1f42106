#include "deck.hpp"
#include "model_names.hpp"

/// \file
/// Device models as sources and capacitors: what serves where the code model cannot be loaded, and
/// a check of it.

namespace neucasl::ngspice_plugin {
namespace {

using circuit::Circuit;
using model::InternalKind;

/// A charge becomes a voltage on a capacitor of the inverse: V/C.
constexpr double charge_to_voltage = 1e12;

std::string node_text(std::uint32_t index) {
  return index == 0 ? "0" : 'n' + std::to_string(index);
}

std::string value_text(const Circuit& circuit, std::uint32_t index) {
  if (index == 0) return "0";
  const circuit::Node& node = circuit.nodes[index];
  std::string text = "v(" + node_text(index) + ')';
  if (node.kind != circuit::NodeKind::internal || node.scale == 1.0) return text;
  text = '(' + text + '*';
  append_number(text, node.scale);
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
  DeviceForms(const Circuit& circuit, std::size_t index, std::string& text)
      : circuit_(circuit),
        device_(circuit.devices[index]),
        specification_(circuit.models[device_.model].model->specification()),
        id_('d' + std::to_string(index)),
        text_(text) {}

  void write(bool transient) {
    const model::SymbolicForm form =
        circuit_.models[device_.model].model->symbolic(device_.derived);
    std::vector<std::string> unknowns;
    for (const std::uint32_t one : device_.nodes) unknowns.push_back(value_text(circuit_, one));
    const std::size_t n = unknowns.size();
    std::vector<model::Symbol> all = form.flow;
    all.insert(all.end(), form.storage.begin(), form.storage.end());
    const model::SymbolText formulas = model::to_text(all, unknowns, id_ + "_");
    shared_sources(formulas, text_);
    for (std::size_t k = 0; k < n; ++k) {
      if (device_.nodes[k] == 0) continue;
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
    const circuit::Node& node = circuit_.nodes[device_.nodes[k]];
    text_ += "vh" + place(k) + ' ' + node_text(device_.nodes[k]) + " 0 dc ";
    append_number(text_, node.initial / node.scale);
    text_ += '\n';
  }

  void flow(std::size_t k, const std::string& expression) {
    text_ += "bf" + place(k) + ' ' + node_text(device_.nodes[k]) + " 0 i=(" + expression + ")*";
    append_number(text_, row_of(k));
    text_ += '\n';
  }

  void storage(std::size_t k, const model::Symbol& formula, const std::string& expression) {
    const std::string node = node_text(device_.nodes[k]);
    if (formula.node()->operation == model::Operation::unknown &&
        formula.node()->index == static_cast<int>(k)) {
      text_ += "cs" + place(k) + ' ' + node + " 0 ";
      append_number(text_, row_of(k) * scale_of(k));
      text_ += '\n';
      return;
    }
    const std::string charge = 'q' + place(k);
    text_ += "bq" + place(k) + ' ' + charge + " 0 v=(" + expression + ")*";
    append_number(text_, charge_to_voltage);
    text_ += "\nvq" + place(k) + ' ' + charge + ' ' + charge + "c dc 0\ncq" + place(k) + ' ' +
             charge + "c 0 ";
    append_number(text_, 1.0 / charge_to_voltage);
    text_ += "\nfq" + place(k) + ' ' + node + " 0 vq" + place(k) + ' ';
    append_number(text_, row_of(k));
    text_ += '\n';
  }

  const Circuit& circuit_;
  const circuit::Device& device_;
  const model::Specification& specification_;
  std::string id_;
  std::string& text_;
};

}  // namespace

void write_behavioural(const Circuit& circuit, std::size_t device, bool transient,
                       std::string& text) {
  DeviceForms(circuit, device, text).write(transient);
}

void write_formula_source(const Circuit& circuit, std::size_t source, std::string& text) {
  const circuit::Behavioural& one = circuit.behavioural[source];
  std::vector<std::string> unknowns;
  for (const std::uint32_t index : one.inputs) unknowns.push_back(value_text(circuit, index));
  const std::string name = 'b' + std::to_string(source);
  const model::SymbolText formulas =
      model::to_text(std::span(&one.formula, 1), unknowns, name + "_");
  shared_sources(formulas, text);
  text += name + ' ' + node_text(one.p) + ' ' + node_text(one.n) +
          (one.is_voltage ? " v=" : " i=") + formulas.expressions[0] + '\n';
}

}  // namespace neucasl::ngspice_plugin
