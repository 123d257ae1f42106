// Built by another compiler.
#include "neucasl/plugin/host.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("wrong_fingerprint", "1.0");
  d.fingerprint = "other compiler";
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(wrong_fingerprint, descriptor)
