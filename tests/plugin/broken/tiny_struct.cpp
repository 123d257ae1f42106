// Its descriptor does not even hold the versions.
#include "neucasl/plugin/host.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("tiny_struct", "1.0");
  d.struct_size = 4;
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(tiny_struct, descriptor)
