#include "front_end.hpp"

#include "circuits/circuits.hpp"

namespace neucasl::photonic {

plugin::CircuitDesign PhotonicFrontEnd::build_circuit(const plugin::CircuitRequest& request,
                                                      plugin::Context& context) {
  return circuit_builder(request.name)(request, context);
}

}  // namespace neucasl::photonic
