#pragma once

#include "neucasl/plugin/front_end.hpp"

/// \file
/// The circuits that the front end offers by name; manifest.xml lists their parameters.

namespace neucasl::memristor_circuits {

/// \throws base::Error "front-end.unsupported" for a name that is none of these, and what the
/// circuits throw.
plugin::CircuitDesign build(const plugin::CircuitRequest& request, plugin::Context& context);

/// A crossbar of cells that multiplies vectors by a weight matrix, read by ideal amplifiers or by
/// integrate-and-fire neurons.
plugin::CircuitDesign synapse_array(const plugin::CircuitRequest& request,
                                    plugin::Context& context);

/// Programming of one cell of a column by pulses, each followed by a read.
plugin::CircuitDesign write_verify_circuit(const plugin::CircuitRequest& request,
                                           plugin::Context& context);

/// A pulse on one cell of a whole array, the others half selected.
plugin::CircuitDesign array_programming(const plugin::CircuitRequest& request,
                                        plugin::Context& context);

/// A network of dense layers as crossbars with rectifying activations between them.
plugin::CircuitDesign network_circuit(const plugin::CircuitRequest& request,
                                      plugin::Context& context);

}  // namespace neucasl::memristor_circuits
