#include "neucasl/ir/diff.hpp"

#include <map>

namespace neucasl::ir {
namespace {

/// What is compared: a text, and where it stands.
struct Entry {
  std::string value;
  LocationId where;
};
using Entries = std::map<std::string, Entry>;

class Comparison {
 public:
  Comparison(const Design& before, const Design& after) : before_(before), after_(after) {}

  std::vector<Difference> run() {
    entries("", {{"top", top_of(before_)}}, {{"top", top_of(after_)}});
    std::map<std::string, const Module*> old_modules = modules_of(before_);
    std::map<std::string, const Module*> new_modules = modules_of(after_);
    for (const auto& [name, module] : old_modules) {
      const auto other = new_modules.find(name);
      if (other == new_modules.end()) {
        removed("module " + name, summary_of(*module));
      } else {
        compare(*module, *other->second);
      }
    }
    for (const auto& [name, module] : new_modules) {
      if (!old_modules.contains(name)) added("module " + name, summary_of(*module));
    }
    return std::move(result_);
  }

 private:
  static Entry top_of(const Design& design) {
    if (!design.top.valid()) return {};
    return {design.module(design.top).name, design.module(design.top).where};
  }
  static std::map<std::string, const Module*> modules_of(const Design& design) {
    std::map<std::string, const Module*> result;
    for (const Module& module : design.modules) result[module.name] = &module;
    return result;
  }
  static Entry summary_of(const Module& module) {
    return {std::to_string(module.instances.size()) + " instances, " +
                std::to_string(module.arrays.size()) + " arrays",
            module.where};
  }

  void removed(const std::string& path, const Entry& one) {
    result_.push_back({Change::removed, path, one.value, "", before_.location(one.where), {}});
  }
  void added(const std::string& path, const Entry& one) {
    result_.push_back({Change::added, path, "", one.value, {}, after_.location(one.where)});
  }
  void changed(const std::string& path, const Entry& before, const Entry& after) {
    result_.push_back({Change::changed, path, before.value, after.value,
                       before_.location(before.where), after_.location(after.where)});
  }

  void entries(const std::string& prefix, const Entries& before, const Entries& after) {
    for (const auto& [name, one] : before) {
      const auto other = after.find(name);
      if (other == after.end()) {
        removed(prefix + name, one);
      } else if (other->second.value != one.value) {
        changed(prefix + name, one, other->second);
      }
    }
    for (const auto& [name, one] : after) {
      if (!before.contains(name)) added(prefix + name, one);
    }
  }

  void compare(const Module& before, const Module& after) {
    const std::string path = "module " + before.name + " / ";
    entries(path, nets_of(before), nets_of(after));
    entries(path, attributes_of(before), attributes_of(after));
    entries(path, parameters_of(before, before.parameters), parameters_of(after, after.parameters));
    tables(path, before, after);
    objects(path + "instance ", before, after, before.instances, after.instances);
    objects(path + "array ", before, after, before.arrays, after.arrays);
  }

  static Entries nets_of(const Module& module) {
    Entries result;
    for (const Net& net : module.nets) {
      result["net " + net.name] = {std::string(to_string(net.discipline)) +
                                       (net.width > 1 ? " x " + std::to_string(net.width) : "") +
                                       (net.ground ? " ground" : ""),
                                   net.where};
    }
    for (const Port& port : module.ports) {
      const Net& net = module.nets[port.net.index];
      result["port " + net.name] = {std::string(to_string(port.direction)), net.where};
    }
    return result;
  }
  static Entries attributes_of(const Module& module) {
    Entries result;
    if (module.primitive) result["primitive"] = {"yes", module.where};
    for (const Attribute& one : module.attributes) {
      result["attribute " + one.name] = {one.value, module.where};
    }
    return result;
  }
  static Entries parameters_of(const Module& module, const std::vector<Parameter>& parameters) {
    Entries result;
    for (const Parameter& one : parameters) {
      result["parameter " + one.name] = {value_text(module, one.value), one.where};
    }
    return result;
  }
  static std::string value_text(const Module& module, const Value& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
    if (const auto* quantity = std::get_if<base::Quantity>(&value)) {
      return base::to_string(*quantity);
    }
    if (const auto* text = std::get_if<std::string>(&value)) return '"' + *text + '"';
    if (const auto* formula = std::get_if<Expression>(&value)) return formula->text;
    return "table " + module.tables.at(std::get<TableId>(value).index).name;
  }

  void tables(const std::string& path, const Module& before, const Module& after) {
    for (const ValueTable& one : before.tables) {
      const TableId id = after.find_table(one.name);
      const Entry old_size{size_of(one), one.where};
      if (!id.valid()) {
        removed(path + "table " + one.name, old_size);
        continue;
      }
      const ValueTable& other = after.tables[id.index];
      if (one == other) continue;
      changed(path + "table " + one.name, old_size,
              {size_of(other) + differing(one, other), other.where});
    }
    for (const ValueTable& one : after.tables) {
      if (before.find_table(one.name).valid()) continue;
      added(path + "table " + one.name, {size_of(one), one.where});
    }
  }
  static std::string size_of(const ValueTable& table) {
    const std::string unit = base::unit_symbol(table.dimension);
    return std::to_string(table.rows) + " x " + std::to_string(table.columns) +
           (unit.empty() ? "" : ' ' + unit);
  }
  static std::string differing(const ValueTable& before, const ValueTable& after) {
    if (before.rows != after.rows || before.columns != after.columns) return "";
    std::size_t count = 0;
    std::size_t first = 0;
    for (std::size_t i = 0; i < before.values.size(); ++i) {
      if (before.values[i] == after.values[i]) continue;
      if (count++ == 0) first = i;
    }
    if (count == 0) return "";
    return ", " + std::to_string(count) + (count == 1 ? " value differs" : " values differ") +
           ", first (" + std::to_string(first / before.columns) + ", " +
           std::to_string(first % before.columns) + "): " + base::shortest(before.values[first]) +
           " and " + base::shortest(after.values[first]);
  }

  static Entries pins_of(const Design& design, const Module& module, const Instance& instance) {
    const Module& master = design.module(instance.master);
    Entries result;
    for (const Connection& one : instance.connections) {
      const Net& net = module.nets[one.net.index];
      result["pin " + master.port_net(one.port).name] = {
          net.name + (net.width > 1 ? '[' + std::to_string(one.bit) + ']' : ""), instance.where};
    }
    return result;
  }
  static Entries pins_of(const Design& design, const Module& module, const InstanceArray& array) {
    const Module& master = design.module(array.master);
    Entries result{
        {"size",
         {std::to_string(array.rows) + " x " + std::to_string(array.columns), array.where}}};
    for (const PinMap& one : array.pins) {
      result["pin " + master.port_net(one.port).name] = {
          module.nets[one.net.index].name + '[' + std::to_string(one.base) + " + " +
              std::to_string(one.row_stride) + " row + " + std::to_string(one.column_stride) +
              " column]",
          array.where};
    }
    return result;
  }

  template <class Object>
  Entries entries_of(const Design& design, const Module& module, const Object& object) {
    Entries result = pins_of(design, module, object);
    result["master"] = {design.module(object.master).name, object.where};
    result.merge(parameters_of(module, object.parameters));
    return result;
  }

  template <class Object>
  void objects(const std::string& prefix, const Module& before, const Module& after,
               const std::vector<Object>& old_objects, const std::vector<Object>& new_objects) {
    std::map<std::string, const Object*> old_by_name;
    std::map<std::string, const Object*> new_by_name;
    for (const Object& one : old_objects) old_by_name[one.name] = &one;
    for (const Object& one : new_objects) new_by_name[one.name] = &one;
    for (const auto& [name, one] : old_by_name) {
      const auto other = new_by_name.find(name);
      if (other == new_by_name.end()) {
        removed(prefix + name, {before_.module(one->master).name, one->where});
      } else {
        entries(prefix + name + " / ", entries_of(before_, before, *one),
                entries_of(after_, after, *other->second));
      }
    }
    for (const auto& [name, one] : new_by_name) {
      if (old_by_name.contains(name)) continue;
      added(prefix + name, {after_.module(one->master).name, one->where});
    }
  }

  const Design& before_;
  const Design& after_;
  std::vector<Difference> result_;
};

}  // namespace

std::vector<Difference> diff(const Design& before, const Design& after) {
  return Comparison(before, after).run();
}

}  // namespace neucasl::ir
