#include <string_view>

#include "cubic_conductor.hpp"
#include "neucasl/plugin/abi.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("cubic_conductor", "1.0.0");
  d.make_device_model = [](const char* name) -> neucasl::model::DeviceModel* {
    return std::string_view(name) == "cubic_conductor" ? new CubicConductorModel : nullptr;
  };
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(cubic_conductor, descriptor)
