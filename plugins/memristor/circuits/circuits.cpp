#include "circuits.hpp"

namespace neucasl::memristor_circuits {

plugin::CircuitDesign build(const plugin::CircuitRequest& request, plugin::Context& context) {
  if (request.name == "synapse_array") return synapse_array(request, context);
  if (request.name == "write_verify") return write_verify_circuit(request, context);
  if (request.name == "array_programming") return array_programming(request, context);
  if (request.name == "network") return network_circuit(request, context);
  throw base::Error(
      "front-end.unsupported", "the memristor front end has no circuit '" + request.name + "'",
      base::suggest(request.name,
                    {"synapse_array", "write_verify", "array_programming", "network"}));
}

}  // namespace neucasl::memristor_circuits
