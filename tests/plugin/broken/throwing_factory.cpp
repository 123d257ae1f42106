// Its factory throws.
#include <stdexcept>

#include "neucasl/plugin/host.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("throwing_factory", "1.0");
  d.make_front_end = []() -> neucasl::plugin::FrontEnd* { throw std::runtime_error("no licence"); };
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(throwing_factory, descriptor)
