// It calls itself otherwise than its manifest.
#include "neucasl/plugin/host.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("name_mismatch", "1.0");
  d.name = "somebody_else";
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(name_mismatch, descriptor)
