#include "workload_names.hpp"

namespace neucasl::cli {

workload::Workload workload_of(const std::string& name) {
  if (name == "lenet5") return workload::from_network(network::lenet5());
  if (name == "vgg8") return workload::from_network(network::vgg8({32, 32, 3}, 10));
  if (name == "vgg16") return workload::from_network(network::vgg16());
  throw base::Error("cli.network", "no network '" + name + "'",
                    base::suggest(name, {"lenet5", "vgg8", "vgg16"}));
}

}  // namespace neucasl::cli
