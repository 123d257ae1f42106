// Its manifest promises a front end that it cannot make.
#include "neucasl/plugin/host.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("missing_factory", "1.0");
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(missing_factory, descriptor)
