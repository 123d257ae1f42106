#include "neucasl/plugin/abi.hpp"
#include "semiconductor.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("semiconductor", "0.1.0");
  d.make_device_model = [](const char* name) -> neucasl::model::DeviceModel* {
    return neucasl::semiconductor::make_model(name).release();
  };
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(semiconductor, descriptor)
