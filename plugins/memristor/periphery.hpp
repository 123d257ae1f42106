#pragma once

#include <string>

#include "neucasl/ir/builder.hpp"

/// \file
/// The primitives around the arrays. Each has the attribute "component", under which the periphery
/// card gives <component>_power, <component>_time, <component>_leakage and <component>_area, and
/// the parameter "operations": how often one copy works in one inference.

namespace neucasl::memristor_plugin {

struct Periphery {
  ir::ModuleId memory_device;
  ir::ModuleId row_driver;       ///< in digital, out electrical
  ir::ModuleId sample_and_hold;  ///< positive, negative electrical in; out electrical
  ir::ModuleId adc;              ///< in electrical, out digital
  ir::ModuleId shift_add;        ///< in digital, out digital
  ir::ModuleId input_register;   ///< one word: in digital, out digital
  ir::ModuleId output_register;  ///< one word: in digital, out digital
  ir::ModuleId accumulator;      ///< adds the row blocks of a layer: in digital, out digital
  ir::ModuleId activation_unit;  ///< bias, ReLU and pooling: in digital, out digital
  ir::ModuleId buffer;           ///< activations between layers: in digital, out digital
};

Periphery add_periphery(ir::Design& design, const std::string& device_card,
                        const std::string& periphery_card);

}  // namespace neucasl::memristor_plugin
