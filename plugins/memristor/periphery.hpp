#pragma once

#include <string>

#include "neucasl/ir/builder.hpp"
#include "neucasl/mapping/architecture.hpp"

/// \file
/// The primitives around the arrays. Each has the attribute "component" and the parameter
/// "operations": how often one copy works in one inference. Under the component's name the
/// periphery card, which the attribute "device" names, gives <component>_power, <component>_time,
/// <component>_leakage and <component>_area. Where the description of a chip says what they cost,
/// "description" is its id, "part" its component ("group/adc"), and the parameter "share" how much
/// of one component a copy stands for: what arrays share is divided among them.

namespace neucasl::memristor_plugin {

/// Components that a description does not have are invalid ids.
struct Periphery {
  ir::ModuleId memory_device;
  ir::ModuleId row_driver;       ///< in digital, out electrical
  ir::ModuleId sample_and_hold;  ///< positive, negative (of pairs) electrical in; out electrical
  ir::ModuleId adc;              ///< in electrical, out digital
  ir::ModuleId shift_add;        ///< in digital, out digital
  ir::ModuleId input_register;   ///< in digital, out digital; of a card one word, else a bank
  ir::ModuleId output_register;  ///< likewise
  ir::ModuleId accumulator;      ///< adds the row blocks of a layer: in digital, out digital
  ir::ModuleId activation_unit;  ///< bias, ReLU and pooling: in digital, out digital
  ir::ModuleId buffer;           ///< activations between layers: in digital, out digital
  /// Where each column is converted: subtracts what offset encoding adds, or the negative column
  /// of a pair, and the lowest level of the cells, from the sums: inputs, in, out digital. Has no
  /// cost of its own: descriptions count it in another part (attribute "counted_in").
  ir::ModuleId subtraction;
};

/// \throws base::Error "memristor.description" for a description whose converters read several
/// columns that nothing holds.
Periphery add_periphery(ir::Design& design, const std::string& device_card,
                        const mapping::Architecture& architecture,
                        const std::string& periphery_card);

}  // namespace neucasl::memristor_plugin
