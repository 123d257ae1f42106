// Built for the next major ABI.
#include "neucasl/plugin/host.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("wrong_major", "1.0");
  ++d.abi_major;
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(wrong_major, descriptor)
