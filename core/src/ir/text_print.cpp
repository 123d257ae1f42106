#include <charconv>

#include "neucasl/ir/text.hpp"

namespace neucasl::ir {
namespace {

std::string quoted_text(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
        result += '\\';
        result += c;
        break;
      case '\n':
        result += "\\n";
        break;
      default:
        result += c;
    }
  }
  return result + '"';
}

/// A quantity always shows a unit or a decimal point or exponent; a bare integer is an integer.
std::string number(const base::Quantity& quantity) {
  std::string text = base::shortest(quantity.value);
  const std::string unit = base::unit_symbol(quantity.dimension);
  if (!unit.empty()) return text + ' ' + unit;
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

std::string value_text(const Value& value, const Module& module) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* quantity = std::get_if<base::Quantity>(&value)) return number(*quantity);
  if (const auto* text = std::get_if<std::string>(&value)) return quoted_text(*text);
  if (const auto* formula = std::get_if<Expression>(&value))
    return "= " + quoted_text(formula->text);
  return "table " + module.tables[std::get<TableId>(value).index].name;
}

std::string bits(const Net& net, std::uint32_t bit) {
  return net.width == 1 ? net.name : net.name + '[' + std::to_string(bit) + ']';
}

std::string width_text(std::uint32_t width) {
  return width == 1 ? "" : " [" + std::to_string(width) + ']';
}

std::string strided(std::int64_t stride) {
  return stride < 0 ? " - " + std::to_string(-stride) : " + " + std::to_string(stride);
}

void print_parameters(std::string& out, const std::vector<Parameter>& parameters,
                      const Module& module) {
  if (parameters.empty()) return;
  out += " {";
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    out += (i ? ", " : " ") + parameters[i].name + ": " + value_text(parameters[i].value, module);
  }
  out += " }";
}

void print_table(std::string& out, const ValueTable& table) {
  out += "  table " + table.name + " [" + std::to_string(table.rows) + ' ' +
         std::to_string(table.columns) + "] " + quoted_text(base::unit_symbol(table.dimension)) +
         '\n';
  char buffer[40];
  for (std::size_t i = 0; i < table.values.size(); ++i) {
    out += i % table.columns == 0 ? "    " : " ";
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, table.values[i]).ptr;
    out.append(buffer, end);
    if ((i + 1) % table.columns == 0) out += '\n';
  }
  out += "  end\n";
}

void print_contents(std::string& out, const Design& design, const Module& module) {
  for (const Instance& instance : module.instances) {
    const Module& master = design.module(instance.master);
    out += "  instance " + instance.name + ": " + master.name + " (";
    for (std::size_t i = 0; i < instance.connections.size(); ++i) {
      const Connection& c = instance.connections[i];
      out += (i ? ", " : "") + master.port_net(c.port).name + " = " +
             bits(module.nets[c.net.index], c.bit);
    }
    out += ')';
    print_parameters(out, instance.parameters, module);
    out += '\n';
  }
  for (const InstanceArray& array : module.arrays) {
    const Module& master = design.module(array.master);
    out += "  array " + array.name + ": " + master.name + " [" + std::to_string(array.rows) + ' ' +
           std::to_string(array.columns) + "] (";
    for (std::size_t i = 0; i < array.pins.size(); ++i) {
      const PinMap& pin = array.pins[i];
      out += (i ? ", " : "") + master.port_net(pin.port).name + " = " +
             module.nets[pin.net.index].name + '[' + std::to_string(pin.base) +
             strided(pin.row_stride) + " row" + strided(pin.column_stride) + " column]";
    }
    out += ')';
    print_parameters(out, array.parameters, module);
    out += '\n';
  }
}

void print_module(std::string& out, const Design& design, const Module& module) {
  out += std::string(module.primitive ? "primitive " : "module ") + module.name + '\n';
  for (const Attribute& attribute : module.attributes) {
    out += "  attribute " + attribute.name + ": " + quoted_text(attribute.value) + '\n';
  }
  for (const Parameter& parameter : module.parameters) {
    out += "  parameter " + parameter.name + ": " + value_text(parameter.value, module) + '\n';
  }
  for (const Net& net : module.nets) {
    out += "  net " + net.name + ' ' + std::string(to_string(net.discipline)) +
           width_text(net.width) + (net.ground ? " ground" : "") + '\n';
  }
  for (const Port& port : module.ports) {
    out += "  port " + module.nets[port.net.index].name + ' ' +
           std::string(to_string(port.direction)) + '\n';
  }
  for (const ValueTable& table : module.tables) print_table(out, table);
  print_contents(out, design, module);
  out += "end\n";
}

}  // namespace

std::string print(const Design& design) {
  std::string out = "ncir 1\ndesign " + quoted_text(design.name) + '\n';
  if (design.top.valid()) out += "top " + design.module(design.top).name + '\n';
  for (const Module& module : design.modules) {
    out += '\n';
    print_module(out, design, module);
  }
  return out;
}

}  // namespace neucasl::ir
