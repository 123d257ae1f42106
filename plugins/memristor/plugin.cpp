#include "front_end.hpp"
#include "models/library.hpp"
#include "neucasl/plugin/abi.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("memristor", "0.2.0");
  d.make_front_end = []() -> neucasl::plugin::FrontEnd* {
    return new neucasl::memristor_plugin::MemristorFrontEnd();
  };
  d.make_device_model = [](const char* name) -> neucasl::model::DeviceModel* {
    return neucasl::memristor_models::make_model(name);
  };
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(memristor, descriptor)
