#include "neucasl/ir/spice_writer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace neucasl::ir {
namespace {

struct ElementForm {
  std::string_view element;
  char letter;
  std::string_view parameter;
};

constexpr ElementForm forms[] = {
    {"resistor", 'r', "resistance"},    {"conductance", 'r', "conductance"},
    {"capacitor", 'c', "capacitance"},  {"inductor", 'l', "inductance"},
    {"voltage_source", 'v', "voltage"}, {"current_source", 'i', "current"},
};

const ElementForm& form_of(const FlatNetlist& netlist, std::size_t element) {
  const ElementKind& kind = netlist.kinds[netlist.kind[element]];
  std::vector<std::string> known;
  for (const ElementForm& form : forms) {
    if (form.element == kind.element) {
      if (kind.pins.size() == 2) return form;
      throw base::Error("ir.spice",
                        "primitive '" + kind.name + "' has " + std::to_string(kind.pins.size()) +
                            " pins, a " + kind.element + " has 2",
                        "give it the ports p and n");
    }
    known.emplace_back(form.element);
  }
  throw base::Error("ir.spice",
                    "'" + netlist.element_name(element) + "' is a '" + kind.name +
                        "', which has no circuit element",
                    "simulate a module that holds only circuit elements; attribute 'element': " +
                        base::suggest(kind.element, known));
}

}  // namespace

SpiceDeck to_spice(const FlatNetlist& netlist) {
  SpiceDeck deck;
  deck.title = netlist.name;
  deck.node_names.reserve(netlist.nodes());
  for (std::size_t node = 0; node < netlist.nodes(); ++node) {
    deck.node_names.push_back(node == 0 ? "0" : "n" + std::to_string(node));
  }
  deck.elements.reserve(netlist.elements());
  for (std::size_t e = 0; e < netlist.elements(); ++e) {
    const ElementForm& form = form_of(netlist, e);
    double value = netlist.parameter_of(e, form.parameter);
    const bool passive = form.letter == 'r' || form.letter == 'c' || form.letter == 'l';
    if (!std::isfinite(value) || (passive && value < 0.0) ||
        (form.element == "resistor" && value == 0.0)) {
      throw base::Error("ir.spice",
                        "'" + netlist.element_name(e) + "' has " + std::string(form.parameter) +
                            " = " + base::shortest(value),
                        "give a finite, positive value");
    }
    std::string name = form.letter + std::to_string(e);
    deck.element_names.push_back(name);
    if (form.element == "conductance") {
      if (value == 0.0) continue;  // an open cell
      value = std::min(1.0 / value, std::numeric_limits<double>::max());
    }
    const std::uint32_t pin = netlist.pin_offset[e];
    deck.elements.push_back(name + ' ' + deck.node_names[netlist.pin_node[pin]] + ' ' +
                            deck.node_names[netlist.pin_node[pin + 1]] + ' ' +
                            base::shortest(value));
  }
  return deck;
}

std::string to_text(const SpiceDeck& deck) {
  // The first line is always the title; ngspice would swallow an element there.
  std::string text = "* " + deck.title;
  // A title of several lines would smuggle statements into the deck.
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  text += '\n';
  for (const std::string& line : deck.elements) text += line + '\n';
  return text + ".op\n.end\n";
}

}  // namespace neucasl::ir
