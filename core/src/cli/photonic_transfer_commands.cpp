#include <algorithm>
#include <cmath>
#include <iostream>
#include <tuple>

#include "console.hpp"
#include "json_text.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/circuit/analysis.hpp"
#include "neucasl/io/touchstone.hpp"
#include "photonic_bench.hpp"

namespace neucasl::cli {
namespace {

constexpr double light_speed = 299792458.0;  // m/s, exact (SI)

std::vector<double> wavelengths_of(const Parsed& parsed) {
  const auto analysis =
      circuit::parse_analysis("dc wavelength " + parsed.text("range"), {"--range", 0, 0});
  return std::get<circuit::SweepAnalysis>(analysis).values;
}

results::Table table_of(const plugin::PhotonicTransfer& transfer) {
  std::vector<double> wavelength, real, imaginary, decibel;
  Texts from, to;
  const std::size_t in = transfer.inputs.size();
  for (std::size_t k = 0; k < transfer.value.size(); ++k) {
    const std::complex<double>& value = transfer.value[k];
    wavelength.push_back(transfer.wavelengths[k / (in * transfer.outputs.size())]);
    from.push_back(transfer.inputs[k % in]);
    to.push_back(transfer.outputs[k / in % transfer.outputs.size()]);
    real.push_back(value.real());
    imaginary.push_back(value.imag());
    decibel.push_back(10.0 * std::log10(std::norm(value)));
  }
  results::Table table;
  table.name = "transfer";
  table.title = "Transfer of waves between port nets";
  table.add("wavelength", wavelength, base::dimension::length).add("from", from).add("to", to);
  return table.add("real", real).add("imaginary", imaginary).add("power_db", decibel);
}

/// Ports in the order of the outputs, which must be the inputs.
io::Touchstone touchstone_of(const plugin::PhotonicTransfer& transfer) {
  if (transfer.inputs != transfer.outputs) {
    throw base::Error("cli.usage", "a Touchstone file has the same ports on both sides",
                      "give the same nets as --input and --output, or write .csv");
  }
  io::Touchstone data;
  data.ports = transfer.inputs.size();
  for (std::size_t k = 0; k < data.ports; ++k) {
    data.comments.push_back("port " + std::to_string(k + 1) + " is net " + transfer.inputs[k]);
  }
  std::vector<std::size_t> order(transfer.wavelengths.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return transfer.wavelengths[a] > transfer.wavelengths[b];
  });
  const std::size_t size = data.ports * data.ports;
  for (const std::size_t k : order) {
    data.frequency.push_back(light_speed / transfer.wavelengths[k]);
    const auto begin = transfer.value.begin() + static_cast<std::ptrdiff_t>(k * size);
    data.matrix.insert(data.matrix.end(), begin, begin + static_cast<std::ptrdiff_t>(size));
  }
  return data;
}

void write_transfer(const plugin::PhotonicTransfer& transfer, const std::string& file) {
  if (file.ends_with(".csv")) {
    base::write_file(file, results::to_csv(table_of(transfer)));
    return;
  }
  const std::size_t ports = io::touchstone_ports(file);
  const io::Touchstone data = touchstone_of(transfer);
  if (ports != data.ports) {
    throw base::Error("cli.usage",
                      "'" + file + "' is for " + std::to_string(ports) + " ports and there are " +
                          std::to_string(data.ports),
                      "end it in .s" + std::to_string(data.ports) + "p");
  }
  base::write_file(file, io::to_touchstone(data));
}

int run_transfer(Session& session, const Arguments& arguments, bool sweep) {
  options::options_description description;
  add_network_options(description);
  description.add_options()("input", text_list(), "port net where waves enter; default: all")(
      "output", text_list(), "port net where waves leave; default: all")(
      "out", options::value<std::string>(), "FILE.csv or FILE.sNp");
  if (sweep) {
    description.add_options()("range", options::value<std::string>()->required(),
                              "wavelengths: \"FROM TO STEP\"");
  }
  const Parsed parsed(sweep ? "photonic sweep" : "photonic transfer", description, {"FILE"},
                      arguments);
  const PhotonicBench bench(session, parsed);
  const plugin::PhotonicTransfer transfer = bench.solver().transfer(
      bench.circuit(), texts_of(parsed, "input"), texts_of(parsed, "output"),
      sweep ? wavelengths_of(parsed) : std::vector<double>{}, bench.context());
  if (parsed.has("out")) write_transfer(transfer, parsed.text("out"));
  std::vector<std::vector<std::string>> rows;
  const std::size_t in = transfer.inputs.size();
  const std::size_t out = transfer.outputs.size();
  for (std::size_t k = 0; k < in * out; ++k) {
    double least = 0.0;
    double most = 0.0;
    double least_at = 0.0;
    double most_at = 0.0;
    for (std::size_t point = 0; point < transfer.wavelengths.size(); ++point) {
      const double share = std::norm(transfer.value[point * in * out + k]);
      const double at = transfer.wavelengths[point];
      if (point == 0 || share < least) std::tie(least, least_at) = std::pair(share, at);
      if (point == 0 || share > most) std::tie(most, most_at) = std::pair(share, at);
    }
    const std::string name = transfer.inputs[k % in] + " -> " + transfer.outputs[k / in];
    const auto length = [](double value) {
      return base::to_engineering({value, base::dimension::length}, 8);
    };
    if (sweep) {
      rows.push_back(
          {name, base::shortest(least), length(least_at), base::shortest(most), length(most_at)});
    } else {
      rows.push_back({name, base::shortest(transfer.value[k].real()),
                      base::shortest(transfer.value[k].imag()), base::shortest(most)});
    }
  }
  const Texts head = sweep ? Texts{"wave", "least share", "at", "largest share", "at"}
                           : Texts{"wave", "real", "imaginary", "share of power"};
  if (parsed.json()) {
    const Texts keys = sweep ? Texts{"wave", "least", "least_at", "largest", "largest_at"}
                             : Texts{"wave", "real", "imaginary", "share"};
    print_json_rows(keys, rows);
    return done;
  }
  std::cout << transfer.method << '\n';
  rows.insert(rows.begin(), head);
  print_columns(rows);
  return done;
}

}  // namespace

int sweep_photonic(Session& session, const Arguments& arguments) {
  return run_transfer(session, arguments, true);
}

int transfer_photonic(Session& session, const Arguments& arguments) {
  return run_transfer(session, arguments, false);
}

}  // namespace neucasl::cli
