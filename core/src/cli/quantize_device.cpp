#include "quantize_device.hpp"

#include <algorithm>

namespace neucasl::cli {

void add_device_options(options::options_description& description) {
  description.add_options()(
      "device", options::value<std::string>(),
      "card of the cells whose errors scores and metrics feel; default: the architecture's")(
      "noise-draws", options::value<std::size_t>(),
      "chips that are scored, and others that are judged; default with a device: 20")(
      "time", options::value<double>(), "seconds since programming, for drift; default: 0")(
      "drift-compensation", options::bool_switch(),
      "weights of a layer divided by what drift did to their sum")(
      "wires", options::bool_switch(), "with the architecture's wire resistances")(
      "cap-effective-bits", options::bool_switch(),
      "no more bits in the menu than a layer's cells resolve");
}

bool QuantizeDevice::wanted(const Parsed& parsed) {
  if (parsed.has("device") || parsed.has("noise-draws")) return true;
  for (const char* option : {"drift-compensation", "wires", "cap-effective-bits"}) {
    if (!parsed.get<bool>(option)) continue;
    throw base::Error("cli.usage",
                      "neucasl quantize: --" + std::string(option) + " is about a device",
                      "give --device or --noise-draws");
  }
  if (!parsed.has("time")) return false;
  throw base::Error("cli.usage", "neucasl quantize: --time is about a device",
                    "give --device or --noise-draws");
}

QuantizeDevice::QuantizeDevice(Session& session, const Parsed& parsed,
                               const architecture::Architecture& architecture,
                               const plugin::Context& context)
    : cap_(parsed.get<bool>("cap-effective-bits")) {
  if (parsed.text("granularity") != "tensor") {
    throw base::Error("cli.usage", "neucasl quantize: cells hold weights of one scale for a layer",
                      "give --granularity tensor");
  }
  quantisation::DeviceChoice choice;
  if (parsed.has("device")) choice.card = parsed.text("device");
  if (parsed.has("noise-draws")) choice.draws = parsed.get<std::size_t>("noise-draws");
  if (parsed.has("time")) choice.time = parsed.get<double>("time");
  choice.drift_compensation = parsed.get<bool>("drift-compensation");
  choice.wires = parsed.get<bool>("wires");
  const plugin::ArraySolver* solver = nullptr;
  if (choice.wires) {
    simulator_ = make_simulator(session, "array");
    solver = simulator_->simulator->array_solver();
  }
  storage_ = quantisation::device_storage(architecture, choice, context, solver);
  card_ = choice.card.empty() ? architecture.device : choice.card;
}

void QuantizeDevice::prepare(quantisation::Task& task) {
  task.storage = storage_.get();
  effective_bits_ = quantisation::effective_bits(task, *storage_);
  if (cap_) task.menu = quantisation::capped_menu(task.menu, effective_bits_);
}

DeviceReport QuantizeDevice::report(const quantisation::Task& task,
                                    const quantisation::NamedMethod& method,
                                    const std::string& variant) const {
  const plugin::AnalogStorage others(storage_->cells(), storage_->further());
  return {card_, storage_->draws(), effective_bits_,
          quantisation::rescored(task, method, variant, others)};
}

}  // namespace neucasl::cli
