// Its symbol returns nothing.
#include "neucasl/plugin/abi.hpp"

extern "C" __attribute__((visibility("default"))) const neucasl::plugin::Descriptor*
neucasl_plugin_descriptor() {
  return nullptr;
}
