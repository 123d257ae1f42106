#include "neucasl/io/design_file.hpp"

#include "neucasl/base/file.hpp"
#include "neucasl/design.pb.h"
#include "neucasl/ir/spice_parser.hpp"
#include "neucasl/ir/spice_writer.hpp"
#include "neucasl/ir/text.hpp"
#include "neucasl/logic/design.hpp"
#include "neucasl/logic/readers.hpp"
#include "protobuf_json.hpp"

namespace neucasl::io {
namespace {

namespace wire = design::v1;
using base::Error;

class Encoder {
 public:
  explicit Encoder(bool locations) : locations_(locations) {}

  void run(const ir::Design& design, wire::Design& out) const {
    out.set_name(design.name);
    out.set_top(plus_one(design.top.index));
    out.mutable_modules()->Reserve(static_cast<int>(design.modules.size()));
    for (const ir::Module& module : design.modules) put(module, *out.add_modules());
    if (!locations_) return;
    for (const base::Location& location : design.locations) {
      wire::Location& place = *out.add_locations();
      place.set_file(location.file);
      place.set_line(location.line);
      place.set_column(location.column);
    }
  }

 private:
  static std::uint32_t plus_one(std::uint32_t index) {
    return index == ir::LocationId::none ? 0 : index + 1;
  }
  [[nodiscard]] std::uint32_t where(ir::LocationId id) const {
    return locations_ ? plus_one(id.index) : 0;
  }

  static void put(const base::Dimension& dimension, wire::Dimension& out) {
    out.set_metre(dimension.exponent[0]);
    out.set_kilogram(dimension.exponent[1]);
    out.set_second(dimension.exponent[2]);
    out.set_ampere(dimension.exponent[3]);
    out.set_kelvin(dimension.exponent[4]);
  }

  static void put(const ir::Value& value, wire::Value& out) {
    if (const auto* flag = std::get_if<bool>(&value)) {
      out.set_flag(*flag);
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      out.set_integer(*integer);
    } else if (const auto* quantity = std::get_if<base::Quantity>(&value)) {
      out.mutable_quantity()->set_value(quantity->value);
      if (!quantity->dimension.dimensionless()) {
        put(quantity->dimension, *out.mutable_quantity()->mutable_dimension());
      }
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      out.set_text(*text);
    } else if (const auto* formula = std::get_if<ir::Expression>(&value)) {
      out.set_expression(formula->text);
    } else {
      out.set_table(std::get<ir::TableId>(value).index);
    }
  }

  void put(const ir::Parameter& parameter, wire::Parameter& out) const {
    out.set_name(parameter.name);
    put(parameter.value, *out.mutable_value());
    out.set_where(where(parameter.where));
  }

  void put(const ir::Module& module, wire::Module& out) const {
    out.set_name(module.name);
    out.set_primitive(module.primitive);
    out.set_where(where(module.where));
    for (const ir::Attribute& attribute : module.attributes) {
      wire::Attribute& item = *out.add_attributes();
      item.set_name(attribute.name);
      item.set_value(attribute.value);
    }
    for (const ir::Parameter& parameter : module.parameters) put(parameter, *out.add_parameters());
    for (const ir::Net& net : module.nets) {
      wire::Net& item = *out.add_nets();
      item.set_name(net.name);
      item.set_discipline(static_cast<wire::Discipline>(net.discipline));
      item.set_width(net.width);
      item.set_ground(net.ground);
      item.set_where(where(net.where));
    }
    for (const ir::Port& port : module.ports) {
      wire::Port& item = *out.add_ports();
      item.set_net(port.net.index);
      item.set_direction(static_cast<wire::Direction>(port.direction));
    }
    for (const ir::ValueTable& table : module.tables) put(table, *out.add_tables());
    for (const ir::Instance& instance : module.instances) put(instance, *out.add_instances());
    for (const ir::InstanceArray& array : module.arrays) put(array, *out.add_arrays());
  }

  void put(const ir::ValueTable& table, wire::ValueTable& out) const {
    out.set_name(table.name);
    out.set_rows(table.rows);
    out.set_columns(table.columns);
    put(table.dimension, *out.mutable_dimension());
    out.mutable_values()->Assign(table.values.begin(), table.values.end());
    out.set_where(where(table.where));
  }

  void put(const ir::Instance& instance, wire::Instance& out) const {
    out.set_name(instance.name);
    out.set_master(instance.master.index);
    for (const ir::Connection& connection : instance.connections) {
      wire::Connection& item = *out.add_connections();
      item.set_port(connection.port);
      item.set_net(connection.net.index);
      item.set_bit(connection.bit);
    }
    for (const ir::Parameter& p : instance.parameters) put(p, *out.add_parameters());
    out.set_where(where(instance.where));
  }

  void put(const ir::InstanceArray& array, wire::InstanceArray& out) const {
    out.set_name(array.name);
    out.set_master(array.master.index);
    out.set_rows(array.rows);
    out.set_columns(array.columns);
    for (const ir::PinMap& pin : array.pins) {
      wire::PinMap& item = *out.add_pins();
      item.set_port(pin.port);
      item.set_net(pin.net.index);
      item.set_base(pin.base);
      item.set_row_stride(pin.row_stride);
      item.set_column_stride(pin.column_stride);
    }
    for (const ir::Parameter& p : array.parameters) put(p, *out.add_parameters());
    out.set_where(where(array.where));
  }

  bool locations_;
};

class Decoder {
 public:
  explicit Decoder(std::string file) : file_(std::move(file)) {}

  ir::Design run(wire::Design& in) const {
    ir::Design design;
    design.name = in.name();
    design.top = minus_one<ir::ModuleId>(in.top());
    for (const wire::Location& place : in.locations()) {
      design.locations.push_back({place.file(), place.line(), place.column()});
    }
    for (wire::Module& module : *in.mutable_modules()) {
      design.modules.push_back(get(module));
      module.Clear();  // a large design should not be held twice
    }
    return design;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error("io.design", what, "give a design written by this tool", {file_, 0, 0});
  }

  template <class IdType>
  static IdType minus_one(std::uint32_t value) {
    return value == 0 ? IdType() : IdType(value - 1);
  }

  [[nodiscard]] base::Dimension get(const wire::Dimension& in) const {
    base::Dimension result;
    const std::int32_t exponents[] = {in.metre(), in.kilogram(), in.second(), in.ampere(),
                                      in.kelvin()};
    for (std::size_t i = 0; i < 5; ++i) {
      if (exponents[i] < -99 || exponents[i] > 99) fail("a dimension's exponent is out of range");
      result.exponent[i] = static_cast<std::int8_t>(exponents[i]);
    }
    return result;
  }

  [[nodiscard]] ir::Value get(const wire::Value& in) const {
    switch (in.kind_case()) {
      case wire::Value::kFlag:
        return in.flag();
      case wire::Value::kInteger:
        return static_cast<std::int64_t>(in.integer());
      case wire::Value::kQuantity:
        return base::Quantity{in.quantity().value(), get(in.quantity().dimension())};
      case wire::Value::kText:
        return in.text();
      case wire::Value::kExpression:
        return ir::Expression{in.expression()};
      case wire::Value::kTable:
        return ir::TableId(in.table());
      case wire::Value::KIND_NOT_SET:
        break;
    }
    fail("a parameter has no value");
  }

  [[nodiscard]] ir::Parameter get(const wire::Parameter& in) const {
    return {in.name(), get(in.value()), minus_one<ir::LocationId>(in.where())};
  }

  [[nodiscard]] ir::Module get(const wire::Module& in) const {
    ir::Module module;
    module.name = in.name();
    module.primitive = in.primitive();
    module.where = minus_one<ir::LocationId>(in.where());
    for (const auto& item : in.attributes())
      module.attributes.push_back({item.name(), item.value()});
    for (const auto& item : in.parameters()) module.parameters.push_back(get(item));
    for (const auto& item : in.nets()) {
      if (!wire::Discipline_IsValid(item.discipline())) fail("unknown discipline");
      module.nets.push_back({item.name(), static_cast<ir::Discipline>(item.discipline()),
                             item.width(), item.ground(), minus_one<ir::LocationId>(item.where())});
    }
    for (const auto& item : in.ports()) {
      if (!wire::Direction_IsValid(item.direction())) fail("unknown direction");
      module.ports.push_back({ir::NetId(item.net()), static_cast<ir::Direction>(item.direction())});
    }
    for (const auto& item : in.tables()) {
      module.tables.push_back({item.name(),
                               item.rows(),
                               item.columns(),
                               get(item.dimension()),
                               {item.values().begin(), item.values().end()},
                               minus_one<ir::LocationId>(item.where())});
    }
    for (const auto& item : in.instances()) module.instances.push_back(get(item));
    for (const auto& item : in.arrays()) module.arrays.push_back(get(item));
    return module;
  }

  [[nodiscard]] ir::Instance get(const wire::Instance& in) const {
    ir::Instance instance;
    instance.name = in.name();
    instance.master = ir::ModuleId(in.master());
    for (const auto& item : in.connections()) {
      instance.connections.push_back({item.port(), ir::NetId(item.net()), item.bit()});
    }
    for (const auto& item : in.parameters()) instance.parameters.push_back(get(item));
    instance.where = minus_one<ir::LocationId>(in.where());
    return instance;
  }

  [[nodiscard]] ir::InstanceArray get(const wire::InstanceArray& in) const {
    ir::InstanceArray array;
    array.name = in.name();
    array.master = ir::ModuleId(in.master());
    array.rows = in.rows();
    array.columns = in.columns();
    for (const auto& item : in.pins()) {
      array.pins.push_back({item.port(), ir::NetId(item.net()), item.base(), item.row_stride(),
                            item.column_stride()});
    }
    for (const auto& item : in.parameters()) array.parameters.push_back(get(item));
    array.where = minus_one<ir::LocationId>(in.where());
    return array;
  }

  std::string file_;
};

/// Designs of tens of megabytes are normal; the message is built once and dropped.
wire::Design message_of(const ir::Design& design, const EncodeOptions& options) {
  wire::Design message;
  Encoder(options.locations).run(design, message);
  return message;
}

}  // namespace

std::string encode(const ir::Design& design, const EncodeOptions& options) {
  return message_of(design, options).SerializeAsString();
}

ir::Design decode(std::string_view bytes, const std::string& file) {
  wire::Design message;
  from_bytes(bytes, message, "io.design", file);
  return Decoder(file).run(message);
}

std::string encode_json(const ir::Design& design, const EncodeOptions& options) {
  return to_json(message_of(design, options));
}

ir::Design decode_json(std::string_view text, const std::string& file) {
  wire::Design message;
  from_json(text, message, "io.design", file);
  return Decoder(file).run(message);
}

ir::Design read_design(const std::filesystem::path& file, const ir::SpiceDevices* devices) {
  const std::string ending = file.extension().string();
  if (ending == ".blif" || ending == ".eqn" || ending == ".truth") {
    return logic::to_design(logic::read_logic(file));
  }
  if (ending != ".ncir" && ending != ".pb" && ending != ".json" && ending != ".cir") {
    throw Error("io.format", "cannot tell the format of '" + file.string() + "'",
                "name the file .ncir, .pb, .json, .cir, .blif, .eqn or .truth");
  }
  const std::string bytes = base::read_file(file);
  if (ending == ".ncir") return ir::parse(bytes, file.string());
  if (ending == ".pb") return decode(bytes, file.string());
  if (ending == ".cir") return ir::parse_spice(bytes, file.string(), devices).design;
  return decode_json(bytes, file.string());
}

void write_design(const std::filesystem::path& file, const ir::Design& design,
                  const EncodeOptions& options) {
  const std::string ending = file.extension().string();
  if (ending == ".ncir") {
    base::write_file(file, ir::print(design));
  } else if (ending == ".pb") {
    base::write_file(file, encode(design, options));
  } else if (ending == ".json") {
    base::write_file(file, encode_json(design, options));
  } else if (ending == ".cir") {
    base::write_file(file, ir::to_text(ir::to_spice(ir::flatten(design))));
  } else {
    throw Error("io.format", "cannot tell the format of '" + file.string() + "'",
                "name the file .ncir, .pb, .json or .cir");
  }
}

}  // namespace neucasl::io
