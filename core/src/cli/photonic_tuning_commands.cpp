#include <iostream>

#include "command.hpp"
#include "json_text.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/io/design_file.hpp"
#include "neucasl/ir/flat_netlist.hpp"

namespace neucasl::cli {
namespace {

/// "NAME=VALUE"
plugin::TuningTarget read_target(const std::string& text) {
  const base::Location where{"--target", 0, 0};
  const std::size_t equals = text.rfind('=');
  if (equals == std::string::npos || equals == 0) {
    throw base::Error("cli.usage", "'" + text + "' is no target",
                      "write NET=RISE, \"heat_1=12 K\", or DEVICE=SHIFT, \"ring_1=0.8 nm\"", where);
  }
  return {text.substr(0, equals), base::parse_quantity(text.substr(equals + 1), where), where};
}

std::string with_unit(double value, const base::Dimension& dimension) {
  return base::to_engineering({value, dimension}, 8);
}

void print_solution(const plugin::TuningSolution& solution) {
  using namespace base;
  std::vector<std::vector<std::string>> heaters{
      {"heater", "net", "power", "voltage", "current", "alone", "source", "value"}};
  for (const plugin::HeaterSetting& one : solution.heaters) {
    const bool voltage = one.source_value == one.voltage || one.source_value == -one.voltage;
    heaters.push_back(
        {one.heater, one.net, with_unit(one.power, dimension::power),
         with_unit(one.voltage, dimension::voltage), with_unit(one.current, dimension::current),
         with_unit(one.blind_power, dimension::power), one.source,
         one.source.empty()
             ? ""
             : with_unit(one.source_value, voltage ? dimension::voltage : dimension::current)});
  }
  print_columns(heaters);
  std::vector<std::vector<std::string>> places{
      {"place", "wanted", "reached", "heaters tuned alone"}};
  for (const plugin::TunedPlace& one : solution.places) {
    places.push_back({one.place, with_unit(one.wanted, one.dimension),
                      with_unit(one.reached, one.dimension), with_unit(one.blind, one.dimension)});
  }
  std::cout << '\n';
  print_columns(places);
  std::cout << "\nlargest miss " << with_unit(solution.largest_miss, dimension::temperature)
            << ", with each heater tuned alone "
            << with_unit(solution.blind_largest_miss, dimension::temperature) << '\n'
            << "method: " << solution.method << '\n';
}

void print_json_solution(const plugin::TuningSolution& solution) {
  std::vector<std::string> heaters;
  heaters.reserve(solution.heaters.size());
  for (const plugin::HeaterSetting& one : solution.heaters) {
    heaters.push_back(JsonObject()
                          .text("heater", one.heater)
                          .text("net", one.net)
                          .number("power", one.power)
                          .number("voltage", one.voltage)
                          .number("current", one.current)
                          .number("blind_power", one.blind_power)
                          .text("source", one.source)
                          .number("source_value", one.source_value)
                          .str());
  }
  std::vector<std::string> places;
  places.reserve(solution.places.size());
  for (const plugin::TunedPlace& one : solution.places) {
    places.push_back(JsonObject()
                         .text("place", one.place)
                         .text("unit", base::unit_symbol(one.dimension))
                         .number("wanted", one.wanted)
                         .number("reached", one.reached)
                         .number("blind", one.blind)
                         .str());
  }
  std::cout << JsonObject()
                   .add("heaters", json_list(heaters))
                   .add("places", json_list(places))
                   .number("largest_miss", solution.largest_miss)
                   .number("blind_largest_miss", solution.blind_largest_miss)
                   .number("iterations", static_cast<double>(solution.iterations))
                   .text("method", solution.method)
                   .str()
            << '\n';
}

/// First line: heaters; then a net and its K/W a line.
std::string coupling_csv(const plugin::TuningSolution& solution) {
  std::string text = "net";
  for (const plugin::HeaterSetting& one : solution.heaters) text += ',' + one.heater;
  for (std::size_t i = 0; i < solution.nets.size(); ++i) {
    text += '\n' + solution.nets[i];
    for (std::size_t k = 0; k < solution.heaters.size(); ++k) {
      text += ',' + base::shortest(solution.coupling[i * solution.heaters.size() + k]);
    }
  }
  return text + '\n';
}

}  // namespace

int tune_heaters(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_format(description);
  description.add_options()(
      "target", options::value<std::vector<std::string>>()->composing()->required(),
      "NET=RISE in K, or DEVICE=SHIFT of its resonances in nm; once for each")(
      "nearest", "miss targets that cannot be reached by as little as possible")(
      "temperature", options::value<std::string>()->default_value("300 K"), "ambient")(
      "coupling-csv", options::value<std::string>(),
      "where to write the coupling matrix, K/W, nets x heaters")(
      "solver", options::value<std::string>()->default_value("scattering"), "plugin");
  const Parsed parsed("photonic tune", description, {"FILE"}, arguments);
  plugin::TuningRequest request;
  request.nearest = parsed.has("nearest");
  for (const std::string& text : parsed.get<std::vector<std::string>>("target")) {
    request.targets.push_back(read_target(text));
  }
  const auto simulator = session.host->make_circuit_simulator(
      session.host->find(parsed.text("solver"), plugin::PluginKind::circuit_simulator));
  const plugin::ThermalTuner* tuner = simulator->thermal_tuner();
  if (tuner == nullptr) {
    throw base::Error("cli.usage", "plugin '" + parsed.text("solver") + "' tunes no heaters",
                      "use --solver scattering");
  }
  circuit::LoweringOptions lowering;
  lowering.temperature = temperature_of(parsed.text("temperature"));
  const circuit::Circuit circuit =
      circuit::lower(ir::flatten(io::read_design(parsed.text("FILE"))), session.host->models(),
                     device::Library(session.installation.device_folders), lowering);
  const plugin::TuningSolution solution = tuner->tune(circuit, request);
  if (parsed.has("coupling-csv")) {
    base::write_file(parsed.text("coupling-csv"), coupling_csv(solution));
  }
  if (parsed.json()) {
    print_json_solution(solution);
  } else {
    print_solution(solution);
  }
  return done;
}

}  // namespace neucasl::cli
