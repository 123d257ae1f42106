#include "neucasl/ir/builder.hpp"

namespace neucasl::ir {

ModuleBuilder::ModuleBuilder(Design& design, std::string name, bool primitive,
                             const base::Location& where)
    : design_(design) {
  if (design.find_module(name).valid()) {
    throw base::Error("ir.name", "module '" + name + "' is defined twice",
                      "give each module its own name", where);
  }
  where_ = design.add_location(where);
  Module module;
  module.name = std::move(name);
  module.primitive = primitive;
  module.where = where_;
  design.modules.push_back(std::move(module));
  id_ = ModuleId(design.modules.size() - 1);
}

NetRef ModuleBuilder::net(std::string name, Discipline discipline, std::uint32_t width,
                          bool ground) {
  if (module().find_net(name).valid()) {
    throw base::Error("ir.name",
                      "net '" + name + "' is defined twice in module '" + module().name + "'",
                      "give each net its own name", design_.location(where_));
  }
  module().nets.push_back({std::move(name), discipline, width, ground, where_});
  return {NetId(module().nets.size() - 1), 0};
}

NetRef ModuleBuilder::port(std::string name, Discipline discipline, Direction direction,
                           std::uint32_t width) {
  const NetRef ref = net(std::move(name), discipline, width);
  module().ports.push_back({ref.net, direction});
  return ref;
}

void ModuleBuilder::parameter(std::string name, Value default_value) {
  module().parameters.push_back({std::move(name), std::move(default_value), where_});
}

void ModuleBuilder::attribute(std::string name, std::string value) {
  module().attributes.push_back({std::move(name), std::move(value)});
}

TableId ModuleBuilder::table(std::string name, std::uint32_t rows, std::uint32_t columns,
                             const base::Dimension& dimension, std::vector<double> values) {
  module().tables.push_back({std::move(name), rows, columns, dimension, std::move(values), where_});
  return TableId(module().tables.size() - 1);
}

std::uint32_t ModuleBuilder::port_of(ModuleId master, const std::string& port) const {
  const Module& target = design_.module(master);
  if (const auto index = target.find_port(port)) return *index;
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < target.ports.size(); ++i) names.push_back(target.port_net(i).name);
  throw base::Error("ir.port", "module '" + target.name + "' has no port '" + port + "'",
                    base::suggest(port, names), design_.location(where_));
}

std::vector<Parameter> ModuleBuilder::parameters_of(const Parameters& parameters) const {
  std::vector<Parameter> result;
  for (const auto& [name, value] : parameters) result.push_back({name, value, where_});
  return result;
}

void ModuleBuilder::instance(std::string name, ModuleId master, const Connections& connections,
                             const Parameters& parameters) {
  Instance instance;
  instance.name = std::move(name);
  instance.master = master;
  for (const auto& [port, ref] : connections) {
    instance.connections.push_back({port_of(master, port), ref.net, ref.bit});
  }
  instance.parameters = parameters_of(parameters);
  instance.where = where_;
  module().instances.push_back(std::move(instance));
}

void ModuleBuilder::array(std::string name, ModuleId master, std::uint32_t rows,
                          std::uint32_t columns, const std::vector<Pin>& pins,
                          const Parameters& parameters) {
  InstanceArray array;
  array.name = std::move(name);
  array.master = master;
  array.rows = rows;
  array.columns = columns;
  for (const Pin& pin : pins) {
    array.pins.push_back(
        {port_of(master, pin.port), pin.net.net, pin.net.bit, pin.row_stride, pin.column_stride});
  }
  array.parameters = parameters_of(parameters);
  array.where = where_;
  module().arrays.push_back(std::move(array));
}

}  // namespace neucasl::ir
