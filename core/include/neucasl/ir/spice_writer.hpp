#pragma once

#include <string>
#include <vector>

#include "neucasl/ir/flat_netlist.hpp"

/// \file
/// Writes a flat netlist as an ngspice deck.

namespace neucasl::ir {

/// A deck and the names it uses.
struct SpiceDeck {
  std::string title;
  std::vector<std::string> elements;    ///< Element lines, without title, analysis or ".end".
  std::vector<std::string> node_names;  ///< SPICE name of each node of the netlist; "0" is ground.
  std::vector<std::string> element_names;  ///< SPICE name of each element.
};

/// Understands primitives whose attribute "element" is resistor (pins p n, parameter resistance),
/// conductance (p n, conductance; 0 S is left out), capacitor (capacitance), inductor (inductance),
/// voltage_source (voltage), current_source (current; flows from p through the source to n).
/// \throws base::Error "ir.spice" for another element (named, with what would serve), a resistance
/// or conductance that is negative or not finite, or a zero resistance.
NEUCASL_EXPORT SpiceDeck to_spice(const FlatNetlist& netlist);

/// The deck as text with title line, an operating-point analysis and ".end".
NEUCASL_EXPORT std::string to_text(const SpiceDeck& deck);

}  // namespace neucasl::ir
