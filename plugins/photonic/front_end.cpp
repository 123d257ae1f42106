#include "front_end.hpp"

#include "chip/photonic_chip.hpp"
#include "circuits/circuits.hpp"
#include "circuits/convolution_bank.hpp"
#include "circuits/weight_bank_model.hpp"
#include "logic/directed_logic.hpp"
#include "neucasl/ir/verifier.hpp"

namespace neucasl::photonic {

plugin::ChipDesign PhotonicFrontEnd::build_chip(const plugin::ChipRequest& request,
                                                plugin::Context& context) {
  plugin::ChipDesign result = build_photonic_chip(request);
  if (!ir::verify(result.design, *context.diagnostics)) context.diagnostics->throw_if_error();
  return result;
}

plugin::LogicDesign PhotonicFrontEnd::map_logic(const plugin::LogicRequest& request,
                                                plugin::Context& context) {
  return map_directed_logic(request, context);
}

plugin::LogicCheck PhotonicFrontEnd::check_logic(const plugin::LogicRequest& request,
                                                 const plugin::LogicDesign& design,
                                                 std::span<const std::uint64_t> rows,
                                                 plugin::CircuitSimulator& simulator,
                                                 plugin::Context& context) {
  return check_directed_logic(request, design, rows, simulator, context);
}

plugin::CircuitDesign PhotonicFrontEnd::build_circuit(const plugin::CircuitRequest& request,
                                                      plugin::Context& context) {
  return circuit_builder(request.name)(request, context);
}

plugin::BankModel PhotonicFrontEnd::build_bank(const plugin::BankRequest& request,
                                               plugin::Context& context) {
  if (request.circuit == "weight_bank") return build_bank_model(request, context);
  if (request.circuit == "convolution_unit") return build_convolution_bank(request, context);
  throw base::Error("photonic.bank", "circuit '" + request.circuit + "' has no weight bank",
                    "choose weight_bank or convolution_unit");
}

}  // namespace neucasl::photonic
