#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "neucasl/circuit/circuit.hpp"

/// \file
/// One element of a flat netlist, as lowering reads it.

namespace neucasl::circuit {

/// Pins, parameters and name. Keeps a reference to the netlist.
class NetlistElement {
 public:
  NetlistElement(const ir::FlatNetlist& netlist, std::size_t index)
      : netlist_(netlist), index_(index), kind_(netlist.kinds[netlist.kind[index]]) {}

  [[nodiscard]] const ir::ElementKind& kind() const { return kind_; }
  [[nodiscard]] std::string name() const { return netlist_.element_name(index_); }
  /// Node of the netlist on a pin.
  [[nodiscard]] std::uint32_t pin_node(std::size_t pin) const {
    return netlist_.pin_node[netlist_.pin_offset[index_] + pin];
  }
  /// \throws base::Error "circuit.pins".
  [[nodiscard]] std::size_t pin(std::string_view pin_name) const;
  /// Value of declared parameter number `parameter`.
  [[nodiscard]] double at(std::size_t parameter) const {
    return netlist_.parameter[netlist_.parameter_offset[index_] + parameter];
  }
  /// A parameter that must be there and finite. \throws base::Error "circuit.value".
  [[nodiscard]] double needed(std::string_view parameter, const base::Dimension& dimension) const;
  /// A parameter that may be left out. \throws base::Error "circuit.value" when it is not finite.
  [[nodiscard]] std::optional<double> maybe(std::string_view parameter,
                                            const base::Dimension& dimension) const;
  [[nodiscard]] double or_zero(std::string_view parameter, const base::Dimension& dimension) const {
    return maybe(parameter, dimension).value_or(0.0);
  }
  /// Throws base::Error "circuit.value": "'<name>' <what>".
  [[noreturn]] void refuse(const std::string& what, const std::string& remedy) const;

 private:
  const ir::FlatNetlist& netlist_;
  std::size_t index_;
  const ir::ElementKind& kind_;
};

/// The time function of a source whose values have the dimension `unit`.
/// \throws base::Error "circuit.value".
Waveform waveform_of(const NetlistElement& element, const base::Dimension& unit);

}  // namespace neucasl::circuit
