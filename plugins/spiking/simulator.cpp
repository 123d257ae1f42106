#include "simulator.hpp"

namespace neucasl::spiking_plugin {

plugin::OperatingPoint SpikingSimulator::operating_point(const ir::Design& design,
                                                         ir::ModuleId /*top*/,
                                                         plugin::Context& /*context*/) {
  throw base::Error("simulator.analysis",
                    "a spiking network such as '" + design.name + "' has no operating point",
                    "use 'neucasl spiking run', or a simulator of circuits such as 'native'");
}

}  // namespace neucasl::spiking_plugin
