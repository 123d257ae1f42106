// Built for a later minor ABI.
#include "neucasl/plugin/host.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("newer_minor", "1.0");
  ++d.abi_minor;
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(newer_minor, descriptor)
