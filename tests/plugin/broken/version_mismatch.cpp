// Its manifest is of another build.
#include "neucasl/plugin/host.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("version_mismatch", "1.0");
  d.version = "2.0";
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(version_mismatch, descriptor)
