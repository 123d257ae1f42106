#include "neucasl/cells/circuits.hpp"

#include "front_end.hpp"

namespace neucasl::cnt {

plugin::CircuitDesign CntFrontEnd::build_circuit(const plugin::CircuitRequest& request,
                                                 plugin::Context& context) {
  const cells::TransistorPair pair =
      cells::transistor_pair(request.parameters, "tubes", *context.devices, *context.models);
  return cells::build_circuit({pair, request, context});
}

}  // namespace neucasl::cnt
