// Its descriptor ends before the factories.
#include <cstddef>

#include "neucasl/plugin/host.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("short_struct", "1.0");
  d.struct_size = offsetof(neucasl::plugin::Descriptor, make_front_end);
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(short_struct, descriptor)
