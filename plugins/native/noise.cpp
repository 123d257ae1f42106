#include <cmath>
#include <numbers>

#include "analyses.hpp"
#include "small_signal.hpp"

namespace neucasl::native_plugin {
namespace {

using Number = std::complex<double>;

constexpr double boltzmann = 1.380649e-23;  // J/K, exact (SI, 2019)

/// A noise current of a circuit, between unknowns; S = white + flicker / f in A^2/Hz.
struct Generator {
  std::uint32_t from, to;
  double white, flicker;
};

class Noise {
 public:
  Noise(const Job& job, const circuit::NoiseAnalysis& analysis)
      : job_(job), analysis_(analysis), system_(job.circuit, job.options) {
    check_frequencies();
    output_ = find(analysis.output);
    reference_ = analysis.reference.empty() ? system_.size() : find(analysis.reference);
    find_input();
  }

  circuit::Result run() {
    SmallSignal linear(system_, job_.options.tolerances, job_.context.cancel);
    const std::vector<Generator> generators = find_generators(linear.operating_point());
    std::vector<Number> right(system_.size() + 1);
    right[output_] += 1.0;
    right[reference_] -= 1.0;
    right.pop_back();
    std::vector<Number> adjoint;
    std::vector<double> output;
    std::vector<double> input;
    for (const double frequency : analysis_.frequencies) {
      job_.context.cancel.throw_if_requested();
      linear.set_frequency(frequency);
      linear.solve_transposed(right, adjoint);
      adjoint.push_back(0.0);  // the ground
      double sum = 0.0;
      for (const Generator& one : generators) {
        sum +=
            std::norm(adjoint[one.to] - adjoint[one.from]) * (one.white + one.flicker / frequency);
      }
      output.push_back(sum);
      input.push_back(sum / gain(adjoint, frequency));
    }
    return report(output, input, linear.iterations());
  }

 private:
  void check_frequencies() const {
    double before = 0.0;
    for (const double frequency : analysis_.frequencies) {
      if (!(frequency > before) || !std::isfinite(frequency)) {
        throw base::Error("native.analysis",
                          "the frequency " + base::shortest(frequency) + " Hz follows " +
                              base::shortest(before) + " Hz",
                          "give frequencies that are positive and ascend");
      }
      before = frequency;
    }
    if (analysis_.frequencies.empty()) {
      throw base::Error("native.analysis", "the analysis has no frequencies", "give at least one");
    }
  }

  std::uint32_t find(const std::string& name) const {
    const auto node = job_.circuit.find_node(name);
    if (node) return system_.unknowns().of_node(*node);
    std::vector<std::string> known;
    for (const circuit::Node& one : job_.circuit.nodes) known.push_back(one.name);
    throw base::Error("native.analysis", "the circuit has no node '" + name + "'",
                      base::suggest(name, known));
  }

  void find_input() {
    std::vector<std::string> known;
    for (std::uint32_t k = 0; k < job_.circuit.sources.size(); ++k) {
      known.push_back(job_.circuit.sources[k].name);
      if (known.back() != analysis_.input) continue;
      input_ = k;
      return;
    }
    throw base::Error("native.analysis", "the circuit has no source '" + analysis_.input + "'",
                      base::suggest(analysis_.input, known));
  }

  /// Squared transfer from the input source to the output.
  double gain(const std::vector<Number>& adjoint, double frequency) const {
    Number transfer = 0.0;
    for (const auto& source : system_.linear_part().voltage_sources()) {
      if (source.element == input_) transfer = adjoint[source.branch];
    }
    for (const auto& source : system_.linear_part().current_sources()) {
      if (source.element == input_) transfer = adjoint[source.n] - adjoint[source.p];
    }
    if (std::norm(transfer) > 0.0) return std::norm(transfer);
    throw base::Error("native.noise",
                      "at " + base::shortest(frequency) + " Hz the output '" + analysis_.output +
                          "' does not depend on the source '" + analysis_.input + "'",
                      "name a source that drives the output");
  }

  std::vector<Generator> find_generators(std::span<const double> x) {
    std::vector<Generator> result;
    const auto& devices = job_.circuit.devices;
    // A resistor is as warm as the devices around it.
    const double kelvin = devices.empty() ? model::Environment{}.temperature
                                          : devices.front().environment.temperature;
    for (const auto& one : system_.linear_part().conductors()) {
      result.push_back({one.p, one.n, 4.0 * boltzmann * kelvin * std::abs(one.value), 0.0});
    }
    std::vector<double> local;
    for (std::size_t k = 0; k < devices.size(); ++k) {
      const std::span<const std::uint32_t> places = system_.device_part().places_of(k);
      local.clear();
      for (const std::uint32_t place : places) local.push_back(x[place]);
      const model::DeviceModel& model = *job_.circuit.models[devices[k].model].model;
      for (const model::NoiseSource& source :
           model.noise(devices[k].derived, local, devices[k].environment)) {
        check(source, devices[k].name, places.size());
        const std::uint32_t to =
            source.to < 0 ? system_.size() : places[static_cast<std::size_t>(source.to)];
        result.push_back(
            {places[static_cast<std::size_t>(source.from)], to, source.white, source.flicker});
      }
    }
    return result;
  }

  static void check(const model::NoiseSource& source, const std::string& device, std::size_t n) {
    const bool inside =
        source.from >= 0 && source.from < static_cast<int>(n) && source.to < static_cast<int>(n);
    if (inside && source.white >= 0.0 && source.flicker >= 0.0 && std::isfinite(source.white) &&
        std::isfinite(source.flicker)) {
      return;
    }
    throw base::Error("native.device",
                      "noise source '" + source.name + "' of device '" + device +
                          "' has no meaning: white " + base::shortest(source.white) +
                          " A^2/Hz, flicker " + base::shortest(source.flicker) + " A^2",
                      "correct the device model");
  }

  circuit::Result report(const std::vector<double>& output, const std::vector<double>& input,
                         std::size_t iterations) const {
    namespace unit = base::dimension;
    circuit::Result result;
    result.analysis = "noise";
    result.axis_name = "frequency";
    result.axis_dimension = unit::frequency;
    result.axis = analysis_.frequencies;
    const base::Dimension in =
        job_.circuit.sources[input_].is_voltage ? unit::voltage : unit::current;
    add(result, "output", unit::voltage * unit::voltage, output);
    add(result, "input", in * in, input);
    result.iterations = iterations;
    result.method = "native: adjoint of the linearised circuit; from " +
                    base::shortest(analysis_.frequencies.front()) + " Hz to " +
                    base::shortest(analysis_.frequencies.back()) + " Hz the output has " +
                    base::shortest(std::sqrt(result.traces[1].real.back())) + ' ' +
                    base::unit_symbol(unit::voltage) + " rms, referred to the input " +
                    base::shortest(std::sqrt(result.traces[3].real.back())) + ' ' +
                    base::unit_symbol(in) + " rms";
    return result;
  }

  /// The density, and its integral from the first frequency on.
  void add(circuit::Result& result, const std::string& name, const base::Dimension& square,
           const std::vector<double>& density) const {
    circuit::Trace trace{
        name, circuit::TraceKind::noise, square / base::dimension::frequency, density, {}};
    circuit::Trace total{name + "_total", circuit::TraceKind::noise, square, {0.0}, {}};
    for (std::size_t k = 1; k < density.size(); ++k) {
      total.real.push_back(total.real.back() + integral(k, density));
    }
    result.traces.push_back(std::move(trace));
    result.traces.push_back(std::move(total));
  }

  /// Of the density over one interval, exact for powers of the frequency.
  [[nodiscard]] double integral(std::size_t k, const std::vector<double>& density) const {
    const double f0 = analysis_.frequencies[k - 1];
    const double f1 = analysis_.frequencies[k];
    const double s0 = density[k - 1];
    const double s1 = density[k];
    if (!(s0 > 0.0 && s1 > 0.0)) return 0.5 * (s0 + s1) * (f1 - f0);
    const double octaves = std::log(f1 / f0);
    const double exponent = (std::log(s1 / s0) / octaves + 1.0) * octaves;
    // (s1 f1 - s0 f0) / (slope + 1), and its limit s f log(f1 / f0)
    return s0 * f0 * octaves * (std::abs(exponent) < 1e-9 ? 1.0 : std::expm1(exponent) / exponent);
  }

  const Job& job_;
  const circuit::NoiseAnalysis& analysis_;
  System system_;
  std::uint32_t output_ = 0, reference_ = 0;
  std::uint32_t input_ = 0;
};

}  // namespace

circuit::Result run(const Job& job, const circuit::NoiseAnalysis& analysis) {
  return Noise(job, analysis).run();
}

}  // namespace neucasl::native_plugin
