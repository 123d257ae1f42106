#include "front_end.hpp"
#include "neucasl/cells/logic_design.hpp"

namespace neucasl::finfet {
namespace {

cells::TransistorPair pair_of(const plugin::LogicRequest& request, const plugin::Context& context) {
  return cells::transistor_pair(request.parameters, "fins", *context.devices, *context.models);
}

}  // namespace

plugin::LogicDesign FinFetFrontEnd::map_logic(const plugin::LogicRequest& request,
                                              plugin::Context& context) {
  return cells::map_logic({pair_of(request, context), request, context});
}

plugin::LogicCheck FinFetFrontEnd::check_logic(const plugin::LogicRequest& request,
                                               const plugin::LogicDesign& design,
                                               std::span<const std::uint64_t> rows,
                                               plugin::CircuitSimulator& simulator,
                                               plugin::Context& context) {
  return cells::check_logic({pair_of(request, context), request, context}, design, rows, simulator);
}

}  // namespace neucasl::finfet
